import { readAlterColumn } from './alter-column.ts';
import type { OnTable } from './alter-context.ts';
import { acceptCascade, acceptIfExists, acceptIfNotExists, given, wordsOf } from './clauses.ts';
import { readColumnDefinition } from './column-definition.ts';
import { skipOnlineOption } from './create-index.ts';
import { Unreadable, type Cursor } from './cursor.ts';
import { readName, readQualifiedName, readTableName } from './names.ts';
import type {
  AddColumn,
  AddConstraint,
  CreateIndex,
  DropConstraint,
  GuardRange,
  Operation,
  SetTableOption,
} from './operation.ts';
import type { Family, Lead } from './reader.ts';
import { atTableConstraint, readTableConstraint } from './table-constraint.ts';

export const alterTable: Family = { 'alter table': readAlterTable };

/** Reads one action, whose first word is where the cursor stands. */
type ActionReader = (cursor: Cursor, on: OnTable) => readonly Operation[];

/** `ALTER TABLE [IF EXISTS] [ONLY] t action, action ..`: an operation each; what one action says wrongly costs that one only. */
function readAlterTable(cursor: Cursor, lead: Lead): readonly Operation[] {
  const { statement } = cursor;
  if (cursor.acceptWords('all', 'in', 'tablespace')) return readAllInTablespace(cursor);
  const ifTableExists = acceptIfExists(cursor);
  cursor.accept('only');
  const table = readTableName(cursor);
  cursor.table = table;
  cursor.acceptSymbol('*');
  if (cursor.is('wait') || cursor.is('nowait')) skipOnlineOption(cursor);
  const on: OnTable = { statement, table, ...given({ ifTableExists }) };
  const written = lead.modifiers.includes('foreign') ? 'foreign-table' : 'table';
  const operations: Operation[] = [];
  while (!cursor.atEnd()) {
    for (const operation of readActionTolerantly(cursor, on, written)) operations.push(operation);
  }
  // MySQL takes an ALTER TABLE without any action, and does nothing.
  if (operations.length === 0) operations.push({ kind: 'set-table-option', ...on, words: '' });
  return operations;
}

function readAllInTablespace(cursor: Cursor): readonly Operation[] {
  cursor.skipRest();
  return [{ kind: 'no-schema-effect', statement: cursor.statement, words: 'alter table all in tablespace' }];
}

function readActionTolerantly(cursor: Cursor, on: OnTable, written: 'table' | 'foreign-table'): readonly Operation[] {
  const mark = cursor.mark();
  const start = cursor.start();
  try {
    const operations = readAction(cursor, on, written);
    if (!endsAction(cursor)) cursor.fail('unexpected text');
    return operations;
  } catch (problem) {
    if (!(problem instanceof Unreadable)) throw problem;
    cursor.returnTo(mark);
    cursor.skipClause();
    const at = cursor.rangeFrom(start);
    // A closing parenthesis without a partner ends no list.
    if (!endsAction(cursor)) cursor.skipRest();
    return [{ kind: 'opaque', statement: on.statement, reason: problem.message, at, table: on.table }];
  }
}

/** Takes the comma to the next action, which SQLite does not know. MySQL's PARTITION BY may follow without one. */
function endsAction(cursor: Cursor): boolean {
  if (cursor.atEnd() || (cursor.dialect.name !== 'sqlite' && cursor.acceptSymbol(','))) return true;
  return cursor.isMysql && cursor.areWords('partition', 'by');
}

function readAction(cursor: Cursor, on: OnTable, written: 'table' | 'foreign-table'): readonly Operation[] {
  if (cursor.is('rename')) return readRename(cursor, on, written);
  const reader = (cursor.isMysql ? mysqlActions : actions).get(cursor.word());
  return reader === undefined ? readOption(cursor, on) : reader(cursor, on);
}

const actions: ReadonlyMap<string, ActionReader> = new Map<string, ActionReader>([
  ['add', readAdd],
  ['drop', readDrop],
  ['alter', readAlterColumn],
  ['set', readSet],
  ['validate', readValidate],
  ['attach', readAttach],
  ['detach', readDetach],
  ['inherit', readParent],
  ['no', readParent],
  ['cluster', readNeedingOption],
  ['replica', readNeedingOption],
  ['enable', readNeedingOption],
  ['disable', readNeedingOption],
]);

const mysqlActions: ReadonlyMap<string, ActionReader> = new Map([
  ...actions,
  ['modify', readModify],
  ['change', readChange],
]);

function readAdd(cursor: Cursor, on: OnTable): readonly Operation[] {
  const start = cursor.start();
  cursor.advance();
  if (cursor.isMysql && (cursor.is('partition') || cursor.is('system') || cursor.is('period'))) {
    return readPartitionOption(cursor, on, start);
  }
  if (atTableConstraint(cursor)) return [readAddConstraint(cursor, on)];
  cursor.accept('column');
  const ifNotExists = acceptIfNotExists(cursor);
  if (!cursor.isMysql || !cursor.isSymbol('(')) return [readAddColumn(cursor, on, ifNotExists)];
  return readAddList(cursor, on, ifNotExists);
}

/** MySQL and MariaDB: `ADD (a int, b int, KEY (a))`. */
function readAddList(cursor: Cursor, on: OnTable, ifNotExists: GuardRange | undefined): readonly Operation[] {
  const operations: Operation[] = [];
  cursor.expectSymbol('(');
  do {
    if (atTableConstraint(cursor)) operations.push(readAddConstraint(cursor, on));
    else operations.push(readAddColumn(cursor, on, ifNotExists));
  } while (cursor.acceptSymbol(','));
  cursor.expectSymbol(')');
  return operations;
}

function readAddColumn(cursor: Cursor, on: OnTable, ifNotExists: GuardRange | undefined): AddColumn {
  const column = readColumnDefinition(cursor);
  if (column.type === undefined && cursor.dialect.name !== 'sqlite') cursor.fail('expected a type');
  return { kind: 'add-column', ...on, column, ...given({ ifNotExists, position: acceptPosition(cursor) }) };
}

/** MySQL and MariaDB: `FIRST`, `AFTER c`. */
function acceptPosition(cursor: Cursor): AddColumn['position'] {
  if (cursor.accept('first')) return { first: true };
  return cursor.accept('after') ? { after: readName(cursor) } : undefined;
}

/** A constraint; MySQL's ADD INDEX is an index. */
function readAddConstraint(cursor: Cursor, on: OnTable): AddConstraint | CreateIndex {
  const constraint = readTableConstraint(cursor);
  const { ifNotExists } = constraint;
  if (constraint.kind === 'index') {
    const { name, keys, variant, opaque } = constraint;
    const index = name && { start: name.start, end: name.end, name };
    const fields = { ...on, keys, include: [], unique: false, inAlterTable: true, opaque: opaque ?? [] };
    return { kind: 'create-index', ...fields, ...given({ index, variant, ifNotExists }) };
  }
  // What is not enforced is not validated either (PostgreSQL's gram.y, processCASbits).
  const notValid = constraint.notValid ?? constraint.notEnforced;
  return { kind: 'add-constraint', ...on, constraint, ...given({ ifNotExists, notValid }) };
}

function readDrop(cursor: Cursor, on: OnTable): readonly Operation[] {
  const start = cursor.start();
  cursor.advance();
  if (cursor.accept('constraint')) return [readDropConstraint(cursor, on, undefined)];
  if (cursor.acceptWords('primary', 'key'))
    return [{ kind: 'drop-constraint', ...on, variant: 'primary-key', cascade: false }];
  if (cursor.isMysql) {
    if (cursor.acceptWords('foreign', 'key')) return [readDropConstraint(cursor, on, 'foreign-key')];
    if (cursor.accept('check')) return [readDropConstraint(cursor, on, 'check')];
    if (cursor.accept('index') || cursor.accept('key')) return [readDropIndex(cursor, on)];
    if (cursor.is('partition') || cursor.is('system') || cursor.is('period'))
      return readPartitionOption(cursor, on, start);
  }
  return [readDropColumn(cursor, on)];
}

function readDropConstraint(cursor: Cursor, on: OnTable, variant: DropConstraint['variant']): Operation {
  const ifExists = acceptIfExists(cursor);
  const constraint = readName(cursor);
  return {
    kind: 'drop-constraint',
    ...on,
    constraint,
    ...given({ ifExists, variant }),
    cascade: acceptCascade(cursor),
  };
}

function readDropIndex(cursor: Cursor, on: OnTable): Operation {
  const ifExists = acceptIfExists(cursor);
  const name = readName(cursor);
  const index = { start: name.start, end: name.end, name };
  return {
    kind: 'drop-index',
    statement: on.statement,
    table: on.table,
    index,
    ...given({ ifExists }),
    cascade: false,
  };
}

function readDropColumn(cursor: Cursor, on: OnTable): Operation {
  cursor.accept('column');
  const ifExists = acceptIfExists(cursor);
  const column = readName(cursor);
  return { kind: 'drop-column', ...on, column, ...given({ ifExists }), cascade: acceptCascade(cursor) };
}

/** Partitions, periods and system versioning: their lists of names hold commas, so the rest of the statement is theirs. */
function readPartitionOption(cursor: Cursor, on: OnTable, start: number): readonly Operation[] {
  if (cursor.is('partition')) cursor.skipRest();
  else cursor.skipClause();
  return [{ kind: 'set-table-option', ...on, words: wordsOf(cursor.textOf(cursor.rangeFrom(start))) }];
}

function readRename(cursor: Cursor, on: OnTable, written: 'table' | 'foreign-table'): readonly Operation[] {
  cursor.expect('rename');
  if (cursor.accept('to') || (cursor.isMysql && (cursor.accept('as') || cursor.acceptSymbol('=')))) {
    return [{ kind: 'rename-table', ...on, to: readQualifiedName(cursor), written }];
  }
  if (cursor.is('constraint') && cursor.is('to', 2)) {
    cursor.advance();
    const constraint = readName(cursor);
    cursor.expect('to');
    return [{ kind: 'rename-constraint', ...on, constraint, to: readName(cursor) }];
  }
  if (cursor.isMysql && (cursor.is('index') || cursor.is('key'))) return [readRenameIndex(cursor, on)];
  if (cursor.isMysql && !cursor.is('column') && !cursor.is('to', 1)) {
    return [{ kind: 'rename-table', ...on, to: readQualifiedName(cursor), written }];
  }
  return [readRenameColumn(cursor, on)];
}

function readRenameIndex(cursor: Cursor, on: OnTable): Operation {
  cursor.advance();
  const ifExists = acceptIfExists(cursor);
  const name = readName(cursor);
  cursor.expect('to');
  const index = { start: name.start, end: name.end, name };
  const to = readName(cursor);
  return { kind: 'rename-index', statement: on.statement, table: on.table, index, to, ...given({ ifExists }) };
}

/** `RENAME [COLUMN] a TO b`; a column may be called `column` as well. */
function readRenameColumn(cursor: Cursor, on: OnTable): Operation {
  if (!cursor.is('to', 1)) cursor.accept('column');
  const ifExists = acceptIfExists(cursor);
  const column = readName(cursor);
  cursor.expect('to');
  return { kind: 'rename-column', ...on, column, to: readName(cursor), ...given({ ifExists }) };
}

/** MySQL and MariaDB: `MODIFY [COLUMN] [IF EXISTS] definition [FIRST | AFTER c]`. */
function readModify(cursor: Cursor, on: OnTable): readonly Operation[] {
  cursor.advance();
  cursor.accept('column');
  const ifExists = acceptIfExists(cursor);
  const definition = readColumnDefinition(cursor);
  const position = acceptPosition(cursor);
  return [{ kind: 'modify-column', ...on, column: definition.name, definition, ...given({ ifExists, position }) }];
}

/** MySQL and MariaDB: `CHANGE [COLUMN] [IF EXISTS] old definition [FIRST | AFTER c]`. */
function readChange(cursor: Cursor, on: OnTable): readonly Operation[] {
  cursor.advance();
  cursor.accept('column');
  const ifExists = acceptIfExists(cursor);
  const column = readName(cursor);
  const definition = readColumnDefinition(cursor);
  const position = acceptPosition(cursor);
  return [{ kind: 'modify-column', ...on, column, definition, ...given({ ifExists, position }) }];
}

function readSet(cursor: Cursor, on: OnTable): readonly Operation[] {
  if (cursor.acceptWords('set', 'schema')) return [{ kind: 'set-table-schema', ...on, schema: readName(cursor) }];
  return readOption(cursor, on);
}

function readValidate(cursor: Cursor, on: OnTable): readonly Operation[] {
  cursor.advance();
  cursor.expect('constraint');
  return [{ kind: 'validate-constraint', ...on, constraint: readName(cursor) }];
}

function readAttach(cursor: Cursor, on: OnTable): readonly Operation[] {
  cursor.advance();
  cursor.expect('partition');
  const partition = readQualifiedName(cursor);
  cursor.skipRest();
  return [{ kind: 'attach-partition', ...on, partition }];
}

function readDetach(cursor: Cursor, on: OnTable): readonly Operation[] {
  cursor.advance();
  cursor.expect('partition');
  const partition = readQualifiedName(cursor);
  if (!cursor.accept('concurrently')) cursor.accept('finalize');
  return [{ kind: 'detach-partition', ...on, partition }];
}

/** `INHERIT parent`, `NO INHERIT parent`; NO FORCE ROW LEVEL SECURITY is an option. */
function readParent(cursor: Cursor, on: OnTable): readonly Operation[] {
  if (cursor.isMysql || (cursor.is('no') && !cursor.is('inherit', 1))) return readOption(cursor, on);
  const inherits = !cursor.accept('no');
  cursor.expect('inherit');
  return [{ kind: 'set-parent', ...on, parent: readQualifiedName(cursor), inherits }];
}

/** CLUSTER ON index, REPLICA IDENTITY USING INDEX index, ENABLE [REPLICA | ALWAYS] TRIGGER trigger. */
function readNeedingOption(cursor: Cursor, on: OnTable): readonly Operation[] {
  const before = cursor.mark();
  const needs = cursor.isMysql ? undefined : readNeeded(cursor);
  cursor.returnTo(before);
  return readOption(cursor, on).map((option) => ({ ...option, ...given({ needs }) }));
}

function readNeeded(cursor: Cursor): SetTableOption['needs'] {
  if (cursor.acceptWords('cluster', 'on') || cursor.acceptWords('replica', 'identity', 'using', 'index'))
    return { kind: 'index', name: readName(cursor) };
  cursor.advance();
  if (!cursor.accept('replica')) cursor.accept('always');
  if (!cursor.accept('trigger') || cursor.is('all') || cursor.is('user')) return undefined;
  return { kind: 'trigger', name: readName(cursor) };
}

/** What begins an action that leaves the table's shape as it is. */
const optionWords: ReadonlySet<string> = new Set([
  'set', 'reset', 'owner', 'enable', 'disable', 'force', 'no', 'cluster', 'replica', 'inherit', 'of', 'not', 'options',
  'convert', 'default', 'engine', 'charset', 'character', 'collate', 'algorithm', 'lock', 'comment', 'auto_increment',
  'row_format', 'tablespace', 'discard', 'import', 'with', 'without', 'wait', 'nowait', 'storage',
]); // prettier-ignore

/** Those whose lists hold commas: the rest of the statement is theirs. */
const listOptionWords: ReadonlySet<string> = new Set([
  'partition', 'truncate', 'coalesce', 'reorganize', 'exchange', 'analyze', 'check', 'optimize', 'rebuild', 'repair', 'remove',
  'order', 'union', 'discard', 'import',
]); // prettier-ignore

function readOption(cursor: Cursor, on: OnTable): readonly Operation[] {
  const start = cursor.start();
  const word = cursor.word();
  if (listOptionWords.has(word) && cursor.isMysql) cursor.skipRest();
  else if (optionWords.has(word) || (cursor.isMysql && cursor.isSymbol('=', 1))) cursor.skipClause();
  else cursor.fail('unknown action of ALTER TABLE');
  return [{ kind: 'set-table-option', ...on, words: wordsOf(cursor.textOf(cursor.rangeFrom(start))) }];
}
