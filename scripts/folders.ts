/**
 * Replays whole migration folders of real projects from an empty database, on our replay and on the engine:
 *
 *     npm run conformance:folders -- sqlite|postgres|mariadb|mysql FOLDER..
 *
 * A folder's `.sql` files run in the order of their names, numbers as numbers; what undoes a migration is left out. Printed is
 * how many statements agree and whether the final catalogs do, and each disagreement. Node 20 reads no TypeScript, so the npm
 * script bundles this file first.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dialectNames, engineOf } from '../src/dialects/index.ts';
import { compare, shown } from '../test/catalog/comparison.ts';
import { findTestEngine } from '../test/catalog/engines/find.ts';

const [wanted, ...folders] = process.argv.slice(2);
const dialect = dialectNames.find((name) => name === wanted);
if (dialect === undefined || folders.length === 0)
  throw new Error('usage: npm run conformance:folders -- DIALECT FOLDER..');

const found = await findTestEngine(dialect);
if ('missing' in found) throw new Error(found.missing);
const engine = engineOf(dialect, { from: found.version, to: found.version });
for (const folder of folders) {
  await found.server.reset();
  const comparison = await compare(migrationsIn(folder), engine, found.server, 'at the end');
  const { statements, agreed, sameCatalog, disagreements } = comparison;
  print(
    `${folder}: ${agreed} of ${statements} statements agree, ${sameCatalog ? 'the same' : 'another'} final catalog`,
  );
  for (const disagreement of disagreements) print(`  ${shown(disagreement)}`);
}
await found.server.close();

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
