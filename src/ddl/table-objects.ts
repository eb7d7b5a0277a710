import { acceptCascade, acceptIfExists, acceptIfNotExists, given, restAsWords } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readCompleteExpression, readParenthesized } from './expression.ts';
import { readName, readQualifiedName } from './names.ts';
import type { AlterObject, CreateObject, DropObject, Expression, Operation, QualifiedName } from './operation.ts';
import type { Family, Lead } from './reader.ts';

/** Objects that stand on a table: policies, rules and extended statistics (PostgreSQL). */
export const tableObjects: Family = {
  'create policy': (cursor) => [readCreatePolicy(cursor)],
  'alter policy': (cursor) => [readAlterOnTable(cursor, 'policy')],
  'drop policy': (cursor) => [readDropOnTable(cursor, 'policy')],
  'create rule': (cursor, lead) => [readCreateRule(cursor, lead)],
  'alter rule': (cursor) => [readAlterOnTable(cursor, 'rule')],
  'drop rule': (cursor) => [readDropOnTable(cursor, 'rule')],
  'create statistics': (cursor) => [readCreateStatistics(cursor)],
  'alter statistics': (cursor) => [readAlterStatistics(cursor)],
  'drop statistics': readDropStatistics,
};

type OnTable = 'policy' | 'rule';

/** `CREATE POLICY p ON t [AS ..] [FOR ..] [TO roles] [USING (e)] [WITH CHECK (e)]`. */
function readCreatePolicy(cursor: Cursor): CreateObject {
  const { statement } = cursor;
  const name = readSimpleName(cursor);
  cursor.expect('on');
  const table = readQualifiedName(cursor);
  cursor.table = table;
  return {
    kind: 'create-object',
    statement,
    object: 'policy',
    name,
    table,
    expressions: readPolicyExpressions(cursor),
  };
}

function readPolicyExpressions(cursor: Cursor): readonly Expression[] {
  const expressions: Expression[] = [];
  while (!cursor.atEnd()) {
    const computes = cursor.accept('using') || cursor.acceptWords('with', 'check') !== undefined;
    if (computes) expressions.push(readParenthesized(cursor));
    else cursor.skipItem();
  }
  return expressions;
}

/** `CREATE RULE r AS ON INSERT TO t [WHERE e] DO ..`. */
function readCreateRule(cursor: Cursor, lead: Lead): CreateObject {
  const { statement } = cursor;
  const name = readSimpleName(cursor);
  cursor.expect('as');
  cursor.expect('on');
  cursor.advance();
  cursor.expect('to');
  const table = readQualifiedName(cursor);
  cursor.table = table;
  const expressions = cursor.accept('where') ? [readCompleteExpression(cursor)] : [];
  if (!cursor.is('do')) cursor.fail('expected DO');
  cursor.skipRest();
  const { orReplace } = lead;
  return { kind: 'create-object', statement, object: 'rule', name, table, ...given({ orReplace }), expressions };
}

/** `CREATE STATISTICS [s] [(kinds)] ON a, (b + c) FROM t`. */
function readCreateStatistics(cursor: Cursor): CreateObject {
  const { statement } = cursor;
  const ifNotExists = acceptIfNotExists(cursor);
  const unnamed = cursor.is('on') || cursor.isSymbol('(');
  const place = { start: cursor.start(), end: cursor.start() };
  const name = unnamed ? { ...place, name: { ...place, text: '', quoted: false } } : readQualifiedName(cursor);
  if (cursor.isSymbol('(')) cursor.skipBalanced();
  cursor.expect('on');
  const expressions = [readStatisticsKey(cursor)];
  while (cursor.acceptSymbol(',')) expressions.push(readStatisticsKey(cursor));
  cursor.expect('from');
  const table = readQualifiedName(cursor);
  return {
    kind: 'create-object',
    statement,
    object: 'statistics',
    name,
    table,
    ...given({ ifNotExists }),
    expressions,
  };
}

function readStatisticsKey(cursor: Cursor): Expression {
  return cursor.isSymbol('(') ? readParenthesized(cursor) : readCompleteExpression(cursor);
}

function readSimpleName(cursor: Cursor): QualifiedName {
  const name = readName(cursor);
  return { start: name.start, end: name.end, name };
}

function readAlterOnTable(cursor: Cursor, object: OnTable): AlterObject {
  const { statement } = cursor;
  const name = readSimpleName(cursor);
  cursor.expect('on');
  const table = readQualifiedName(cursor);
  return { kind: 'alter-object', statement, object, name, table, change: readChange(cursor) };
}

function readAlterStatistics(cursor: Cursor): AlterObject {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const name = readQualifiedName(cursor);
  return {
    kind: 'alter-object',
    statement,
    object: 'statistics',
    name,
    ...given({ ifExists }),
    change: readChange(cursor),
  };
}

function readChange(cursor: Cursor): AlterObject['change'] {
  if (cursor.acceptWords('rename', 'to') !== undefined) return { kind: 'rename', to: readName(cursor) };
  if (cursor.acceptWords('set', 'schema') !== undefined) return { kind: 'set-schema', schema: readName(cursor) };
  return { kind: 'other', words: restAsWords(cursor) };
}

function readDropOnTable(cursor: Cursor, object: OnTable): DropObject {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const name = readSimpleName(cursor);
  cursor.expect('on');
  const table = readQualifiedName(cursor);
  return {
    kind: 'drop-object',
    statement,
    object,
    name,
    table,
    ...given({ ifExists }),
    cascade: acceptCascade(cursor),
  };
}

function readDropStatistics(cursor: Cursor): readonly Operation[] {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const names = [readQualifiedName(cursor)];
  while (cursor.acceptSymbol(',')) names.push(readQualifiedName(cursor));
  const cascade = acceptCascade(cursor);
  return names.map((name) => ({
    kind: 'drop-object',
    statement,
    object: 'statistics',
    name,
    ...given({ ifExists }),
    cascade,
  }));
}
