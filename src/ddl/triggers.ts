import { acceptCascade, acceptIfExists, acceptIfNotExists, given, readBlockBody, restAsWords } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readCompleteExpression, readParenthesized } from './expression.ts';
import { acceptName, readName, readQualifiedName } from './names.ts';
import type { CreateTrigger, DropTrigger, Expression, Name, Operation } from './operation.ts';
import type { Family, Lead } from './reader.ts';

/** CREATE, ALTER and DROP TRIGGER. */
export const triggers: Family = {
  'create trigger': (cursor, lead) => [readCreateTrigger(cursor, lead)],
  'alter trigger': (cursor) => [readAlterTrigger(cursor)],
  'drop trigger': (cursor) => [readDropTrigger(cursor)],
};

type Event = CreateTrigger['events'][number];

interface Occasion {
  readonly events: Event[];
  readonly updateOf: Name[];
}

function readCreateTrigger(cursor: Cursor, lead: Lead): CreateTrigger {
  const { statement } = cursor;
  const ifNotExists = acceptIfNotExists(cursor);
  const trigger = readQualifiedName(cursor);
  const timing = readTiming(cursor);
  const { events, updateOf } = readEvents(cursor);
  cursor.expect('on');
  const table = readQualifiedName(cursor);
  cursor.table = table;
  const head = {
    kind: 'create-trigger',
    statement,
    trigger,
    table,
    temporary: lead.temporary,
    ...given({ orReplace: lead.orReplace, ifNotExists }),
    timing,
    events,
    updateOf,
  } as const;
  const when = readUpToAction(cursor);
  if (cursor.dialect.name !== 'postgres') return { ...head, ...given({ when }), body: readBlockBody(cursor) };
  cursor.expect('execute');
  if (!cursor.accept('function')) cursor.expect('procedure');
  const called = readQualifiedName(cursor);
  cursor.skipRest();
  return { ...head, ...given({ when }), function: called };
}

/** SQLite takes BEFORE when nothing is said (sqlite.org/lang_createtrigger.html); the others always say it. */
function readTiming(cursor: Cursor): CreateTrigger['timing'] {
  if (cursor.acceptWords('instead', 'of') !== undefined) return 'instead of';
  if (cursor.accept('after')) return 'after';
  cursor.accept('before');
  return 'before';
}

const eventWords: ReadonlyMap<string, Event> = new Map([
  ['insert', 'insert'],
  ['update', 'update'],
  ['delete', 'delete'],
  ['truncate', 'truncate'],
]);

function readEvents(cursor: Cursor): Occasion {
  const occasion: Occasion = { events: [], updateOf: [] };
  do {
    const event = eventWords.get(cursor.word());
    if (event === undefined) cursor.fail('expected INSERT, UPDATE or DELETE');
    cursor.advance();
    occasion.events.push(event);
    if (event === 'update' && cursor.accept('of')) occasion.updateOf.push(...readColumns(cursor));
  } while (cursor.accept('or'));
  return occasion;
}

function readColumns(cursor: Cursor): Name[] {
  const columns = [readName(cursor)];
  while (cursor.acceptSymbol(',')) columns.push(readName(cursor));
  return columns;
}

/** FROM, DEFERRABLE, REFERENCING, FOR EACH ROW, FOLLOWS and WHEN, up to the body or EXECUTE. */
function readUpToAction(cursor: Cursor): Expression | undefined {
  let when: Expression | undefined;
  while (!cursor.atEnd() && !cursor.is('execute')) {
    if (cursor.accept('when')) when = readCondition(cursor);
    else if (!acceptClause(cursor)) break;
  }
  return when;
}

function readCondition(cursor: Cursor): Expression {
  return cursor.dialect.name === 'postgres' ? readParenthesized(cursor) : readCompleteExpression(cursor);
}

const clauseWords: ReadonlySet<string> = new Set(['not', 'deferrable', 'initially', 'deferred', 'immediate']);

function acceptClause(cursor: Cursor): boolean {
  if (cursor.accept('for')) {
    cursor.accept('each');
    cursor.advance();
    return true;
  }
  if (cursor.is('from') || cursor.is('follows') || cursor.is('precedes')) {
    cursor.advance();
    readQualifiedName(cursor);
    return true;
  }
  if (cursor.accept('referencing')) {
    while (cursor.is('old') || cursor.is('new')) readTransitionTable(cursor);
    return true;
  }
  return cursor.acceptOneOf(clauseWords) !== undefined;
}

/** `NEW TABLE AS inserted`, in standard SQL also `NEW ROW AS x`. */
function readTransitionTable(cursor: Cursor): void {
  cursor.advance();
  if (!cursor.accept('table')) cursor.accept('row');
  cursor.accept('as');
  acceptName(cursor);
}

function readAlterTrigger(cursor: Cursor): Operation {
  const { statement } = cursor;
  const name = readQualifiedName(cursor);
  cursor.expect('on');
  const table = readQualifiedName(cursor);
  const change =
    cursor.acceptWords('rename', 'to') === undefined
      ? ({ kind: 'other', words: restAsWords(cursor) } as const)
      : ({ kind: 'rename', to: readName(cursor) } as const);
  return { kind: 'alter-object', statement, object: 'trigger', name, table, change };
}

function readDropTrigger(cursor: Cursor): DropTrigger {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const trigger = readQualifiedName(cursor);
  const table = cursor.accept('on') ? readQualifiedName(cursor) : undefined;
  const cascade = acceptCascade(cursor);
  return { kind: 'drop-trigger', statement, trigger, ...given({ table, ifExists }), cascade };
}
