import { PROGRAM_ALONE, type Action, type Deployment } from '../deployment.ts';
import { engineOf } from '../dialects/index.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { dialectOf } from './dialect-signs.ts';
import { goesBack } from './direction.ts';
import { baseName, folderOf } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf } from './migration-folder.ts';
import { holdsNamedQueries, sqlcConfigOf } from './sqlc.ts';

/**
 * A script that creates tables and that nothing else claims. How it runs is not known: on an empty database, and, where its
 * guards suggest it, at every start. What holds under one reading only is a warning that names it.
 */
const loneScript: Layout = {
  name: 'lone-script',
  sureness: 'fallback',
  detect(context) {
    const files = [...context.project.files.values()];
    // Where something else makes the tables, what sqlc reads or a script has written says the same once more, in any order.
    const isOnlyRead = (file: SourceFile): boolean =>
      (sqlcConfigOf(context.project, file) !== null || isGenerated(file)) &&
      files.some(({ path }) => context.isClaimed(path));
    return files
      .filter(({ path }) => path.endsWith('.sql') && !context.isClaimed(path))
      .filter((file) => !goesBack(file) && !holdsNamedQueries(file) && !isPrintedSchema(file))
      .filter((file) => CREATES_TABLE.test(withoutBodies(file.text)) && !isOnlyRead(file))
      .map((file) => deploymentOf(context, file));
  },
};
export default loneScript;

/** A name that says that databases are made with it; any other script may be a part of something, or never run. */
function looksLikeSchema(name: string): boolean {
  return /schema|structure|tables?\b|ddl|init|create|setup|dump|latest|install|database|db\b|sqlite|mysql|postgres/i.test(
    name,
  );
}

/** What a function's body creates is not there once the script has run. */
function withoutBodies(text: string): string {
  return text.replace(/\$(\w*)\$.*?\$\1\$/gs, "''");
}

const CREATES_TABLE = /\bCREATE\s+(?:\w+\s+)?TABLE\b/i;
const GUARDED_TABLE = /\bCREATE\s+(?:\w+\s+)?TABLE\s+IF\s+NOT\s+EXISTS\b/i;

/** What sqlite3's `.schema` prints, to be read: SQLite itself makes sqlite_sequence, and refuses those who do. */
function isPrintedSchema({ text }: SourceFile): boolean {
  return /^CREATE TABLE sqlite_(?:sequence|stat\d)\s*\(/im.test(text);
}

/** A script of the project's own has put it together. */
function isGenerated({ path, text }: SourceFile): boolean {
  return /generated/i.test(baseName(path)) || /\b(?:do not edit|auto-?generated)\b/i.test(text.slice(0, 500));
}

/** What a tool writes after the migrations have run: it builds a new database and is never run on one that has tables. */
function isGeneratedDump({ text }: SourceFile): boolean {
  return (
    /^-- (?:PostgreSQL database dump|MySQL dump|MariaDB dump)/m.test(text) ||
    /^INSERT INTO \W?(?:public\W?\.\W?)?schema_migrations\b/im.test(text)
  );
}

function deploymentOf(context: LayoutContext, file: SourceFile): Detected {
  const sign = dialectOf(context.project, [file], folderOf(file.path), context.dialect);
  const call: Action = { kind: 'call', call: callOf(sqlTextOfFile(file)) };
  const onEmpty: Action = { kind: 'if', guard: { test: 'empty' }, then: [call], otherwise: [] };
  const name = baseName(file.path);
  const repeats = GUARDED_TABLE.test(file.text) && !isGeneratedDump(file);
  const once = { words: `if ${name} runs on empty databases only`, program: [onEmpty] };
  const readings = {
    reading: repeats ? `if ${name} runs at every start` : looksLikeSchema(name) ? null : once.words,
    otherReadings: repeats ? [once] : [],
  };
  const config = sqlcConfigOf(context.project, file);
  const deployment: Deployment = {
    ...PROGRAM_ALONE,
    name: file.path,
    root: folderOf(file.path),
    engine: engineOf(sign.dialect, context.engineVersion),
    summary: repeats ? `${name} runs at every start, if its guards mean that` : `${name} runs on an empty database`,
    evidence: [
      { strength: 'name', words: `${file.path} creates tables, and nothing shows what runs it` },
      sign.evidence,
    ],
    program: repeats ? [call] : once.program,
    ...(config === null ? readings : { reading: `if something runs ${name} (${config.path} has sqlc read it)` }),
  };
  return { deployment, claims: [file.path] };
}
