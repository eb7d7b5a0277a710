import {
  acceptCascade,
  acceptIfExists,
  acceptIfNotExists,
  given,
  nameOfRange,
  readAccount,
  restAsWords,
} from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readName, readQualifiedName } from './names.ts';
import type {
  AlterObject,
  CreateObject,
  DropObject,
  NamedObjectKind,
  Opaque,
  Operation,
  QualifiedName,
  SetTableSchema,
} from './operation.ts';
import type { Family, Lead, Reader } from './reader.ts';

/** CREATE, ALTER and DROP of everything that only its name stands for in the catalog. */
export const objects: Family = Object.fromEntries(
  [...nounKinds()].flatMap(([noun, kinds]): [string, Reader][] => [
    [`create ${noun}`, (cursor, lead) => readCreate(cursor, lead, kinds)],
    [`alter ${noun}`, (cursor) => [readAlter(cursor, kinds)]],
    [`drop ${noun}`, (cursor) => readDrop(cursor, kinds)],
  ]),
);

/** How the name of an object is written. */
type Naming = 'name' | 'account' | 'operator' | 'parenthesis' | 'for';

interface Kind {
  readonly object: NamedObjectKind;
  /** The words of its kind that follow the first. */
  readonly words: readonly string[];
  readonly naming: Naming;
}

function kind(object: NamedObjectKind, words: readonly string[] = [], naming: Naming = 'name'): Kind {
  return { object, words, naming };
}

/** Kinds by their first word; of several, the longer come first. */
function nounKinds(): ReadonlyMap<string, readonly Kind[]> {
  return new Map<string, readonly Kind[]>([
    ['sequence', [kind('sequence')]],
    ['schema', [kind('schema')]],
    ['extension', [kind('extension')]],
    ['database', [kind('database')]],
    ['collation', [kind('collation')]],
    ['publication', [kind('publication')]],
    ['subscription', [kind('subscription')]],
    ['conversion', [kind('conversion')]],
    ['language', [kind('language')]],
    ['tablespace', [kind('tablespace')]],
    ['undo', [kind('tablespace', ['tablespace'])]],
    ['server', [kind('server')]],
    ['role', [kind('role', [], 'account')]],
    ['group', [kind('role', [], 'account')]],
    ['user', [kind('user-mapping', ['mapping'], 'for'), kind('role', [], 'account')]],
    ['event', [kind('event-trigger', ['trigger']), kind('event')]],
    ['data', [kind('foreign-data-wrapper', ['wrapper'])]],
    ['access', [kind('access-method', ['method'])]],
    ['text', textSearchKinds()],
    ['cast', [kind('cast', [], 'parenthesis')]],
    ['transform', [kind('transform', [], 'for')]],
    ['operator', [kind('operator', ['class']), kind('operator', ['family']), kind('operator', [], 'operator')]],
  ]);
}

function textSearchKinds(): readonly Kind[] {
  return ['configuration', 'dictionary', 'parser', 'template'].map((word) => kind('text-search', ['search', word]));
}

function chooseKind(cursor: Cursor, kinds: readonly Kind[]): Kind {
  for (const candidate of kinds) {
    if (candidate.words.length === 0 || cursor.acceptWords(...candidate.words) !== undefined) return candidate;
  }
  return cursor.fail('unknown kind of object');
}

function readObjectName(cursor: Cursor, { naming }: Kind): QualifiedName {
  switch (naming) {
    case 'account':
      return readAccount(cursor);
    case 'operator':
      return readOperatorName(cursor);
    case 'parenthesis':
      if (!cursor.isSymbol('(')) cursor.fail('expected (');
      return nameOfRange(cursor, cursor.skipBalanced());
    case 'for':
      return readForClause(cursor);
    case 'name':
      return readQualifiedName(cursor);
  }
}

/** `schema.<@`, and the operand types where they tell operators apart. */
function readOperatorName(cursor: Cursor): QualifiedName {
  const start = cursor.start();
  while (!cursor.atEnd() && !cursor.isSymbol('(') && cursor.word() !== 'cascade') cursor.advance();
  return nameOfRange(cursor, cursor.rangeFrom(start));
}

const endsForClause: ReadonlySet<string> = new Set(['options', 'cascade', 'restrict']);

/** `FOR user SERVER s`, `FOR type LANGUAGE l`: what the object is for is its name. */
function readForClause(cursor: Cursor): QualifiedName {
  cursor.expect('for');
  const start = cursor.start();
  while (!cursor.atEnd() && !cursor.isSymbol('(') && !endsForClause.has(cursor.word())) cursor.advance();
  return nameOfRange(cursor, cursor.rangeFrom(start));
}

function readCreate(cursor: Cursor, lead: Lead, kinds: readonly Kind[]): readonly Operation[] {
  const { statement } = cursor;
  const chosen = chooseKind(cursor, kinds);
  const ifNotExists = acceptIfNotExists(cursor);
  const name = chosen.object === 'schema' ? readSchemaName(cursor) : readObjectName(cursor, chosen);
  const temporary = lead.temporary ? true : undefined;
  const created: CreateObject = {
    kind: 'create-object',
    statement,
    object: objectOf(cursor, chosen),
    name,
    ...given({ ifNotExists, orReplace: lead.orReplace, temporary }),
    expressions: [],
  };
  return created.object === 'schema' ? [created, ...schemaElements(cursor)] : [created];
}

/** PostgreSQL: `CREATE SCHEMA s CREATE TABLE t (..)`. What it creates in the schema is not read, but not hidden either. */
function schemaElements(cursor: Cursor): readonly Opaque[] {
  while (!cursor.atEnd() && !cursor.is('create')) cursor.skipItem();
  if (cursor.atEnd()) return [];
  const { statement } = cursor;
  return [{ kind: 'opaque', statement, reason: 'objects inside CREATE SCHEMA', at: cursor.skipRest() }];
}

/** In MySQL and MariaDB SCHEMA is another word for DATABASE (manual 15.1.12). */
function objectOf(cursor: Cursor, { object }: Kind): NamedObjectKind {
  const isMysql = cursor.dialect.name === 'mysql' || cursor.dialect.name === 'mariadb';
  return isMysql && object === 'schema' ? 'database' : object;
}

/** `CREATE SCHEMA AUTHORIZATION joe` makes a schema of the role's name. */
function readSchemaName(cursor: Cursor): QualifiedName {
  cursor.accept('authorization');
  return readQualifiedName(cursor);
}

function readAlter(cursor: Cursor, kinds: readonly Kind[]): Operation {
  const { statement } = cursor;
  const chosen = chooseKind(cursor, kinds);
  const object = objectOf(cursor, chosen);
  const ifExists = acceptIfExists(cursor);
  const name = isUnnamedDatabase(cursor, object) ? currentDatabase(cursor) : readObjectName(cursor, chosen);
  if (object === 'sequence') return readAlterSequence(cursor, name, ifExists);
  return { kind: 'alter-object', statement, object, name, ...given({ ifExists }), change: readChange(cursor) };
}

const databaseOptions: ReadonlySet<string> = new Set([
  'character', 'charset', 'collate', 'default', 'encryption', 'read', 'comment',
]); // prettier-ignore

/** MySQL: `ALTER DATABASE CHARACTER SET utf8mb4` means the current one. */
function isUnnamedDatabase(cursor: Cursor, object: NamedObjectKind): boolean {
  return object === 'database' && cursor.dialect.name !== 'postgres' && databaseOptions.has(cursor.word());
}

function currentDatabase(cursor: Cursor): QualifiedName {
  const place = { start: cursor.start(), end: cursor.start() };
  return { ...place, name: { ...place, text: '', quoted: false } };
}

/** Sequences are relations in PostgreSQL: renamed and moved like tables. */
function readAlterSequence(cursor: Cursor, table: QualifiedName, guard: AlterObject['ifExists']): Operation {
  const { statement } = cursor;
  const onSequence = { statement, table, ...given({ ifTableExists: guard }) };
  if (cursor.acceptWords('rename', 'to') !== undefined) {
    return { kind: 'rename-table', ...onSequence, to: readQualifiedName(cursor), written: 'sequence' };
  }
  if (cursor.acceptWords('set', 'schema') !== undefined) return setSchema(cursor, onSequence);
  const change = { kind: 'other', words: restAsWords(cursor) } as const;
  return { kind: 'alter-object', statement, object: 'sequence', name: table, ...given({ ifExists: guard }), change };
}

function setSchema(cursor: Cursor, base: Omit<SetTableSchema, 'kind' | 'schema'>): SetTableSchema {
  return { kind: 'set-table-schema', ...base, schema: readName(cursor) };
}

/** RENAME TO, SET SCHEMA; everything else as words. Also after what stands between: operand types, `USING btree`. */
function readChange(cursor: Cursor): AlterObject['change'] {
  const start = cursor.mark();
  while (!cursor.atEnd()) {
    if (cursor.acceptWords('rename', 'to') !== undefined) return { kind: 'rename', to: readName(cursor) };
    if (cursor.acceptWords('set', 'schema') !== undefined) return { kind: 'set-schema', schema: readName(cursor) };
    cursor.skipItem();
  }
  cursor.returnTo(start);
  return { kind: 'other', words: restAsWords(cursor) };
}

function readDrop(cursor: Cursor, kinds: readonly Kind[]): readonly Operation[] {
  const { statement } = cursor;
  const chosen = chooseKind(cursor, kinds);
  const object = objectOf(cursor, chosen);
  const ifExists = acceptIfExists(cursor);
  const dropped: Omit<DropObject, 'cascade'>[] = [];
  do {
    const name = readObjectName(cursor, chosen);
    skipOperands(cursor);
    dropped.push({ kind: 'drop-object', statement, object, name, ...given({ ifExists }) });
  } while (cursor.acceptSymbol(','));
  const cascade = acceptCascade(cursor);
  return dropped.map((drop) => ({ ...drop, cascade }));
}

/** `DROP OPERATOR + (int, int)`, `DROP OPERATOR CLASS c USING btree`. */
function skipOperands(cursor: Cursor): void {
  if (cursor.isSymbol('(')) cursor.skipBalanced();
  if (cursor.accept('using')) cursor.advance();
}
