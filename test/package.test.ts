import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';

interface Manifest {
  readonly version: string;
  readonly dependencies?: object;
  readonly peerDependencies: object;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
  readonly scripts: object;
}
/** What README.md links to, and a person may want to read without the repository. */
const pages = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/comparison.md',
  'docs/configuration.md',
  'docs/continuous-integration.md',
  'docs/custom-rules.md',
  'docs/hooks.md',
  'docs/migration-tools.md',
  'docs/mysql.md',
  'docs/postgresql.md',
  'docs/sqlite.md',
  'docs/terminal.svg',
  'docs/when-it-is-wrong.md',
];

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

test('nothing is installed along with the package, and nothing runs when it is', () => {
  expect(manifest.dependencies ?? {}).toEqual({});
  // Engines for `migralint replay`: a person installs what the project needs.
  for (const name of Object.keys(manifest.peerDependencies))
    expect(manifest.peerDependenciesMeta[name], name).toEqual({ optional: true });
  expect(Object.keys(manifest.scripts).filter((name) => /install|prepare/.test(name))).toEqual([]);
});

/** These look at what `npm run build` has made; `npm test` runs it first. */
describe.runIf(existsSync('dist/cli.cjs'))('the built package', () => {
  let files: readonly string[] = [];

  beforeAll(() => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
    ) as { files: { path: string }[] }[];
    files = packed?.files.map(({ path }) => path) ?? [];
  });

  test('holds these files and no others', () => {
    const kinds = files.map((path) =>
      path
        .replace(/^dist\/chunks\/.+\.cjs$/, 'dist/chunks/*.cjs')
        .replace(/^dist\/types\/.+\.d\.ts$/, 'dist/types/**.d.ts'),
    );
    const optional = ['CHANGELOG.md', 'README.md'].filter((path) => existsSync(path));
    expect([...new Set(kinds)].sort()).toEqual(
      [
        'LICENSE',
        'THIRD_PARTY_NOTICES',
        'bin/migralint.js',
        'bin/package.json',
        'dist/chunks/*.cjs',
        'dist/chunks/libpg-query.wasm',
        'dist/cli.cjs',
        'dist/compile-cache.cjs',
        'dist/index.cjs',
        'dist/index.js',
        'dist/types/**.d.ts',
        ...pages,
        ...rules.map(({ id }) => `docs/rules/${id}.md`),
        'matchers/github.json',
        'matchers/vscode-tasks.json',
        'package.json',
        'schema/config.schema.json',
        'schema/result.schema.json',
        ...optional,
      ].sort(),
    );
  });

  test('has all that its pages link to', () => {
    const shipped = files.filter((path) => path.endsWith('.md'));
    const links = shipped.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)/g)].map(([, link = '']) => ({
        page,
        target: posix.join(posix.dirname(page), link),
      })),
    );
    expect(links.length).toBeGreaterThan(rules.length);
    expect(links.filter(({ target }) => !files.includes(target))).toEqual([]);
  });

  test('starts without loading the core, and ends quietly when its reader goes away', () => {
    const version = spawnSync(process.execPath, ['bin/migralint.js', '--version'], { encoding: 'utf8' });
    expect(version).toMatchObject({ status: 0, stderr: '', stdout: `${manifest.version}\n` });
    const piped = spawnSync('bash', ['-c', `node bin/migralint.js rules | head -n 1`], { encoding: 'utf8' });
    expect(piped).toMatchObject({ status: 0, stderr: '' });
  });
});
