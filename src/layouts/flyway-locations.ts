import type { Evidence } from '../deployment.ts';
import type { SourceFile } from '../text/source-file.ts';
import { DIALECT_BY_WORD } from './engine-words.ts';
import { baseName, folderOf, isInside, joinPath } from './file-order.ts';
import type { LayoutContext, Sureness } from './layout.ts';
import { rootOf, sqlFilesByFolder } from './migration-folder.ts';
import { dependencySign, filesNamed } from './project-files.ts';

/** What Flyway, or a tool like it, reads as one set: a location with its subfolders, or the several that a config joins. */
export interface FlywayLocation {
  readonly folder: string;
  readonly root: string;
  readonly files: readonly SourceFile[];
  readonly sureness: Sureness;
  /** The config or manifest that speaks of the tool. */
  readonly sign: Evidence | null;
}

const DEPENDENCY = {
  manifests: ['pom.xml', 'build.gradle', 'build.gradle.kts', 'package.json', 'build.sbt'],
  words: /\bflyway(?:-[a-z]+)*\b/,
};

/** The locations of a project: those that a config joins, then every folder that holds versioned files, with its subfolders. */
export function flywayLocations(
  context: LayoutContext,
  isVersioned: (fileName: string) => boolean,
): readonly FlywayLocation[] {
  const folders = sqlFilesByFolder(context);
  const versioned = [...folders].filter(([, files]) => files.some((file) => isVersioned(baseName(file.path))));
  const configured = configuredLocations(context, versioned);
  const taken = new Set(configured.flatMap(({ files }) => files));
  const byRoot = new Map<string, SourceFile[]>();
  for (const [folder, files] of folders) {
    if (files.every((file) => taken.has(file))) continue;
    const location = locationOf(folder, versioned);
    if (location === null) continue;
    const joined = byRoot.get(location) ?? [];
    byRoot.set(location, joined);
    joined.push(...files);
  }
  const found = [...byRoot].map(([folder, files]): FlywayLocation => {
    const sign = dependencySign(context.project, folder, DEPENDENCY);
    return { folder, root: rootOf(folder), files, sureness: sign === null ? 'name' : 'dependency', sign };
  });
  return [...configured, ...found];
}

/**
 * The folder that the tool was told to read, for one below it: `db/migration` is the default, and a folder with versioned files, or
 * one of years or versions, is read with those below it; a folder that names an engine is one of several to choose from.
 */
function locationOf(folder: string, versioned: readonly (readonly [string, unknown])[]): string | null {
  const holds = new Set(versioned.map(([name]) => name));
  let location: string | null = holds.has(folder) ? folder : null;
  for (let at = folder; at !== '.'; at = folderOf(at)) {
    if (namesEngine(baseName(at))) break;
    const above = folderOf(at);
    const isDefault = /(?:^|\/)db\/migrations?$/.test(above);
    const isPart = location !== null && /^v?\d/i.test(baseName(location)) && at === location;
    if (holds.has(above) || isDefault || isPart) location = above;
  }
  // Beside versioned files stand repeatable ones in folders of their own; a folder that has no versioned one near is none.
  return location !== null && versioned.some(([name]) => isInside(name, location)) ? location : null;
}

function namesEngine(name: string): boolean {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => DIALECT_BY_WORD.has(word) || word === 'h2');
}

/** The files that may configure Flyway. */
export const FLYWAY_CONFIGS = [
  'flyway.conf',
  'flyway.toml',
  'application.properties',
  'application.yml',
  'application.yaml',
];

/** `flyway.locations = filesystem:db/common, classpath:db/postgres`: the folders are read as one. */
function configuredLocations(
  context: LayoutContext,
  versioned: readonly (readonly [string, readonly SourceFile[]])[],
): readonly FlywayLocation[] {
  return FLYWAY_CONFIGS.flatMap((name) => filesNamed(context.project, name)).flatMap(
    (config): readonly FlywayLocation[] => {
      const value = /\blocations"?\s*[=:]\s*(\[[^\]]*\]|[^\n]*(?:\n\s+-\s*\S+)*)/.exec(config.text)?.[1];
      const isFlyway = /flyway/i.test(config.text);
      if (value === undefined || !isFlyway || value.includes('{vendor}')) return [];
      const wanted = [...value.matchAll(/(?:(?:filesystem|classpath):)?([\w./-]+)/g)].map(([, path = '']) => path);
      const home = folderOf(config.path);
      const module = home.replace(/(?:^|\/)src\/main\/resources.*$/, '') || '.';
      const chosen = versioned.filter(([folder]) =>
        wanted.some((path) => {
          const bare = joinPath('.', path);
          if (bare === '.' || !isInside(folder, module)) return false;
          return isInside(folder, joinPath(home, path)) || `/${folder}/`.includes(`/${bare}/`);
        }),
      );
      const [first] = chosen;
      if (first === undefined) return [];
      const files = [...sqlFilesByFolder(context)]
        .filter(([folder]) => chosen.some(([name]) => isInside(folder, name)))
        .flatMap(([, own]) => own);
      const folder = chosen.length === 1 ? first[0] : commonFolder(chosen.map(([name]) => name));
      const sign: Evidence = { strength: 'tool', words: `locations in ${config.path}` };
      return [{ folder, root: rootOf(folder), files, sureness: 'config', sign }];
    },
  );
}

function commonFolder(folders: readonly string[]): string {
  let common = folders[0] ?? '.';
  while (common !== '.' && !folders.every((folder) => isInside(folder, common))) common = folderOf(common);
  return common;
}
