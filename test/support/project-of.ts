import { parseConfig, type Config } from '../../src/config.ts';
import type { Finding } from '../../src/finding.ts';
import { lint } from '../../src/lint.ts';
import type { Past, PastFile, PastForm } from '../../src/past.ts';
import type { Project } from '../../src/project.ts';
import { positionAt } from '../../src/text/source-file.ts';

/** A project of files given in the test. */
export function projectOf(files: Readonly<Record<string, string>>): Project {
  return { files: new Map(Object.entries(files).map(([path, text]) => [path, { path, text }])), errors: [] };
}

/** Lints files as the command line would, their config included. */
export async function lintFiles(
  files: Readonly<Record<string, string>>,
  released?: Readonly<Record<string, string>>,
): Promise<Awaited<ReturnType<typeof lint>>> {
  const { 'migralint.config.json': configText, ...rest } = files;
  const past = released === undefined ? {} : { past: pastOf(rest, released) };
  return lint({ ...projectOf(rest), ...past }, { config: configText === undefined ? {} : configOf(configText) });
}

/** The past of files that a release, tagged v1.0, had so; none was moved. */
function pastOf(files: Readonly<Record<string, string>>, released: Readonly<Record<string, string>>): Past {
  return {
    base: 'origin/main',
    releases: [{ name: 'v1.0' }],
    files: new Map(
      Object.entries(released).map(([path, text]): [string, PastFile] => {
        const form: PastForm = { text: files[path] === text ? null : text, seenIn: 'release', name: 'v1.0' };
        return [path, { now: path in files ? path : null, forms: [form], onBase: true }];
      }),
    ),
  };
}

function configOf(text: string): Config {
  const reading = parseConfig(text, 'migralint.config.json');
  if (!reading.ok) throw new Error(reading.problems.join('\n'));
  return reading.config;
}

/** `path:line rule`, one for each finding, sorted. */
export function placesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ span, rule }) => `${span.file.path}:${positionAt(span.file, span.start).line} ${rule}`).sort();
}

/** What the comments `expect: rule, rule` in the files ask for, in the same form. */
export function expectedPlaces(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files)
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) => {
        const rules = /\bexpect: ([\w-]+(?:, [\w-]+)*)/.exec(line)?.[1];
        return rules === undefined ? [] : rules.split(', ').map((rule) => `${path}:${index + 1} ${rule}`);
      }),
    )
    .sort();
}
