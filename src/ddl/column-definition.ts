import type { DialectName } from '../dialects/dialect.ts';
import type { Cursor } from './cursor.ts';
import { readCompleteExpression, readParenthesized } from './expression.ts';
import { acceptDeferring, readForeignKeyTarget } from './foreign-key.ts';
import { acceptString, readName, readNewName, readQualifiedName } from './names.ts';
import type { ColumnDefinition, Name, Range, TypeName } from './operation.ts';
import { acceptCharacterSet, acceptTypeName } from './type-name.ts';

/** What is known of a column so far; the same shape as the finished definition. */
type Draft = { -readonly [Property in keyof ColumnDefinition]: ColumnDefinition[Property] } & {
  checks: ColumnDefinition['checks'][number][];
  opaque: Range[];
};

/** Reads one attribute, whose first word is where the cursor stands; `start` and `name` count CONSTRAINT in. */
type AttributeReader = (cursor: Cursor, draft: Draft, start: number, name: Name | undefined) => void;

/** `name type attributes`, up to the comma, closing parenthesis or MySQL's FIRST and AFTER. */
export function readColumnDefinition(cursor: Cursor): ColumnDefinition {
  const start = cursor.start();
  const name = readNewName(cursor);
  const type = acceptTypeName(cursor);
  return readAttributes(cursor, start, name, type);
}

/** A column whose type comes from elsewhere (PARTITION OF, OF type): `name [WITH OPTIONS] attributes`. */
export function readColumnWithoutType(cursor: Cursor): ColumnDefinition {
  const start = cursor.start();
  const name = readName(cursor);
  cursor.acceptWords('with', 'options');
  return readAttributes(cursor, start, name, undefined);
}

function readAttributes(cursor: Cursor, start: number, name: Name, type: TypeName | undefined): ColumnDefinition {
  const draft: Draft = { start, end: start, name, checks: [], opaque: [] };
  if (type !== undefined) draft.type = type;
  while (!cursor.atClauseEnd() && !endsDefinition(cursor)) readAttribute(cursor, draft);
  draft.end = cursor.lastEnd();
  return draft;
}

/** MySQL and MariaDB end a definition in ALTER TABLE with FIRST or AFTER x, or the whole statement with PARTITION BY. */
function endsDefinition(cursor: Cursor): boolean {
  return cursor.isMysql && (cursor.is('first') || cursor.is('after') || cursor.areWords('partition', 'by'));
}

function readAttribute(cursor: Cursor, draft: Draft): void {
  const start = cursor.start();
  const name = acceptConstraintName(cursor);
  const reader = attributeReaders[cursor.dialect.name].get(cursor.word());
  if (reader !== undefined) reader(cursor, draft, start, name);
  // SQLite takes a CONSTRAINT name with nothing after it.
  else if (!cursor.atClauseEnd()) draft.opaque.push(cursor.skipClause());
}

function acceptConstraintName(cursor: Cursor): Name | undefined {
  let name: Name | undefined;
  // SQLite takes several in a row; the last one names what follows.
  while (cursor.accept('constraint')) name = acceptNameOfConstraint(cursor);
  return name;
}

/** What follows CONSTRAINT: MySQL lets the name away. */
export function acceptNameOfConstraint(cursor: Cursor): Name | undefined {
  return namelessConstraint.has(cursor.word()) ? undefined : readName(cursor);
}

const namelessConstraint: ReadonlySet<string> = new Set(['check', 'primary', 'unique', 'foreign']);

/** Attributes by their first word. Each dialect has its own, so that one that its engine would refuse is not taken for read. */
const common: readonly (readonly [string, AttributeReader])[] = [
  ['not', readNot],
  ['null', readNull],
  ['default', readDefault],
  ['primary', readPrimaryKey],
  ['unique', readUnique],
  ['check', readCheck],
  ['references', readReferences],
  ['collate', readCollation],
  ['generated', readGenerated],
];

const sqlite: ReadonlyMap<string, AttributeReader> = new Map([
  ...common,
  ['as', readGenerated],
  ['autoincrement', readAutoIncrement],
  ['on', readOn],
  ['deferrable', skipDeferring],
  ['initially', skipDeferring],
]);

const postgres: ReadonlyMap<string, AttributeReader> = new Map([
  ...common,
  ['deferrable', skipDeferring],
  ['initially', skipDeferring],
  ['no', skipTwoWords],
  ['enforced', skipWord],
  ['storage', skipSetting],
  ['compression', skipSetting],
  ['using', skipIndexSpace],
  ['with', skipWith],
  ['include', skipOptions],
  ['options', skipOptions],
]);

const mysql: ReadonlyMap<string, AttributeReader> = new Map([
  ...common,
  ['as', readGenerated],
  ['key', readPrimaryKey],
  ['auto_increment', readAutoIncrement],
  ['comment', readComment],
  ['on', readOn],
  ['serial', readSerial],
  ['enforced', skipWord],
  ['visible', skipWord],
  ['invisible', skipWord],
  ['virtual', skipWord],
  ['stored', skipWord],
  ['persistent', skipWord],
  ['compressed', skipSetting],
  ['storage', skipSetting],
  ['column_format', skipSetting],
  ['engine_attribute', skipSetting],
  ['secondary_engine_attribute', skipSetting],
  ['srid', skipSetting],
  ['ref_system_id', skipSetting],
  ['with', skipWith],
  ['without', skipWith],
  ['character', readCharacterSet],
  ['charset', readCharacterSet],
]);

const attributeReaders: Readonly<Record<DialectName, ReadonlyMap<string, AttributeReader>>> = {
  sqlite,
  postgres,
  mysql,
  mariadb: mysql,
};

/** NOT NULL, and the NOTs that qualify an earlier attribute: NOT DEFERRABLE, NOT ENFORCED, NOT VISIBLE. */
function readNot(cursor: Cursor, draft: Draft): void {
  const range = cursor.acceptWords('not', 'null');
  if (range !== undefined) {
    draft.notNull = true;
    draft.notNullRange = range;
    skipConflictClause(cursor);
    return;
  }
  const known =
    cursor.is('deferrable', 1) || cursor.is('enforced', 1) || cursor.is('visible', 1) || cursor.is('valid', 1);
  if (known) skipTwoWords(cursor);
  else draft.opaque.push(cursor.skipClause());
}

function readNull(cursor: Cursor, draft: Draft): void {
  cursor.advance();
  draft.notNull ??= false;
  skipConflictClause(cursor);
}

function readDefault(cursor: Cursor, draft: Draft): void {
  cursor.advance();
  // PostgreSQL refuses a second DEFAULT; SQLite and MySQL keep the last one.
  draft.default = readDefaultValue(cursor);
}

/** A DEFAULT's value. SQLite (lang_createtable.html, "The DEFAULT clause") takes a bare name for a string. */
export function readDefaultValue(cursor: Cursor): ColumnDefinition['default'] & object {
  const expression = readCompleteExpression(cursor);
  const isName =
    cursor.dialect.name === 'sqlite' && expression.columns.length === 1 && !expression.text.startsWith('(');
  return isName ? { ...expression, columns: [], form: 'literal' } : expression;
}

function readPrimaryKey(cursor: Cursor, draft: Draft, start: number, name: Name | undefined): void {
  if (!cursor.acceptWords('primary', 'key')) cursor.expect('key');
  const descending = cursor.accept('desc');
  if (!descending) cursor.accept('asc');
  draft.primaryKey = { ...cursor.rangeFrom(start), ...(name && { name }), ...(descending && { descending }) };
  skipConflictClause(cursor);
}

function readUnique(cursor: Cursor, draft: Draft, start: number, name: Name | undefined): void {
  cursor.advance();
  cursor.accept('key');
  if (cursor.accept('nulls')) {
    cursor.accept('not');
    cursor.expect('distinct');
  }
  draft.unique = { ...cursor.rangeFrom(start), ...(name && { name }) };
  skipConflictClause(cursor);
}

function readCheck(cursor: Cursor, draft: Draft, _start: number, name: Name | undefined): void {
  cursor.advance();
  const expression = readParenthesized(cursor);
  draft.checks.push({ ...(name && { name }), expression });
  skipConflictClause(cursor);
}

function readReferences(cursor: Cursor, draft: Draft, start: number, name: Name | undefined): void {
  cursor.advance();
  draft.references = { ...readForeignKeyTarget(cursor, start), ...(name && { name }) };
}

function readCollation(cursor: Cursor, draft: Draft): void {
  cursor.advance();
  cursor.acceptSymbol('=');
  draft.collation = acceptString(cursor) ?? readQualifiedName(cursor).name.text;
}

/** `GENERATED ALWAYS AS (x) STORED`, `AS (x)`, `GENERATED BY DEFAULT AS IDENTITY`, MariaDB's `GENERATED ALWAYS AS ROW START`. */
function readGenerated(cursor: Cursor, draft: Draft): void {
  cursor.accept('generated');
  const byDefault = cursor.acceptWords('by', 'default') !== undefined;
  if (byDefault) cursor.acceptWords('on', 'null');
  else cursor.accept('always');
  cursor.expect('as');
  if (cursor.accept('identity')) {
    if (cursor.isSymbol('(')) cursor.skipBalanced();
    draft.identity = byDefault ? 'by default' : 'always';
  } else if (cursor.accept('row')) {
    cursor.advance();
  } else {
    const expression = readParenthesized(cursor);
    const stored = cursor.accept('stored') || cursor.accept('persistent');
    if (!stored) cursor.accept('virtual');
    draft.generated = { expression, stored };
  }
}

function readAutoIncrement(cursor: Cursor, draft: Draft): void {
  draft.autoIncrement = cursor.here();
  cursor.advance();
}

function readComment(cursor: Cursor, draft: Draft): void {
  cursor.advance();
  cursor.acceptSymbol('=');
  const comment = acceptString(cursor);
  if (comment === undefined) draft.opaque.push(cursor.skipClause());
  else draft.comment = comment;
}

/** ON UPDATE CURRENT_TIMESTAMP; ON CONFLICT and ON DELETE only stand behind what they belong to. */
function readOn(cursor: Cursor, draft: Draft): void {
  if (cursor.acceptWords('on', 'update')) draft.onUpdate = readCompleteExpression(cursor);
  else if (cursor.is('conflict', 1)) skipConflictClause(cursor);
  else draft.opaque.push(cursor.skipClause());
}

/** MySQL manual 13.1: SERIAL DEFAULT VALUE is NOT NULL AUTO_INCREMENT UNIQUE. */
function readSerial(cursor: Cursor, draft: Draft, start: number): void {
  if (!cursor.acceptWords('serial', 'default', 'value')) {
    draft.opaque.push(cursor.skipClause());
    return;
  }
  const range = cursor.rangeFrom(start);
  draft.notNull = true;
  draft.notNullRange = range;
  draft.autoIncrement = range;
  draft.unique = range;
}

function readCharacterSet(cursor: Cursor, draft: Draft): void {
  const modifier = acceptCharacterSet(cursor);
  if (modifier === undefined) draft.opaque.push(cursor.skipClause());
  else if (draft.type !== undefined) draft.type = { ...draft.type, modifiers: [...draft.type.modifiers, modifier] };
}

/** SQLite: `ON CONFLICT REPLACE` behind NOT NULL, UNIQUE, PRIMARY KEY and CHECK. */
export function skipConflictClause(cursor: Cursor): void {
  if (cursor.acceptWords('on', 'conflict')) cursor.advance();
}

function skipDeferring(cursor: Cursor, draft: Draft): void {
  const deferrable = acceptDeferring(cursor);
  if (deferrable === undefined) draft.opaque.push(cursor.skipClause());
}

function skipWord(cursor: Cursor): void {
  cursor.advance();
}

function skipTwoWords(cursor: Cursor): void {
  cursor.advance();
  if (!cursor.atClauseEnd()) cursor.advance();
}

/** `word [=] value`, `word=value`. */
function skipSetting(cursor: Cursor): void {
  const bare = cursor.is('compressed');
  cursor.advance();
  const assigned = cursor.acceptSymbol('=');
  if (!cursor.atClauseEnd() && (assigned || !bare)) cursor.advance();
}

/** PostgreSQL: `USING INDEX TABLESPACE x`. */
function skipIndexSpace(cursor: Cursor, draft: Draft): void {
  if (cursor.acceptWords('using', 'index', 'tablespace')) readName(cursor);
  else draft.opaque.push(cursor.skipClause());
}

/** PostgreSQL: `WITH (fillfactor = 70)`; MariaDB: `WITH[OUT] SYSTEM VERSIONING`. */
function skipWith(cursor: Cursor, draft: Draft): void {
  if (cursor.is('with') && cursor.isSymbol('(', 1)) {
    cursor.advance();
    cursor.skipBalanced();
  } else if (!(
    cursor.acceptWords('with', 'system', 'versioning') ?? cursor.acceptWords('without', 'system', 'versioning')
  )) {
    draft.opaque.push(cursor.skipClause());
  }
}

/** Foreign tables: `OPTIONS (column_name 'x')`; `PRIMARY KEY INCLUDE (a)`. */
function skipOptions(cursor: Cursor, draft: Draft): void {
  if (cursor.isSymbol('(', 1)) {
    cursor.advance();
    cursor.skipBalanced();
  } else draft.opaque.push(cursor.skipClause());
}
