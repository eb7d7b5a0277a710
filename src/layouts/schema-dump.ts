import type { Action, Evidence, Journal, JournalEntry } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import { freshOnlyDeployment } from './fresh-only.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf } from './migration-folder.ts';
import { dependencySign, filesNamed } from './project-files.ts';

/**
 * Dumps that a framework writes after its migrations have run, which are code: Rails' `db/structure.sql`, Laravel's
 * `database/schema/<connection>-schema.sql`. They make new databases and are never run on one that has tables.
 */
const schemaDump: Layout = {
  name: 'schema-dump',
  sureness: 'marker',
  detect: (context) => [...railsDumps(context), ...laravelDumps(context)],
};
export default schemaDump;

function* railsDumps(context: LayoutContext): IterableIterator<Detected> {
  for (const file of [...context.project.files.values()]) {
    if (!/(?:^|_)structure\.sql$/.test(baseName(file.path))) continue;
    const isRails = /^INSERT INTO "?schema_migrations"? \(version\) VALUES/m.test(file.text);
    const dependency = { manifests: ['Gemfile'], words: /\b(?:rails|activerecord)\b/ };
    const sign = dependencySign(context.project, folderOf(file.path), dependency, 'above');
    if (!isRails && sign === null) continue;
    const evidence: Evidence = sign ?? { strength: 'tool', words: `versions of schema_migrations in ${file.path}` };
    const made = dumpDeployment(context, file, 'Rails', 'db/migrate, which is Ruby', evidence);
    const journal = railsVersions(file, context);
    yield journal === null ? made : { ...made, deployment: { ...made.deployment, journal } };
  }
}

/**
 * The versions that the dump records for a new database, each with its migration. What a folder without its oldest migrations lacks
 * was taken away on purpose (ActiveRecord::MigrationContext: a recorded version without a file is no error).
 */
function railsVersions(dump: SourceFile, { project }: LayoutContext): Journal | null {
  const prefix = baseName(dump.path).replace(/structure\.sql$/, '');
  const folder = joinPath(folderOf(dump.path), `${prefix}migrate`);
  const files = new Map<string, string>();
  for (const { path } of project.files.values()) {
    const version = /^(\d+)_\w*(?:\.\w+)?\.rb$/.exec(baseName(path))?.[1];
    if (version !== undefined && folderOf(path) === folder) files.set(BigInt(version).toString(), path);
  }
  const start = dump.text.search(/^INSERT INTO "?schema_migrations"? \(version\) VALUES/m);
  if (files.size === 0 || start < 0) return null;
  const oldest = [...files.keys()].map(BigInt).reduce((one, other) => (other < one ? other : one));
  const entries = [...dump.text.slice(start).matchAll(/\('(\d+)'\)/g)].flatMap((match): readonly JournalEntry[] => {
    const [words, version = ''] = match;
    if (BigInt(version) < oldest) return [];
    const at = { file: dump, start: start + match.index, end: start + match.index + words.length };
    const path = files.get(BigInt(version).toString()) ?? joinPath(folder, `${version}_*.rb`);
    return [{ name: version, at, file: path }];
  });
  return entries.length === 0 ? null : { file: dump, entries, ofDump: true };
}

function* laravelDumps(context: LayoutContext): IterableIterator<Detected> {
  const hasComposer = filesNamed(context.project, 'composer.json').some(({ text }) => text.includes('"laravel/'));
  for (const file of context.project.files.values()) {
    const connection = /(?:^|\/)database\/schema\/(\w+)-schema\.sql$/.exec(file.path)?.[1];
    if (connection === undefined) continue;
    if (!hasComposer && !/^INSERT INTO \W?migrations\b/im.test(file.text)) continue;
    const evidence: Evidence = { strength: 'tool', words: file.path };
    const dialect = CONNECTIONS.get(connection);
    yield dumpDeployment(context, file, 'Laravel', 'database/migrations, which is PHP', evidence, dialect);
  }
}

const CONNECTIONS: ReadonlyMap<string, DialectName> = new Map<string, DialectName>([
  ['pgsql', 'postgres'],
  ['mysql', 'mysql'],
  ['mariadb', 'mariadb'],
  ['sqlite', 'sqlite'],
]);

function dumpDeployment(
  context: LayoutContext,
  file: SourceFile,
  framework: string,
  migrations: string,
  evidence: Evidence,
  dialect?: DialectName,
): Detected {
  const load: Action = { kind: 'call', call: callOf(sqlTextOfFile(file)) };
  return freshOnlyDeployment(context, {
    name: file.path,
    files: [file],
    summary: `${framework} gives ${baseName(file.path)} to new databases; older ones run ${migrations}`,
    evidence: [evidence],
    program: [load],
    ...(dialect === undefined ? {} : { dialect }),
  });
}
