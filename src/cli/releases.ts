import type { Project } from '../project.ts';
import { git } from './git.ts';
import { treesNamed, filesOfTree } from './git-objects.ts';
import { projectsAt, type Choice } from './project-at.ts';
import { UsageError } from './usage-error.ts';

/** Releases that are looked at: the newest. */
const mostReleases = 50;

/**
 * Tags that lead here, newest first: those that a glob names, or else those that end in a version of at least two numbers.
 */
export function releaseTags(folder: string, glob?: string): readonly string[] {
  const pattern = glob === undefined ? 'refs/tags' : `refs/tags/${glob}`;
  // The last key counts first: by date, and by version among those of one date.
  const order = ['--sort=-version:refname', '--sort=-creatordate'];
  const tags = (git(folder, ['for-each-ref', '--merged=HEAD', ...order, FORMAT, pattern]) ?? '').split('\n');
  const isRelease = (tag: string): boolean =>
    glob === undefined ? /(?:^|[/@_-])v?\d+(?:\.\d+)+/i.test(tag) : tag !== '';
  return tags.filter(isRelease).slice(0, mostReleases);
}

const FORMAT = '--format=%(refname:short)';

/** The project as it was at the releases that a glob names; those of one content are one, with the name of the newest. */
export function releasedProjects(folder: string, glob: string, choice: Choice): NonNullable<Project['releases']> {
  const tags = releaseTags(folder, glob);
  if (tags.length === 0) throw new UsageError(`start: no tag "${glob}" leads to the commit that is checked out here`);
  const prefix = git(folder, ['rev-parse', '--show-prefix'])?.trim() ?? '';
  const trees = treesNamed(
    folder,
    tags.map((tag) => `${tag}:${prefix}`),
  );
  const seen = new Set<string>();
  const states = tags.flatMap((name, index) => {
    const tree = trees[index];
    if (tree === undefined || seen.has(tree)) return [];
    seen.add(tree);
    return [{ name, files: filesOfTree(folder, tree) }];
  });
  const projects = projectsAt(folder, states, choice);
  return states.flatMap(({ name }, index) => {
    const project = projects[index];
    return project === undefined ? [] : [{ name, project }];
  });
}
