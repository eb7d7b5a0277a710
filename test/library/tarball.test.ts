import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, describe, expect, test } from 'vitest';
import { folderWith } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '..', '..');

/** Other compilers and other versions of Node: `npm ci --prefix test/companions`. */
const companions = join(root, 'test/companions/node_modules');

function replayIn(project: string): readonly string[] {
  return [join(project, 'node_modules/migralint/bin/migralint.js'), 'replay'];
}

/** What a person gets who installs the package: these look at a real tarball, which `npm run build` must come before. */
describe.runIf(existsSync(join(root, 'dist/cli.cjs')))('the packed tarball', () => {
  let tarball: string;
  let project: string;

  beforeAll(() => {
    const folder = folderWith({});
    const [{ filename } = { filename: '' }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
        cwd: root,
        encoding: 'utf8',
      }),
    ) as { filename: string }[];
    tarball = join(folder, filename);
    project = folderWith({ 'package.json': '{ "type": "module" }' });
    const modules = join(project, 'node_modules');
    mkdirSync(join(modules, 'migralint'), { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', join(modules, 'migralint'), '--strip-components', '1']);
    // Nothing else is there: the package brings all that it needs. Its users bring the types of Node.
    mkdirSync(join(modules, '@types'));
    symlinkSync(join(root, 'node_modules/@types/node'), join(modules, '@types/node'));
    symlinkSync(join(root, 'node_modules/undici-types'), join(modules, 'undici-types'));
  });

  test('is small', () => {
    const bytes = readFileSync(tarball).length;
    expect(bytes).toBeLessThan(2_000_000);
    expect(bytes).toBeGreaterThan(100_000);
  });

  test('has nothing that publint finds wrong', async () => {
    const { messages, pkg } = await publint({
      strict: true,
      pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('has types that resolve as its code does', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    if (analysis.types === false) throw new Error('the tarball holds no types');
    // The profile `esm-only`: every Node that is served can `require` an ES module, and older resolution is gone.
    const served = analysis.problems.filter(
      (problem) => !('resolutionKind' in problem) || /^(?:node16-esm|bundler)$/.test(problem.resolutionKind),
    );
    expect(served).toEqual([]);
  });

  const program = `import { defineConfig, defineRule, lint, rules, type Project, type Result, type Rule } from 'migralint';

const text = 'CREATE TABLE a (id INTEGER);\\nCREATE TABLE a (id INTEGER);\\n';
const project: Project = { files: new Map([['schema.sql', { path: 'schema.sql', text }]]), errors: [] };
const config = defineConfig({ dialect: 'sqlite', rules: { 'own-rule': 'info' } });
const own: Rule = defineRule({
  id: 'own-rule',
  severity: 'warning',
  summary: 'Every statement.',
  why: 'To see them.',
  instead: 'Nothing.',
  examples: [],
  check(history, report) {
    for (const { parsed } of history.statements) {
      const { statement } = parsed;
      report({ at: { statement, range: statement }, message: \`a statement in \${history.deployment.name}\` });
    }
  },
});
// @ts-expect-error No such level: a type that has become \`any\` would let it pass.
defineConfig({ rules: { 'own-rule': 'loud' } });
const { findings, coverage }: Result = await lint(project, { config, rules: [...rules, own] });
for (const { rule, severity, span } of findings) console.log(severity, rule, span.start);
console.log(coverage.statements);
`;

  const plainProgram = program.replace(/, type \w+/g, '').replace(/: (?:Project|Rule|Result)\b/g, '');

  test('works as a library', () => {
    writeFileSync(join(project, 'program.js'), plainProgram);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['program.js'], { cwd: project, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['info own-rule 0', 'info own-rule 29', '2']));
    expect(stdout).toMatch(/^(?:error|warning) duplicate-ddl \d+$/m);
  });

  const compilers: readonly (readonly [string, string])[] = [
    ['6.0', join(root, 'node_modules/typescript/lib/tsc.js')],
    ['5.9', join(companions, 'typescript-5.9/lib/tsc.js')],
    ['7.0', join(companions, 'typescript-7.0/lib/tsc.js')],
  ];

  test.each(compilers.filter(([, path]) => existsSync(path)))(
    'has types that hold without skipLibCheck: TypeScript %s',
    (_, path) => {
      writeFileSync(join(project, 'program.ts'), program);
      const options = {
        module: 'nodenext',
        target: 'es2023',
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        types: ['node'],
      };
      const config = JSON.stringify({ compilerOptions: options, files: ['program.ts'] });
      writeFileSync(join(project, 'tsconfig.json'), config);
      const { stdout, status } = spawnSync(process.execPath, [path], { cwd: project, encoding: 'utf8' });
      expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
    },
  );

  const nodes = ['20', '22', '24'].map((version) => [version, join(companions, `node-${version}/bin/node`)] as const);

  describe.each(nodes.filter(([, path]) => existsSync(path)))('on Node %s', (version, node) => {
    const runOn = (cwd: string, ...words: string[]) => spawnSync(node, words, { cwd, encoding: 'utf8' });
    const command = (...words: string[]) =>
      runOn(root, join(project, 'node_modules/migralint/bin/migralint.js'), ...words);

    test('starts, checks and imports as everywhere', () => {
      expect(runOn(root, '--version').stdout).toMatch(new RegExp(`^v${version}\\.`));
      expect(command('--version')).toMatchObject({ status: 0, stderr: '', stdout: '0.1.0\n' });
      const words = ['examples/bookshop', '--format', 'json'];
      const own = spawnSync(process.execPath, ['bin/migralint.js', ...words], { cwd: root, encoding: 'utf8' });
      expect(own.stdout).toContain('index-before-column');
      expect(command(...words)).toMatchObject({ status: 1, stderr: '', stdout: own.stdout });
      writeFileSync(join(project, 'program.js'), plainProgram);
      expect(runOn(project, 'program.js')).toMatchObject({ status: 0, stderr: '' });
    });

    test('replays on the SQLite that it brings, or says what to install', () => {
      const files = { 'schema.sql': 'CREATE TABLE IF NOT EXISTS a (id INTEGER);\nCREATE INDEX a_id ON a (id);\n' };
      const deployments = [{ root: '.', run: [{ files: ['schema.sql'], when: 'always' }] }];
      const folder = folderWith({
        ...files,
        'migralint.config.json': JSON.stringify({ dialect: 'sqlite', deployments }),
      });
      const { status, stdout, stderr } = runOn(folder, ...replayIn(project));
      if (version === '20') {
        expect({ status, said: stdout + stderr }).toEqual({
          status: 2,
          said: expect.stringContaining('node-sqlite3-wasm') as string,
        });
      } else {
        expect(stderr).toBe('');
        expect(stdout).toContain('index a_id already exists');
        expect(status).toBe(0);
      }
    });
  });

  test('works as a command, with a config in TypeScript’s reach', () => {
    writeFileSync(
      join(project, 'migralint.config.mjs'),
      "import { defineConfig } from 'migralint';\nexport default defineConfig({ dialect: 'sqlite' });\n",
    );
    writeFileSync(join(project, 'schema.sql'), 'CREATE TABLE a (id INTEGER);\nCREATE TABLE a (id INTEGER);\n');
    const { status, stdout } = spawnSync(
      process.execPath,
      ['node_modules/migralint/bin/migralint.js', '-f', 'compact'],
      { cwd: project, encoding: 'utf8' },
    );
    expect(stdout).toContain('duplicate-ddl');
    expect(status).toBe(1);
  });
});
