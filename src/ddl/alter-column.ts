import type { OnTable } from './alter-context.ts';
import { acceptIfExists, given, wordsOf } from './clauses.ts';
import { readDefaultValue, skipConflictClause } from './column-definition.ts';
import type { Cursor } from './cursor.ts';
import { readExpression, readParenthesized } from './expression.ts';
import { readName, readQualifiedName } from './names.ts';
import type { AlterColumn, Operation } from './operation.ts';
import { readTypeName } from './type-name.ts';

type Change = AlterColumn['change'];

/** An action of ALTER TABLE that begins with ALTER: of a column, or of MySQL's and PostgreSQL's indexes and constraints. */
export function readAlterColumn(cursor: Cursor, on: OnTable): readonly Operation[] {
  const start = cursor.start();
  cursor.expect('alter');
  if (isSubObject(cursor)) {
    cursor.skipClause();
    return [{ kind: 'set-table-option', ...on, words: wordsOf(cursor.textOf(cursor.rangeFrom(start))) }];
  }
  cursor.accept('column');
  const ifExists = acceptIfExists(cursor);
  const column = readName(cursor);
  return [{ kind: 'alter-column', ...on, column, ...given({ ifExists }), change: readChange(cursor) }];
}

/** `ALTER INDEX i INVISIBLE`, `ALTER CHECK c NOT ENFORCED`, `ALTER CONSTRAINT c DEFERRABLE`; columns may have these names. */
function isSubObject(cursor: Cursor): boolean {
  if (cursor.is('constraint')) return true;
  return cursor.isMysql && (cursor.is('index') || cursor.is('key') || cursor.is('check'));
}

function readChange(cursor: Cursor): Change {
  const start = cursor.start();
  switch (cursor.word()) {
    case 'type':
      cursor.advance();
      return readSetType(cursor);
    case 'set':
      return readSet(cursor, start);
    case 'drop':
      return readDrop(cursor);
    case 'add':
      return readAddIdentity(cursor);
    case 'restart':
      cursor.skipClause();
      return { kind: 'set-identity' };
    case 'reset':
    case 'options':
      return readOther(cursor, start);
    default:
      return cursor.fail('unknown change of a column');
  }
}

function readSetType(cursor: Cursor): Change {
  const type = readTypeName(cursor);
  const collation = cursor.accept('collate') ? readQualifiedName(cursor).name.text : undefined;
  const using = cursor.accept('using') ? readExpression(cursor) : undefined;
  return { kind: 'set-type', type, ...given({ using, collation }) };
}

function readSet(cursor: Cursor, start: number): Change {
  if (cursor.acceptWords('set', 'data', 'type')) return readSetType(cursor);
  if (cursor.acceptWords('set', 'default')) return { kind: 'set-default', expression: readDefaultValue(cursor) };
  if (cursor.acceptWords('set', 'not', 'null')) {
    skipConflictClause(cursor);
    return { kind: 'set-not-null' };
  }
  if (cursor.acceptWords('set', 'expression', 'as')) {
    return { kind: 'set-expression', expression: readParenthesized(cursor) };
  }
  if (setOptions.has(cursor.word(1)) || cursor.isSymbol('(', 1)) return readOther(cursor, start);
  cursor.skipClause();
  return { kind: 'set-identity' };
}

/** What SET says about storage; everything else that it can say is about the identity's sequence. */
const setOptions: ReadonlySet<string> = new Set(['statistics', 'storage', 'compression', 'visible', 'invisible']);

function readDrop(cursor: Cursor): Change {
  cursor.expect('drop');
  if (cursor.accept('default')) return { kind: 'drop-default' };
  if (cursor.acceptWords('not', 'null')) return { kind: 'drop-not-null' };
  if (cursor.accept('identity')) return { kind: 'drop-identity', ...given({ ifExists: acceptIfExists(cursor) }) };
  if (cursor.accept('expression')) return { kind: 'drop-expression', ...given({ ifExists: acceptIfExists(cursor) }) };
  return cursor.fail('unknown part of a column');
}

function readAddIdentity(cursor: Cursor): Change {
  cursor.expect('add');
  cursor.expect('generated');
  const byDefault = cursor.acceptWords('by', 'default') !== undefined;
  if (!byDefault) cursor.expect('always');
  cursor.expect('as');
  cursor.expect('identity');
  if (cursor.isSymbol('(')) cursor.skipBalanced();
  return { kind: 'add-identity', identity: byDefault ? 'by default' : 'always' };
}

function readOther(cursor: Cursor, start: number): Change {
  cursor.skipClause();
  return { kind: 'other', words: wordsOf(cursor.textOf(cursor.rangeFrom(start))) };
}
