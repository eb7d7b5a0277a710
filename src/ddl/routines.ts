import {
  acceptCascade,
  acceptIfExists,
  acceptIfNotExists,
  acceptQuotedText,
  given,
  readBlockBody,
  restAsWords,
} from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { acceptString, readName, readQualifiedName } from './names.ts';
import type { AlterObject, CreateRoutine, DropObject, Operation, QueryText, TypeName } from './operation.ts';
import type { Family, Lead } from './reader.ts';
import { acceptTypeName, readTypeName } from './type-name.ts';

/** CREATE, ALTER and DROP of functions, procedures and aggregates. */
export const routines: Family = {
  'create function': (cursor, lead) => [readCreateRoutine(cursor, lead, 'function')],
  'create procedure': (cursor, lead) => [readCreateRoutine(cursor, lead, 'procedure')],
  'create aggregate': (cursor, lead) => [readCreateAggregate(cursor, lead)],
  'alter function': readAlterRoutine,
  'alter procedure': readAlterRoutine,
  'alter routine': readAlterRoutine,
  'alter aggregate': readAlterRoutine,
  'drop function': (cursor) => readDropRoutines(cursor, 'function'),
  'drop procedure': (cursor) => readDropRoutines(cursor, 'procedure'),
  'drop routine': (cursor) => readDropRoutines(cursor, 'routine'),
  'drop aggregate': (cursor) => readDropRoutines(cursor, 'aggregate'),
};

function readCreateRoutine(cursor: Cursor, lead: Lead, variant: CreateRoutine['variant']): CreateRoutine {
  const { statement } = cursor;
  const ifNotExists = acceptIfNotExists(cursor);
  const routine = readQualifiedName(cursor);
  // MySQL's loadable functions have no list: CREATE FUNCTION f RETURNS STRING SONAME 'f.so'.
  const list = cursor.isSymbol('(') ? readArguments(cursor) : noArguments;
  const head = {
    kind: 'create-routine',
    statement,
    routine,
    variant,
    ...given({ orReplace: lead.orReplace, ifNotExists }),
    argumentTypes: list.types,
    argumentNames: list.names,
  } as const;
  return { ...head, ...given(cursor.dialect.name === 'postgres' ? readPostgresTail(cursor) : readMysqlTail(cursor)) };
}

interface Tail {
  returns?: string | undefined;
  language?: string | undefined;
  body?: QueryText | undefined;
}

/** The clauses of PostgreSQL stand in any order (manual, CREATE FUNCTION). */
function readPostgresTail(cursor: Cursor): Tail {
  const tail: Tail = {};
  while (!cursor.atEnd()) {
    if (cursor.accept('returns')) readReturns(cursor, tail);
    else if (cursor.accept('language')) tail.language = readWordOrString(cursor).toLowerCase();
    else if (cursor.is('as')) readQuotedBody(cursor, tail);
    else if (cursor.is('begin') || cursor.is('return')) tail.body = readBlockBody(cursor);
    else cursor.skipItem();
  }
  return tail;
}

function readReturns(cursor: Cursor, tail: Tail): void {
  // RETURNS NULL ON NULL INPUT says nothing about the type.
  if (cursor.areWords('null', 'on')) return;
  if (cursor.is('table') && cursor.isSymbol('(', 1)) {
    const start = cursor.start();
    cursor.advance();
    cursor.skipBalanced();
    tail.returns = cursor.textOf(cursor.rangeFrom(start)).replaceAll(/\s+/g, ' ').toLowerCase();
    return;
  }
  const setOf = cursor.is('setof');
  const type = acceptRoutineType(cursor);
  if (type !== undefined) tail.returns = setOf ? `setof ${typeIdentity(type)}` : typeIdentity(type);
}

/** `AS 'body'`, `AS $$body$$`, `AS 'library', 'symbol'`. */
function readQuotedBody(cursor: Cursor, tail: Tail): void {
  cursor.advance();
  const body = acceptQuotedText(cursor, acceptString);
  if (body !== undefined) tail.body = body;
}

const characteristicWords: ReadonlySet<string> = new Set([
  'deterministic', 'not', 'contains', 'no', 'sql', 'reads', 'modifies', 'data', 'aggregate',
]); // prettier-ignore

/** MySQL manual 15.1.17: RETURNS, characteristics, then the body. */
function readMysqlTail(cursor: Cursor): Tail {
  const tail: Tail = {};
  for (;;) {
    if (cursor.accept('returns') || acceptOracleReturn(cursor, tail))
      tail.returns = typeText(cursor, readTypeName(cursor));
    else if (cursor.accept('language')) tail.language = readWordOrString(cursor).toLowerCase();
    else if (cursor.accept('comment')) acceptString(cursor);
    else if (cursor.acceptWords('sql', 'security') !== undefined) cursor.advance();
    else if (cursor.accept('charset')) readWordOrString(cursor);
    else if (cursor.acceptOneOf(characteristicWords) === undefined) break;
  }
  if (!cursor.atEnd()) tail.body = readBlockBody(cursor);
  return tail;
}

/** MariaDB with sql_mode=ORACLE writes `RETURN type`; behind RETURNS the word begins a body of one statement. */
function acceptOracleReturn(cursor: Cursor, tail: Tail): boolean {
  return tail.returns === undefined && cursor.accept('return');
}

function typeText(cursor: Cursor, type: TypeName): string {
  return cursor.textOf(type).replaceAll(/\s+/g, ' ').toLowerCase();
}

function readWordOrString(cursor: Cursor): string {
  return acceptString(cursor) ?? readName(cursor).text;
}

interface Arguments {
  readonly types: readonly string[];
  readonly names: readonly string[];
}

const noArguments: Arguments = { types: [], names: [] };

/** `(IN a int, b text DEFAULT 'x', VARIADIC c int[])`; the types are those that make up the identity. */
export function readArguments(cursor: Cursor): Arguments {
  const types: string[] = [];
  const names: string[] = [];
  cursor.expectSymbol('(');
  // An aggregate over rows, `count(*)`, has no arguments; ORDER BY parts the direct ones of an ordered-set aggregate.
  if (!cursor.acceptSymbol('*')) {
    while (!cursor.atEnd() && !cursor.isSymbol(')')) {
      const argument = readArgument(cursor);
      if (argument.isInput) types.push(argument.type);
      if (argument.name !== undefined) names.push(argument.name);
      if (!cursor.acceptSymbol(',') && cursor.acceptWords('order', 'by') === undefined) break;
    }
  }
  cursor.expectSymbol(')');
  return { types, names };
}

interface Argument {
  readonly isInput: boolean;
  readonly type: string;
  readonly name: string | undefined;
}

function readArgument(cursor: Cursor): Argument {
  if (cursor.acceptWords('order', 'by') !== undefined) return readArgument(cursor);
  let mode = acceptMode(cursor);
  const before = cursor.mark();
  const alone = acceptRoutineType(cursor);
  if (alone !== undefined && atArgumentEnd(cursor)) return finishArgument(cursor, mode, alone, undefined);
  cursor.returnTo(before);
  const name = readName(cursor).text;
  mode ??= acceptMode(cursor);
  const type = acceptRoutineType(cursor) ?? cursor.fail('expected a type');
  return finishArgument(cursor, mode, type, name);
}

function finishArgument(cursor: Cursor, mode: Mode | undefined, type: TypeName, name: string | undefined): Argument {
  while (!cursor.atClauseEnd() && !cursor.areWords('order', 'by')) cursor.skipItem();
  return { isInput: mode !== 'out', type: typeIdentity(type), name };
}

function atArgumentEnd(cursor: Cursor): boolean {
  return (
    cursor.atClauseEnd() || cursor.is('default') || cursor.isSymbol('=') || cursor.isSymbol(':=') || cursor.is('order')
  );
}

type Mode = 'in' | 'out';

/** IN, INOUT and VARIADIC arguments make up a function's identity, OUT ones do not. */
function acceptMode(cursor: Cursor): Mode | undefined {
  // A mode is followed by a name or a type: `f(in)` would be a type of that name.
  if (cursor.isSymbol(',', 1) || cursor.isSymbol(')', 1)) return undefined;
  if (cursor.accept('out')) return 'out';
  if (cursor.accept('inout') || cursor.accept('variadic')) return 'in';
  if (!cursor.accept('in')) return undefined;
  cursor.accept('out');
  return 'in';
}

/** A type, also as `table.column%TYPE`. */
function acceptRoutineType(cursor: Cursor): TypeName | undefined {
  const type = acceptTypeName(cursor);
  if (type !== undefined && cursor.acceptSymbol('%')) cursor.accept('type');
  return type;
}

/** Names under which PostgreSQL knows its own types (manual, table 8.1; `pg_catalog.format_type`). */
const standardNames: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'],
  ['int4', 'integer'],
  ['int2', 'smallint'],
  ['int8', 'bigint'],
  ['bool', 'boolean'],
  ['float', 'double precision'],
  ['float8', 'double precision'],
  ['float4', 'real'],
  ['decimal', 'numeric'],
  ['dec', 'numeric'],
  ['varchar', 'character varying'],
  ['char varying', 'character varying'],
  ['national character varying', 'character varying'],
  ['national char varying', 'character varying'],
  ['nchar varying', 'character varying'],
  ['char', 'character'],
  ['bpchar', 'character'],
  ['nchar', 'character'],
  ['national character', 'character'],
  ['national char', 'character'],
  ['varbit', 'bit varying'],
  ['timestamptz', 'timestamp with time zone'],
  ['timetz', 'time with time zone'],
]);

/** A type as PostgreSQL compares it in the identity of a routine: standard name, no length, arrays of any depth alike. */
export function typeIdentity(type: TypeName): string {
  const withZone = type.modifiers.includes('with time zone') ? ' with time zone' : '';
  // PostgreSQL's "char", in quotes, is a type of its own.
  const quoted = type.identifier?.quoted === true;
  const bare = quoted ? type.name : (standardNames.get(type.name) ?? type.name);
  const floatBits = type.name === 'float' ? Number(type.arguments[0] ?? 53) : 53;
  const name = floatBits <= 24 ? 'real' : `${bare}${withZone}`;
  const schema =
    type.schema === undefined || type.schema.text.toLowerCase() === 'pg_catalog' ? '' : `${type.schema.text}.`;
  return `${schema}${name}${type.arrayDepth > 0 ? '[]' : ''}`;
}

function readCreateAggregate(cursor: Cursor, lead: Lead): CreateRoutine {
  // MariaDB: CREATE AGGREGATE FUNCTION is a stored function that reads many rows.
  if (cursor.is('function') && !cursor.isSymbol('(', 1)) {
    cursor.advance();
    return readCreateRoutine(cursor, lead, 'function');
  }
  const { statement } = cursor;
  const routine = readQualifiedName(cursor);
  const list = isOldAggregate(cursor) ? noArguments : readArguments(cursor);
  cursor.skipRest();
  return {
    kind: 'create-routine',
    statement,
    routine,
    variant: 'aggregate',
    ...given({ orReplace: lead.orReplace }),
    argumentTypes: list.types,
    argumentNames: list.names,
  };
}

/** PostgreSQL before 8.2: `CREATE AGGREGATE a (BASETYPE = int, SFUNC = f, ..)`, one list of options. */
function isOldAggregate(cursor: Cursor): boolean {
  return cursor.isSymbol('=', 2);
}

function readAlterRoutine(cursor: Cursor): readonly AlterObject[] {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const name = readQualifiedName(cursor);
  const argumentTypes = cursor.isSymbol('(') ? readArguments(cursor).types : undefined;
  const change = readRoutineChange(cursor);
  return [{ kind: 'alter-object', statement, object: 'routine', name, ...given({ ifExists, argumentTypes }), change }];
}

function readRoutineChange(cursor: Cursor): AlterObject['change'] {
  if (cursor.acceptWords('rename', 'to') !== undefined) return { kind: 'rename', to: readName(cursor) };
  if (cursor.acceptWords('set', 'schema') !== undefined) return { kind: 'set-schema', schema: readName(cursor) };
  return { kind: 'other', words: restAsWords(cursor) };
}

type DroppedRoutine = 'function' | 'procedure' | 'routine' | 'aggregate';

function readDropRoutines(cursor: Cursor, object: DroppedRoutine): readonly Operation[] {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const dropped: Omit<DropObject, 'cascade'>[] = [];
  do {
    const name = readQualifiedName(cursor);
    const argumentTypes = cursor.isSymbol('(') ? readArguments(cursor).types : undefined;
    dropped.push({ kind: 'drop-object', statement, object, name, ...given({ ifExists, argumentTypes }) });
  } while (cursor.acceptSymbol(','));
  const cascade = acceptCascade(cursor);
  return dropped.map((drop) => ({ ...drop, cascade }));
}
