import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** The rooms of the house, in order: a file imports only from its own room or from an earlier one. */
const rooms: readonly string[] = [
  'src/text',
  'src/finding.ts',
  'src/past.ts',
  'src/project.ts',
  'src/dialects',
  'src/sql',
  'src/ddl',
  'src/query',
  'src/catalog',
  'src/migration-tool.ts',
  'src/deployment.ts',
  'src/config.ts',
  'src/hosts',
  'src/layouts',
  'src/timeline',
  'src/engines',
  'src/rule.ts',
  'src/failure-report.ts',
  'src/fixes',
  'rules',
  'src/levels.ts',
  'src/check.ts',
  'src/fingerprint.ts',
  'src/suppress.ts',
  'src/result.ts',
  'src/baseline.ts',
  'src/report',
  'src/lint.ts',
  'src/fix-project.ts',
  'src/index.ts',
  'src/cli',
];

/** Libraries, by the only rooms that may use them. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  'libpg-query': ['src/query'],
  mysql2: ['src/engines'],
  'node-sql-parser': ['src/query'],
  pg: ['src/engines'],
  picocolors: ['src/report', 'src/cli'],
  picomatch: ['src/layouts', 'src/levels.ts', 'src/cli'],
  'sqlite3-parser': ['src/query'],
  yaml: ['src/text/yaml.ts'],
};

const files = ['src', 'rules'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path)),
);

function roomOf(path: string): number {
  return rooms.findIndex((room) => path === room || path.startsWith(`${room}/`));
}

/** What a file imports, in any way that TypeScript has. */
function importsOf(path: string): readonly string[] {
  const pattern = /^(?:import|export)\b[^;']*\bfrom '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...readFileSync(path, 'utf8').matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

test('every file stands in a room', () => {
  expect(files.filter((path) => roomOf(path) < 0)).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test('no file imports from a later room', () => {
  const wrong = files.flatMap((path) =>
    importsOf(path)
      .filter((imported) => imported.startsWith('.') && imported.endsWith('.ts'))
      .map((imported) => join(dirname(path), imported))
      .filter((imported) => roomOf(imported) > roomOf(path))
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(wrong).toEqual([]);
});

test('relative imports name their file with its extension', () => {
  const wrong = files.flatMap((path) =>
    importsOf(path)
      .filter((imported) => imported.startsWith('.') && !/\.(?:ts|json)$/.test(imported))
      .map((imported) => `${path} imports ${imported}`),
  );
  expect(wrong).toEqual([]);
});

test('libraries stay in the rooms that they are meant for', () => {
  const wrong = files.flatMap((path) =>
    importsOf(path)
      .filter((imported) => !imported.startsWith('.') && !imported.startsWith('node:'))
      .map((imported) => imported.split('/')[0] ?? '')
      .filter((library) => !(libraries[library] ?? []).some((room) => path === room || path.startsWith(`${room}/`)))
      .map((library) => `${path} imports ${library}`),
  );
  expect(wrong).toEqual([]);
});

/** Only the command line and the engines meet the disk, the clock, chance and the terminal: the same project gives the same result. */
test('the core is pure', () => {
  const impure =
    /from 'node:|\bprocess\.|\bnew Date\(|\bDate\.now\b|\bperformance\.|\bMath\.random\b|\bconsole\.|\bfetch\(/;
  const wrong = files.filter(
    (path) => !/^src\/(?:cli|engines)\//.test(path) && impure.test(readFileSync(path, 'utf8')),
  );
  expect(wrong).toEqual([]);
});

/** What texts that are not replayed say is asked in `src/timeline/project-texts.ts`. */
test('no rule searches the texts of the project', () => {
  const wrong = files.filter(
    (path) => path.startsWith('rules/') && /\bfiles\.values\(\)/.test(readFileSync(path, 'utf8')),
  );
  expect(wrong).toEqual([]);
});

test('a rule keeps no state from one history to the next', () => {
  const state = /^(?:let|const \w+ = new (?:Weak)?Map(?:<[^>]*>)?\(\))/m;
  expect(files.filter((path) => path.startsWith('rules/') && state.test(readFileSync(path, 'utf8')))).toEqual([]);
});

test('whether there is a terminal is asked in one place', () => {
  expect(files.filter((path) => /\bisTTY\b/.test(readFileSync(path, 'utf8')))).toEqual(['src/cli/standard-output.ts']);
});

test('no room after the catalog begins a draft of it', () => {
  const beginning = files.filter((path) => /\bnew Draft\(/.test(readFileSync(path, 'utf8')));
  expect(beginning.filter((path) => !path.startsWith('src/catalog/'))).toEqual([]);
});
