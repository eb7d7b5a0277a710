import { acceptCascade, acceptIfExists, acceptIfNotExists, given, restAsWords, skipToWord } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readName, readNameList, readQualifiedName, readQualifiedNames } from './names.ts';
import type { CreateView, Name, Operation, QualifiedName, QueryText, Range } from './operation.ts';
import type { Family, Lead } from './reader.ts';

/** CREATE, ALTER and DROP VIEW, materialized ones too. */
export const views: Family = {
  'create view': (cursor, lead) => [readCreateView(cursor, lead)],
  'alter view': readAlterView,
  'drop view': readDropView,
  refresh: readRefresh,
};

/** REFRESH MATERIALIZED VIEW: it must be there, and keeps its shape. */
function readRefresh(cursor: Cursor): readonly Operation[] {
  const { statement } = cursor;
  cursor.expect('materialized');
  cursor.expect('view');
  cursor.accept('concurrently');
  const name = readQualifiedName(cursor);
  cursor.skipRest();
  return [
    { kind: 'alter-object', statement, object: 'materialized-view', name, change: { kind: 'other', words: 'refresh' } },
  ];
}

function readCreateView(cursor: Cursor, lead: Lead): CreateView {
  const { statement } = cursor;
  const ifNotExists = acceptIfNotExists(cursor);
  const view = readQualifiedName(cursor);
  const columns = cursor.isSymbol('(') ? readNameList(cursor) : [];
  if (!skipToWord(cursor, 'as')) cursor.fail('expected AS');
  cursor.advance();
  return {
    kind: 'create-view',
    statement,
    view,
    materialized: lead.modifiers.includes('materialized'),
    temporary: lead.temporary,
    ...given({ orReplace: lead.orReplace, ifNotExists }),
    columns,
    query: lead.modifiers.includes('recursive') ? recursiveQuery(cursor, view, columns) : readQuery(cursor),
  };
}

/** `CREATE RECURSIVE VIEW v (a) AS q` is `WITH RECURSIVE v (a) AS (q) SELECT a FROM v` (PostgreSQL manual, CREATE VIEW). */
function recursiveQuery(cursor: Cursor, view: QualifiedName, columns: readonly Name[]): QueryText {
  const query = readQuery(cursor);
  const name = cursor.textOf(view.name);
  const list = columns.map((column) => cursor.textOf(column)).join(', ');
  return { ...query, text: `WITH RECURSIVE ${name} (${list}) AS (${query.text}) SELECT ${list} FROM ${name}` };
}

/** Everything but the options that may follow the query: `WITH [NO] DATA`, `WITH [LOCAL] CHECK OPTION`. */
function readQuery(cursor: Cursor): QueryText {
  if (cursor.atEnd()) cursor.fail('expected a query');
  const start = cursor.start();
  let end = start;
  while (!cursor.atEnd()) {
    if (cursor.is('with') && atQueryOption(cursor)) {
      cursor.skipRest();
      break;
    }
    cursor.skipItem();
    end = cursor.lastEnd();
  }
  return { start, end, text: cursor.textOf({ start, end }) };
}

function atQueryOption(cursor: Cursor): boolean {
  if (cursor.is('data', 1) || cursor.areWords('with', 'no', 'data')) return !cursor.is('as', 2);
  const check = cursor.is('local', 1) || cursor.is('cascaded', 1) ? 2 : 1;
  return cursor.is('check', check) && cursor.is('option', check + 1);
}

function readAlterView(cursor: Cursor, lead: Lead): readonly Operation[] {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const view = readQualifiedName(cursor);
  const redefinition = redefine(cursor, view, ifExists);
  if (redefinition !== undefined) return redefinition;
  const onView = { statement, table: view, ...given({ ifTableExists: ifExists }) };
  const materialized = lead.modifiers.includes('materialized');
  if (cursor.acceptWords('rename', 'to') !== undefined) {
    const written = materialized ? 'materialized-view' : 'view';
    return [{ kind: 'rename-table', ...onView, to: readQualifiedName(cursor), written }];
  }
  if (cursor.accept('rename')) {
    cursor.accept('column');
    const column = readName(cursor);
    cursor.expect('to');
    return [{ kind: 'rename-column', ...onView, column, to: readName(cursor) }];
  }
  if (cursor.acceptWords('set', 'schema') !== undefined) {
    return [{ kind: 'set-table-schema', ...onView, schema: readName(cursor) }];
  }
  const object = materialized ? 'materialized-view' : 'view';
  const change = { kind: 'other', words: restAsWords(cursor) } as const;
  return [{ kind: 'alter-object', statement, object, name: view, ...given({ ifExists }), change }];
}

/** MySQL and MariaDB: `ALTER VIEW v [(columns)] AS query` replaces a view that must be there. */
function redefine(cursor: Cursor, view: QualifiedName, ifExists: Range | undefined): readonly Operation[] | undefined {
  if (!cursor.isSymbol('(') && !cursor.is('as')) return undefined;
  const { statement } = cursor;
  const columns = cursor.isSymbol('(') ? readNameList(cursor) : [];
  cursor.expect('as');
  const query = readQuery(cursor);
  return [
    { kind: 'drop-view', statement, view, materialized: false, cascade: false, ...given({ ifExists }) },
    { kind: 'create-view', statement, view, materialized: false, temporary: false, columns, query },
  ];
}

function readDropView(cursor: Cursor, lead: Lead): readonly Operation[] {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const names = readQualifiedNames(cursor);
  const cascade = acceptCascade(cursor);
  const materialized = lead.modifiers.includes('materialized');
  return names.map((view) => ({
    kind: 'drop-view',
    statement,
    view,
    materialized,
    ...given({ ifExists }),
    cascade,
  }));
}
