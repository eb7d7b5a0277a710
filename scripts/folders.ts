/**
 * Replays whole migration folders of real projects from an empty database, on our replay and on the engine:
 *
 *     npm run conformance:folders -- sqlite|postgres|mariadb|mysql FOLDER.. [--write]
 *
 * A folder's `.sql` files run in the order of their names, numbers as numbers; what undoes a migration is left out. Printed is
 * how many statements agree and whether the final catalogs do, and each disagreement; `--write` puts the counts into
 * docs/conformance-folders.md, where a folder is named OWNER+REPOSITORY/PATH. Node 20 reads no TypeScript, so the npm
 * script bundles this file first.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dialectNames, engineOf } from '../src/dialects/index.ts';
import { compare, shown, type Comparison } from '../test/catalog/comparison.ts';
import { findTestEngine } from '../test/catalog/engines/find.ts';

const [wanted, ...others] = process.argv.slice(2);
const folders = others.filter((word) => word !== '--write');
const PAGE = 'docs/conformance-folders.md';
const INTRODUCTION = `# Migration folders of real projects, on the engines

Whole migration folders of public projects run from an empty database, on migralint's replay and on the real engine. Made by
\`npm run conformance:folders -- DIALECT FOLDER.. --write\` over checkouts. MySQL's folders run on MariaDB, and are compared with the
replay for MariaDB: where MariaDB refuses what MySQL takes, both must refuse. \`unsure\`: the replay says that it does not know (code
that the engine runs, recursive queries, what a template leaves open). \`other words\`: both refuse, with different texts.

| folder | engine | statements | agree | unsure | other words | verdicts that differ | final catalogs |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |`;
const dialect = dialectNames.find((name) => name === wanted);
if (dialect === undefined || folders.length === 0)
  throw new Error('usage: npm run conformance:folders -- DIALECT FOLDER..');

const found = await findTestEngine(dialect);
if ('missing' in found) throw new Error(found.missing);
const engine = engineOf(dialect, { from: found.version, to: found.version });
const rows: string[] = [];
for (const folder of folders) {
  // What a project leaves behind, PostgreSQL cannot always drop in one go.
  const server = found.openAnother === null ? found.server : await found.openAnother();
  await server.reset();
  const comparison = await compare(migrationsIn(folder), engine, server, 'at the end').finally(() =>
    server === found.server ? undefined : server.close(),
  );
  const { statements, agreed, sameCatalog, disagreements } = comparison;
  print(
    `${folder}: ${agreed} of ${statements} statements agree, ${sameCatalog ? 'the same' : 'another'} final catalog`,
  );
  for (const disagreement of disagreements) print(`  ${shown(disagreement)}`);
  rows.push(rowOf(folder, found.server.title, comparison));
}
await found.server.close();
if (others.includes('--write')) writePage(rows);

function rowOf(folder: string, title: string, comparison: Comparison): string {
  const { statements, agreed, unsure, unknowable, sameCatalog } = comparison;
  const count = (about: string): number => comparison.disagreements.filter((one) => one.about === about).length;
  return `| ${folder.replace('+', '/')} | ${title} | ${statements} | ${agreed} | ${unsure + unknowable} | ${count('text')} | ${count('verdict')} | ${sameCatalog ? 'the same' : 'another'} |`;
}

/** Rows of the page that are not of these folders and engines stay. */
function writePage(made: readonly string[]): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const keyOf = (row: string): string => row.split('|').slice(1, 3).join('|');
  const all = new Map([...page.matchAll(/^\| \w[^|]*\/.*$/gm)].map(([row]) => [keyOf(row), row]));
  for (const row of made) all.set(keyOf(row), row);
  writeFileSync(PAGE, `${INTRODUCTION}\n${[...all.values()].toSorted().join('\n')}\n`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function migrationsIn(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => path.endsWith('.sql') && !/(?:^|[./_-])(?:down|rollback|undo|revert)\b[^/]*\.sql$/i.test(path))
    .toSorted(byVersion)
    .map((path) => upPart(readFileSync(join(folder, path), 'utf8')))
    .join('\n;\n');
}

/** 20140929103758_x before 2018-03-22-170700_y, 9_x before 10_y. */
function byVersion(left: string, right: string): number {
  const [first, second] = [versionOf(left), versionOf(right)];
  if (first !== null && second !== null && first !== second) return first < second ? -1 : 1;
  return left.localeCompare(right, 'en', { numeric: true });
}

function versionOf(path: string): bigint | null {
  const digits = /^\d[\d-]*/.exec(path)?.[0].replaceAll('-', '');
  return digits === undefined ? null : BigInt(digits);
}

/** Up to the marker with which goose, sql-migrate, dbmate and Play begin the way back. */
function upPart(text: string): string {
  return text.split(/^(?:--|#)\s*(?:\+goose Down|\+migrate Down|migrate:down|--- !Downs)/im, 1)[0] ?? text;
}
