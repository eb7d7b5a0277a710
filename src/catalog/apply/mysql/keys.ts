import type {
  CreateIndex,
  DropConstraint,
  DropIndex,
  Expression,
  IndexKey,
  Name,
  Range,
  TableConstraint,
} from '../../../ddl/operation.ts';
import type { Constraint, Index, Table } from '../../catalog.ts';
import { tablesReferencing } from '../column-changes.ts';
import { withoutConstraint } from '../constraints.ts';
import type { Draft } from '../draft.ts';
import { indexOf } from '../index-definition.ts';
import { indexObject, type IndexAt } from '../indexes.ts';
import { errorAt, findColumn, missingColumnError, type TableAt } from '../lookup.ts';
import { nameKey, partKey, type Target } from '../names.ts';
import { meetUnique } from '../rules-met.ts';
import { isCharacter, isLong, valueBytes } from './column-width.ts';
import { checkForeignKey, checkForeignKeyShape, isSupported } from './foreign-keys.ts';
import { checkKeyLength, type KeyUse } from './key-lengths.ts';

/** What a constraint that ALTER TABLE adds must find. */
export function checkAddedConstraint(draft: Draft, at: TableAt, constraint: TableConstraint, sparesRows = false): void {
  switch (constraint.kind) {
    case 'primary-key':
      checkKeyParts(draft, at, constraint);
      refuseSecondPrimaryKey(draft, at, constraint);
      checkKeyRepeats(draft, at, constraint);
      break;
    case 'unique':
    case 'index':
      checkKeyParts(draft, at, constraint);
      if (constraint.name !== undefined) refuseIfTaken(draft, at, constraint, constraint.name);
      if (constraint.name !== undefined) refuseReservedName(draft, at, constraint.name);
      checkKeyRepeats(draft, at, constraint);
      break;
    case 'check':
      if (constraint.name !== undefined) refuseIfTaken(draft, at, constraint, constraint.name);
      checkReferences(draft, at, constraint.expression, 'CHECK');
      break;
    case 'foreign-key':
      checkForeignKeyShape(draft, at, constraint);
      checkKeyParts(draft, at, constraint);
      if (constraint.name !== undefined) refuseNameOfCheck(draft, at, constraint.name);
      checkForeignKey(draft, at, constraint);
      break;
    default:
      break;
  }
  if (!sparesRows) refuseWhenFilled(draft, at, constraint);
}

/** Rows that collide, or that a check refuses; new NOT NULL columns are filled by the engine. */
function refuseWhenFilled(draft: Draft, { target, table }: TableAt, constraint: TableConstraint): void {
  if (constraint.kind === 'check') {
    const text = draft.words.checkViolation(constraint.name?.text ?? null, target, constraint.expression.text);
    const object = { kind: 'constraint', schema: target.schema, table: target.name, name: constraint.name?.text ?? '' };
    draft.refuseWhenFilled(table, 'values', errorAt('check-violation', text, constraint, object));
  }
  if (constraint.kind !== 'primary-key' && constraint.kind !== 'unique') return;
  const index = indexOf(
    { name: '', unique: true, keys: constraint.keys, ofConstraint: false, origin: null },
    draft.engine.dialect,
  );
  if (meetUnique(draft, table, index)) return;
  const name =
    constraint.kind === 'primary-key' ? 'PRIMARY' : (constraint.name?.text ?? constraint.keys[0]?.column?.text ?? '');
  const text = draft.words.uniqueViolation(name, target, []);
  const error = errorAt('unique-violation', text, constraint, indexObject(target, name));
  const keys = constraint.keys.flatMap(({ column }) =>
    column === undefined ? [] : [nameKey(column, draft.engine.dialect)],
  );
  if (constraint.kind === 'primary-key') draft.refuseWhenFilled(table, 'values', error);
  else draft.refuseWhenCollided(table, keys, error);
}

export function refuseSecondPrimaryKey(
  draft: Draft,
  { target, table }: TableAt,
  at: { readonly start: number; readonly end: number },
): void {
  const existing = table.constraints.find(({ kind }) => kind === 'primary-key');
  if (existing === undefined && !table.open) return;
  const object = { kind: 'constraint', schema: target.schema, table: target.name, name: 'PRIMARY' };
  const error = errorAt('duplicate-constraint', draft.words.secondPrimaryKey(target), at, object);
  if (existing?.certain === true) draft.refuse({ ...error, existing: existing.origin });
  draft.doubt(`${table.name} may have a primary key already`, error);
}

/** Key names among the keys, check names among the checks; MariaDB counts those of UNIQUE and foreign keys with the checks. */
function refuseIfTaken(draft: Draft, at: TableAt, constraint: TableConstraint, name: Name): void {
  const key = nameKey(name, draft.engine.dialect);
  const isTaken = (part: Constraint | Index): boolean =>
    part.name !== null && partKey(part.name, draft.engine.dialect) === key;
  const { indexes, constraints } = at.table;
  const checks = constraints.filter(({ kind }) => kind === 'check');
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  if (constraint.kind === 'check') {
    const unique = isMariadb ? indexes.filter((index) => index.unique) : [];
    const foreign = isMariadb ? constraints.filter(({ kind }) => kind === 'foreign-key') : [];
    if ([...checks, ...unique, ...foreign].some(isTaken)) refuseTakenKeyName(draft, at, constraint, name);
    return;
  }
  if (indexes.some(isTaken)) refuseTakenKeyName(draft, at, constraint, name);
  if (constraint.kind === 'unique') refuseNameOfCheck(draft, at, name);
}

function refuseNameOfCheck(draft: Draft, { target, table }: TableAt, name: Name): void {
  const { dialect } = draft.engine;
  const key = nameKey(name, dialect);
  const isTaken = table.constraints.some(
    (other) => other.kind === 'check' && other.name !== null && partKey(other.name, dialect) === key,
  );
  if (dialect.name !== 'mariadb' || !isTaken) return;
  const text = draft.words.duplicateConstraint(name.text, target);
  draft.refuse(errorAt('duplicate-constraint', text, name, indexObject(target, name.text)));
}

export function refuseTakenKeyName(draft: Draft, { target }: TableAt, constraint: TableConstraint, name: Name): never {
  const isCheck = constraint.kind === 'check';
  const mention = { schema: target.schema, name: name.text, written: name.text };
  const text = isCheck ? draft.words.duplicateConstraint(name.text, target) : draft.words.duplicateIndex(mention);
  return draft.refuse(
    errorAt(isCheck ? 'duplicate-constraint' : 'duplicate-index', text, name, indexObject(target, name.text)),
  );
}

/** The columns of a key: there, and of a type and length that can be indexed that way. */
export function checkKeyParts(draft: Draft, made: TableAt, constraint: TableConstraint): void {
  if (constraint.kind === 'foreign-key') {
    for (const name of constraint.columns) requireKeyColumn(draft, made, name);
    return;
  }
  if (constraint.kind !== 'primary-key' && constraint.kind !== 'unique' && constraint.kind !== 'index') return;
  checkParts(draft, made, constraint.keys, useOf(constraint), constraint);
}

function useOf(constraint: Extract<TableConstraint, { kind: 'primary-key' | 'unique' | 'index' }>): KeyUse {
  if (constraint.kind === 'index') return constraint.variant ?? 'plain';
  return constraint.kind === 'unique' ? 'unique' : 'primary';
}

function checkParts(draft: Draft, made: TableAt, keys: readonly IndexKey[], use: KeyUse, at: Range): void {
  if (use === 'spatial' && keys.length > 1)
    draft.refuse(errorAt('other', 'Incorrect arguments to SPATIAL INDEX', at, indexObject(made.target, '')));
  for (const key of keys) {
    if (key.column === undefined) continue;
    requireKeyColumn(draft, made, key.column);
    checkPartType(draft, made, key.column, key.prefixLength, use);
  }
  checkKeyLength(draft, made, keys, use, at);
}

/** The indexes over a column that has changed. */
export function checkIndexesOf(draft: Draft, made: TableAt, name: Name): void {
  const key = nameKey(name, draft.engine.dialect);
  for (const index of made.table.indexes) {
    if (!index.keys.some(({ column }) => column === key)) continue;
    const use = index.name === 'PRIMARY' ? 'primary' : index.unique ? 'unique' : 'plain';
    const keys = index.keys.map(({ column, text }): IndexKey => {
      const prefix = /\((\d+)\)/.exec(text)?.[1];
      const written = { ...name, text: column ?? '' };
      return { start: name.start, end: name.end, column: written, ...(prefix && { prefixLength: Number(prefix) }) };
    });
    if (index.method !== null && /^(?:fulltext|spatial)$/.test(index.method)) continue;
    const changed = keys.find(({ column }) => column?.text === key);
    if (changed?.prefixLength === undefined) checkPartType(draft, made, name, undefined, use);
    checkKeyLength(draft, made, keys, use, name);
  }
}

export function refuseReservedName(draft: Draft, { target }: TableAt, name: Name): void {
  if (name.text.toLowerCase() !== 'primary') return;
  draft.refuse(errorAt('other', `Incorrect index name '${name.text}'`, name, indexObject(target, name.text)));
}

/** No column stands twice in a key. */
export function checkKeyRepeats(draft: Draft, { target }: TableAt, constraint: TableConstraint): void {
  if (constraint.kind === 'primary-key' || constraint.kind === 'unique' || constraint.kind === 'index')
    refuseRepeats(draft, target, constraint.keys);
}

function refuseRepeats(draft: Draft, target: Target, keys: readonly IndexKey[]): void {
  const seen = new Set<string>();
  for (const { column } of keys) {
    if (column === undefined) continue;
    const key = nameKey(column, draft.engine.dialect);
    const object = { kind: 'column', schema: target.schema, table: target.name, name: column.text };
    if (seen.has(key))
      draft.refuse(errorAt('duplicate-column', draft.words.duplicateColumn(column.text, target), column, object));
    seen.add(key);
  }
}

function requireKeyColumn(draft: Draft, { target, table }: TableAt, name: Name): void {
  const found = findColumn(table, nameKey(name, draft.engine.dialect), draft);
  if (found.presence === 'present') return;
  const error = missingColumnError(draft, target, name, 'key');
  if (found.presence === 'absent') draft.refuse(error);
  draft.doubt(`${table.name} may lack the column ${name.text}`, error);
}

/** MariaDB takes a whole TEXT in a plain key (cut to 3072 bytes, with a note) and in a unique one (by hash); MySQL neither (1170). */
function checkPartType(
  draft: Draft,
  { target, table }: TableAt,
  column: Name,
  prefix: number | undefined,
  use: KeyUse,
): void {
  const found = findColumn(table, nameKey(column, draft.engine.dialect), draft);
  const type = found.presence === 'present' && !found.column.unknown.includes('type') ? found.column.type : null;
  if (type === null || found.presence !== 'present') return;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: column.text };
  const refuse = (text: string): never => draft.refuse(errorAt('other', text, column, object));
  const isMariadb = draft.engine.dialect.name === 'mariadb';
  if (use === 'fulltext') {
    if (!isCharacter(type)) refuse(`Column '${column.text}' cannot be part of FULLTEXT index`);
    return;
  }
  if (use === 'spatial') {
    if (!isSpatial(type)) refuse('Incorrect arguments to SPATIAL INDEX');
    if (!found.column.notNull) refuse('All parts of a SPATIAL index must be NOT NULL');
    return;
  }
  if (prefix === 0) refuse(`Key part '${column.text}' length cannot be 0`);
  if (use === 'primary' && isMariadb && found.column.generated !== null)
    refuse('Primary key cannot be defined upon a generated column');
  if (isLong(type) && prefix === undefined && (!isMariadb || use === 'primary'))
    refuse(`BLOB/TEXT column '${column.text}' used in key specification without a key length`);
  if (prefix === undefined || fitsPrefix(type, prefix)) return;
  // A prefix that is the whole value of a fixed type is none.
  if (/^(?:enum|set)\(/.test(type) || valueBytes(found.column, table)?.most !== prefix) refuse(WRONG_PREFIX);
}

function isSpatial(type: string): boolean {
  return /^(?:geometry|point|linestring|polygon|multi\w+|geom\w*collection)\b/.test(type);
}

const WRONG_PREFIX =
  "Incorrect prefix key; the used key part isn't a string, the used length is longer than the key part, or the storage engine doesn't support unique prefix keys";

function fitsPrefix(type: string, length: number): boolean {
  const width = /^(?:var)?(?:char|binary)\((\d+)\)/.exec(type)?.[1];
  if (width !== undefined) return length <= Number(width);
  return /^(?:tiny|medium|long)?(?:text|blob)$|^(?:geometry|point|linestring|polygon)/.test(type);
}

/** What CHECK and generated columns read; MariaDB names the clause, MySQL the constraint. */
export function checkReferences(
  draft: Draft,
  { target, table }: TableAt,
  expression: Expression | undefined,
  clause: string,
): void {
  for (const { column } of expression?.columns ?? []) {
    const found = findColumn(table, nameKey(column, draft.engine.dialect), draft);
    if (found.presence === 'present') continue;
    const object = { kind: 'column', schema: target.schema, table: target.name, name: column.text };
    const error = errorAt('missing-column', unknownIn(draft, column.text, clause), column, object);
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${table.name} may lack the column ${column.text}`, error);
  }
}

function unknownIn(draft: Draft, column: string, clause: string): string {
  if (draft.engine.dialect.name === 'mariadb') return `Unknown column '${column}' in '${clause}'`;
  return `Unknown column '${column}' in '${clause === 'CHECK' ? 'check constraint' : 'generated column function'}'`;
}

export function checkNewIndex(draft: Draft, operation: CreateIndex, { target, table }: TableAt, index: Index): void {
  const use = operation.variant ?? (operation.unique ? 'unique' : 'plain');
  if (operation.index !== undefined) refuseReservedName(draft, { target, table }, operation.index.name);
  checkParts(draft, { target, table }, operation.keys, use, operation.index ?? operation.table);
  refuseRepeats(draft, target, operation.keys);
  if (!operation.unique || meetUnique(draft, table, index)) return;
  const text = draft.words.uniqueViolation(index.name, target, index.columns);
  draft.refuseWhenCollided(
    table,
    index.keys.map(({ column }) => column),
    errorAt('unique-violation', text, operation.index ?? operation.table, indexObject(target, index.name)),
  );
}

/** Foreign keys, from this table or to it, hold on to the last index that serves them. */
export function dropIndex(draft: Draft, operation: DropIndex, { key, relation, index }: IndexAt): void {
  if (relation.kind !== 'table') return;
  refuseNeededIndex(draft, key, relation, [index], operation.index);
}

/** Refuses the loss of indexes that a foreign key needs. What the same statement drops does not count. */
export function refuseNeededIndex(
  draft: Draft,
  key: string,
  table: Table,
  lost: readonly Index[],
  at: { readonly start: number; readonly end: number },
): void {
  // On MySQL foreign_key_checks = 0 does not help (run on 9.7); on MariaDB 10.11 it does.
  if (draft.session.foreignKeys === false && draft.engine.dialect.name === 'mariadb') return;
  const [first] = lost;
  if (first === undefined) return;
  const rest = table.indexes.filter((index) => !lost.includes(index));
  const own = table.constraints.filter((constraint) => constraint.kind === 'foreign-key' && constraint.certain);
  const needed = own.some(
    (constraint) => isSupported(table.indexes, constraint.columns) && !isSupported(rest, constraint.columns),
  );
  const others = tablesReferencing(draft, key).flatMap(([, child]) =>
    child.constraints.filter((constraint) => constraint.target?.table === key && constraint.certain),
  );
  const pointedTo = others.some(
    ({ target }) => isSupported(table.indexes, target?.columns ?? []) && !isSupported(rest, target?.columns ?? []),
  );
  if (!needed && !pointedTo) return;
  const text = `Cannot drop index '${first.name}': needed in a foreign key constraint`;
  const error = errorAt('dependent-objects', text, at, indexObject(table, first.name));
  if (draft.session.foreignKeys === null || addsAnotherKey(draft))
    draft.doubt('it is not known whether foreign keys are checked', error);
  else draft.refuse(error);
}

/** The same statement may bring an index that serves the foreign key instead. */
function addsAnotherKey(draft: Draft): boolean {
  return draft.operations.some(
    (operation) =>
      operation.kind === 'create-index' ||
      (operation.kind === 'add-constraint' && operation.constraint.kind !== 'check'),
  );
}

/** MariaDB keeps a unique key over a whole TEXT by a hash, which DROP CONSTRAINT does not find (run on 10.11). */
function isHashed(draft: Draft, { columns }: Table, { unique, keys }: Index): boolean {
  if (draft.engine.dialect.name !== 'mariadb' || !unique) return false;
  return keys.some(({ column, text }) => {
    const type = columns.find(({ name }) => partKey(name, draft.engine.dialect) === column)?.type ?? '';
    return /text|blob/.test(type) && !/\(\d+\)/.test(text);
  });
}

export function dropConstraint(
  draft: Draft,
  operation: DropConstraint,
  { target, table }: TableAt,
  constraint: Constraint,
): Table {
  const index = table.indexes.find((candidate) => candidate.ofConstraint && candidate.name === constraint.name);
  if (index !== undefined && isHashed(draft, table, index)) {
    if (operation.ifExists !== undefined) return table;
    const name = constraint.name ?? '';
    const text = `Can't DROP CONSTRAINT \`${name}\`; check that it exists`;
    const object = { kind: 'constraint', schema: target.schema, table: target.name, name };
    draft.refuse(errorAt('missing-constraint', text, operation.constraint ?? operation.table, object));
  }
  if (index !== undefined)
    refuseNeededIndex(draft, target.key, table, [index], operation.constraint ?? operation.table);
  return withoutConstraint(table, constraint);
}
