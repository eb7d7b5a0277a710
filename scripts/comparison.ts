// What other linters find in fixtures/comparison: pairs of small projects, one that breaks an install and one that does not, which
// differ in little else. `npm run comparison -- --write` runs them and writes docs/comparison.md. Nothing but npm is asked for
// packages, which are kept outside of the project's own; a tool that is not here is left out, and the page says so.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../src/cli/run.ts';

export const PAGE = 'docs/comparison.md';
const FIXTURES = 'fixtures/comparison';
const PACKAGES = 'node_modules/.cache/comparison-packages';

/** What a tool says about a file, by line from 1; line 0: about the file or the statement as a whole. */
interface Remark {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

interface Linter {
  readonly title: string;
  readonly package?: string;
  readonly remarks: (folder: string) => Promise<readonly Remark[]> | readonly Remark[];
}

const own: Linter = {
  title: 'migralint',
  async remarks(folder) {
    let text = '';
    const out = { isTerminal: false, columns: undefined, write: (part: string) => void (text += part) };
    await run(['--format', 'json'], { cwd: folder, env: {}, out, err: out });
    return (JSON.parse(text) as { findings: Remark[] }).findings;
  },
};

const squawk: Linter = {
  title: 'squawk',
  package: 'squawk-cli@2.66.0',
  remarks(folder) {
    const found = answer(folder, 'squawk', ['--reporter=json', ...sqlFiles(folder)]);
    // Its lines count from 0.
    return (JSON.parse(found) as { file: string; line: number; rule_name: string }[]).map(
      ({ file, line, rule_name: rule }) => ({ file, line: line + 1, rule }),
    );
  },
};

const postgresTools: Linter = {
  title: 'Postgres Language Tools',
  package: '@postgrestools/postgrestools@0.25.7',
  remarks(folder) {
    const found = answer(folder, 'postgrestools', [
      'check',
      '--reporter=json',
      '--max-diagnostics=500',
      ...sqlFiles(folder),
    ]);
    const { diagnostics } = JSON.parse(found) as {
      diagnostics: { category: string; location?: { path: string; start: { line: number } } }[];
    };
    return diagnostics.map(({ category, location }) => ({
      file: location?.path ?? '',
      line: location?.start.line ?? 0,
      rule: category,
    }));
  },
};

const pgfence: Linter = {
  title: 'pgfence',
  package: '@flvmnt/pgfence@0.1.5',
  remarks(folder) {
    const found = answer(folder, 'pgfence', ['analyze', '--output', 'json', ...sqlFiles(folder)]);
    const { results } = JSON.parse(found) as {
      results: {
        filePath: string;
        checks: { statementPreview: string; ruleId: string }[];
        policyViolations?: { ruleId: string }[];
      }[];
    };
    return results.flatMap(({ filePath: file, checks, policyViolations = [] }) => [
      ...checks.map(({ statementPreview, ruleId }) => ({ file, line: lineOf(file, statementPreview), rule: ruleId })),
      ...policyViolations.map(({ ruleId }) => ({ file, line: 0, rule: ruleId })),
    ]);
  },
};

const sqlLint: Linter = {
  title: 'sql-lint',
  package: 'sql-lint@1.0.2',
  remarks: (folder) =>
    sqlFiles(folder).flatMap((file) => {
      const found = answer(folder, 'sql-lint', ['--driver', 'postgres', '--format', 'json', file]);
      const remarks = JSON.parse(found) as { line: number; error: string }[];
      return remarks.map(({ line, error }) => ({ file, line, rule: error }));
    }),
};

const sqlfluff: Linter = {
  title: 'sqlfluff',
  remarks(folder) {
    const found = answer(folder, 'sqlfluff', [
      'lint',
      '--dialect',
      'postgres',
      '--format',
      'json',
      ...sqlFiles(folder),
    ]);
    const files = JSON.parse(found) as { filepath: string; violations: { line_no: number; code: string }[] }[];
    return files.flatMap(({ filepath: file, violations }) =>
      violations.map(({ line_no: line, code: rule }) => ({ file, line, rule })),
    );
  },
};

const others = [squawk, postgresTools, pgfence, sqlLint, sqlfluff];

const cases: Readonly<Record<string, string>> = {
  'index-before-column': 'a start-up schema indexes a column that old tables lack',
  'missing-create-table': 'a migration changes a table that only the schema file creates',
  'non-idempotent-alter': 'an ALTER in a start-up schema fails on the second start',
  'duplicate-ddl': 'a migration creates an index that the schema has made',
  'installs-differ': 'upgraded databases end with another default than fresh ones',
  'down-does-not-undo': 'a down half drops a column that is not there',
  'duplicate-version': 'two migrations have one number',
  'transaction-opt-out': 'CREATE INDEX CONCURRENTLY inside the transaction of the tool',
  lock: 'an index without CONCURRENTLY blocks writes while it is built',
};

function answer(cwd: string, command: string, words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, words, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${resolve(PACKAGES, 'node_modules/.bin')}:${process.env.PATH ?? ''}` },
  });
  // sql-lint prints nothing at all where it finds nothing.
  if (stdout.trim() === '' && stderr.trim() === '') return '[]';
  if (!/^\s*[[{]/.test(stdout)) throw new Error(`${command} ${words.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

function sqlFiles(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return files.filter((path) => path.endsWith('.sql')).sort();
}

/** Where a statement begins, by its own text. */
function lineOf(file: string, statement: string): number {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.findIndex((line) => line.startsWith(statement.slice(0, 60).replace(/\.{3}$/, ''))) + 1;
}

/** The rules that are named at the marked statement. */
function rulesAtMark(remarks: readonly Remark[], folder: string): ReadonlySet<string> {
  const rules = remarks.filter(({ file, line }) => {
    const text = readFileSync(resolve(folder, file), 'utf8').split('\n')[line - 1] ?? '';
    return text.includes('-- here');
  });
  return new Set(rules.map(({ rule }) => rule));
}

/** Whether a tool tells the broken project from the other one, at the statement that makes the difference. */
async function cell({ remarks }: Linter, root: string, name: string): Promise<string> {
  const [broken = '', fixed = ''] = ['broken', 'fixed'].map((kind) => join(root, FIXTURES, name, kind));
  const found = await remarks(broken);
  const besides = rulesAtMark(await remarks(fixed), fixed);
  const telling = [...rulesAtMark(found, broken)].filter((rule) => !besides.has(rule));
  const count = found.length === 0 ? 'silent' : `${found.length} other${found.length === 1 ? '' : 's'}`;
  return telling.length > 0
    ? `**yes**: ${telling.map((rule) => rule.replace(/^.*\//, '')).join(', ')}`
    : `no, ${count}`;
}

/** How often a tool speaks about the projects in which nothing is wrong. */
async function healthy({ remarks }: Linter, root: string): Promise<string> {
  let count = 0;
  for (const name of Object.keys(cases).filter((name) => name !== 'lock'))
    count += (await remarks(join(root, FIXTURES, name, 'fixed'))).length;
  return String(count);
}

/** The column of migralint, which a test holds against the page. */
export async function ownColumn(root: string): Promise<readonly string[]> {
  return columnOf(own, root);
}

async function columnOf(linter: Linter, root: string): Promise<readonly string[]> {
  const cells: string[] = [];
  for (const name of Object.keys(cases)) cells.push(await cell(linter, root, name));
  return [...cells, await healthy(linter, root)];
}

/** The table, with the columns of those tools that are here. */
export function tableOf(columns: readonly { readonly title: string; readonly cells: readonly string[] }[]): string {
  const titles = [...Object.values(cases), 'findings in the eight projects where nothing of this is wrong'];
  const row = (words: readonly string[]) => `| ${words.join(' | ')} |`;
  return [
    row(['', ...columns.map(({ title }) => title)]),
    row(['---', ...columns.map(() => '---')]),
    ...titles.map((title, index) => row([title, ...columns.map(({ cells }) => cells[index] ?? '')])),
  ].join('\n');
}

function installed(): readonly Linter[] {
  mkdirSync(PACKAGES, { recursive: true });
  if (!existsSync(join(PACKAGES, 'package.json')))
    writeFileSync(join(PACKAGES, 'package.json'), '{ "private": true }\n');
  const packages = others.flatMap((linter) => linter.package ?? []);
  const words = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages];
  execFileSync('npm', words, { cwd: PACKAGES, stdio: 'ignore' });
  return others.filter((linter) => linter.package !== undefined || spawnSync(linter.title, ['--version']).status === 0);
}

function versionOf(linter: Linter): string {
  if (linter.package !== undefined) return linter.package.slice(linter.package.lastIndexOf('@') + 1);
  return /[\d.]+$/m.exec(execFileSync(linter.title, ['--version'], { encoding: 'utf8' }).trim())?.[0] ?? '';
}

async function main(): Promise<void> {
  const root = process.cwd();
  const columns = [{ title: own.title, cells: await ownColumn(root) }];
  for (const linter of installed())
    columns.push({ title: `${linter.title} ${versionOf(linter)}`, cells: await columnOf(linter, root) });
  const table = tableOf(columns);
  process.stdout.write(`${table}\n`);
  if (!process.argv.includes('--write')) return;
  const page = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    page.replace(
      /(<!-- measured -->\n\n)[\s\S]*?(\n\n<!-- end -->)/,
      (_, before: string, after: string) => before + table + after,
    ),
  );
}

if (process.argv[1]?.endsWith('comparison.js') === true) await main();
