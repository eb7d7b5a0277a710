import type {
  AddConstraint,
  DropConstraint,
  Range,
  RenameConstraint,
  ValidateConstraint,
} from '../../ddl/operation.ts';
import { postgresSince } from '../../dialects/since.ts';
import type { Constraint, Index, Table } from '../catalog.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import type { Draft } from './draft.ts';
import { errorAt, findConstraint, findIndex, requireTable, skippedByMissing, type TableAt } from './lookup.ts';
import { nameKey, storedName, type Target } from './names.ts';
import { checkIndexNameFree } from './postgres/tables.ts';
import { keepingRule } from './rules-met.ts';
import { semanticsOf } from './semantics.ts';
import { alteringOther } from './wrong-kind.ts';

type OnConstraint = AddConstraint | DropConstraint | RenameConstraint | ValidateConstraint;

function tableToAlter(draft: Draft, operation: OnConstraint): TableAt | { readonly outcome: Outcome } {
  return requireTable(
    draft,
    operation,
    operation.table,
    'alter',
    (relation, target) => alteringOther(draft, operation, relation, target),
    operation.ifTableExists,
  );
}

export function addConstraint(draft: Draft, operation: AddConstraint): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const { name } = operation.constraint;
  const existing =
    name === undefined ? undefined : findConstraint(found.table, nameKey(name, draft.engine.dialect), draft);
  const guard = operation.ifNotExists ?? guardOf(operation.constraint);
  const already =
    existing ??
    keyNamed(draft, operation, found.table) ??
    (operation.constraint.kind === 'primary-key'
      ? found.table.constraints.find(({ kind }) => kind === 'primary-key')
      : undefined);
  // ALTER TABLE .. ADD CONSTRAINT has no guard in PostgreSQL (sql-altertable.html, checked on 15 and 18).
  if (guard !== undefined && draft.engine.dialect.name === 'postgres')
    draft.refuse(errorAt('syntax', 'syntax error at or near "NOT"', guard, { kind: 'statement', name: '' }));
  if (guard !== undefined && already !== undefined) {
    const { start, end } = guard;
    const object = constraintObject(found.target, already.name ?? '');
    return {
      kind: 'skipped',
      by: { guard: 'if-not-exists', at: { start, end }, existing: already.origin, object, differs: null },
    };
  }
  const table = semanticsOf(draft).addConstraint(draft, operation, found);
  draft.putRelation(found.target.key, table);
  draft.record({ kind: 'created', object: constraintObject(found.target, addedName(table)), silent: false });
  return undefined;
}

/** MySQL and MariaDB: the name of a UNIQUE is that of its key, which may be there without a constraint. */
function keyNamed(draft: Draft, { constraint }: AddConstraint, table: Table): Index | undefined {
  const { dialect } = draft.engine;
  if (constraint.kind !== 'unique' || constraint.name === undefined || dialect.ddl.transactionalDdl) return undefined;
  return findIndex(table, nameKey(constraint.name, dialect), draft);
}

function guardOf(constraint: AddConstraint['constraint']): Range | undefined {
  return 'ifNotExists' in constraint ? constraint.ifNotExists : undefined;
}

function addedName(table: Table): string {
  return table.constraints.at(-1)?.name ?? '';
}

export function constraintObject(target: Target, name: string): EngineError['object'] {
  return { kind: 'constraint', schema: target.schema, table: target.name, name };
}

export function dropConstraint(draft: Draft, operation: DropConstraint): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const constraint = constraintToChange(draft, operation, found);
  if (constraint === undefined) return undefined;
  if ('outcome' in constraint) return constraint.outcome;
  const without = semanticsOf(draft).dropConstraint(draft, operation, found, constraint);
  draft.putRelation(found.target.key, keepingRules(draft, found.table, without, constraint));
  const object = constraintObject(found.target, constraint.name ?? constraint.kind);
  draft.record({ kind: 'dropped', object, silent: false, origin: constraint.origin });
  return undefined;
}

/** The table that has lost a constraint, which its rows have met, and perhaps the index that the constraint owned. */
function keepingRules(draft: Draft, before: Table, after: Table, constraint: Constraint): Table {
  const owned = before.indexes.find((index) => index.ofConstraint && index.name === constraint.name);
  const kept = keepingRule(draft, after, constraint);
  return owned === undefined || after.indexes.includes(owned) ? kept : keepingRule(draft, kept, owned);
}

/** The constraint named, or the primary key; nothing when it may stand in an open table's unseen part. */
function constraintToChange(
  draft: Draft,
  operation: DropConstraint,
  { target, table }: TableAt,
): Constraint | { readonly outcome: Outcome } | undefined {
  const found = namedConstraint(draft, operation, table);
  if (found?.certain === true) return found;
  const name = operation.constraint === undefined ? 'PRIMARY' : storedName(operation.constraint, draft.engine.dialect);
  const object = constraintObject(target, name);
  const error = errorAt(
    'missing-constraint',
    missingConstraintText(draft, operation, name, target),
    operation.constraint ?? operation.table,
    object,
  );
  const isUnseen = table.open || (operation.ifExists === undefined && mayBeNotNull(draft, name));
  if (found === undefined && !isUnseen) {
    if (operation.ifExists === undefined) draft.refuse(error);
    return { outcome: { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) } };
  }
  draft.doubt(`${table.name} may lack the constraint ${name}`, error);
  return found;
}

/** From PostgreSQL 18 on every NOT NULL is a constraint, by default `table_column_not_null`; the catalog keeps no names of them. */
function mayBeNotNull(draft: Draft, name: string): boolean {
  const { engine } = draft;
  if (engine.dialect.name !== 'postgres' || draft.servesOnlyBefore(postgresSince.namedNotNull)) return false;
  return /_not_null\d*$/.test(name);
}

/** MariaDB says what it was that could not be dropped. */
function missingConstraintText(draft: Draft, { variant }: DropConstraint, name: string, target: Target): string {
  if (draft.engine.dialect.name !== 'mariadb' || variant === undefined || variant === 'check')
    return draft.words.missingConstraint(name, target);
  return `Can't DROP ${variant === 'primary-key' ? 'INDEX' : 'FOREIGN KEY'} \`${name}\`; check that it exists`;
}

function namedConstraint(draft: Draft, operation: DropConstraint, table: Table): Constraint | undefined {
  if (operation.variant === 'primary-key')
    return table.constraints.find((constraint) => constraint.kind === 'primary-key');
  if (operation.constraint === undefined) return undefined;
  const named = findConstraint(table, nameKey(operation.constraint, draft.engine.dialect), draft);
  const isWanted = operation.variant === undefined || operation.variant === named?.kind;
  // MariaDB keeps a column's CHECK with the column: it has that name, and DROP CONSTRAINT does not find it.
  const isOfColumn = named?.kind === 'check' && named.onColumn !== null && draft.engine.dialect.name === 'mariadb';
  return isWanted && !isOfColumn ? named : undefined;
}

export function renameConstraint(draft: Draft, operation: RenameConstraint): Outcome | undefined {
  return changeConstraint(draft, operation, (constraint, { target, table }) => {
    const to = storedName(operation.to, draft.engine.dialect);
    const taken = table.constraints.find((candidate) => candidate.name === to);
    if (taken !== undefined) {
      draft.refuse(
        errorAt(
          'duplicate-constraint',
          draft.words.duplicateConstraint(to, target),
          operation.to,
          constraintObject(target, to),
        ),
      );
    }
    const hasIndex = table.indexes.some((index) => index.ofConstraint && index.name === constraint.name);
    if (hasIndex && draft.engine.dialect.name === 'postgres') checkIndexNameFree(draft, table, to, operation.to);
    return { ...constraint, name: to };
  });
}

export function validateConstraint(draft: Draft, operation: ValidateConstraint): Outcome | undefined {
  return changeConstraint(draft, operation, (constraint, { target }) => {
    const canBeInvalid = constraint.kind === 'foreign-key' || constraint.kind === 'check';
    if (!canBeInvalid && draft.engine.dialect.name === 'postgres') {
      const named = `constraint "${constraint.name ?? ''}" of relation "${target.name}"`;
      const text = draft.servesAlsoBefore(postgresSince.widerRefusals)
        ? `${named} is not a foreign key or check constraint`
        : `cannot validate ${named}`;
      const object = constraintObject(target, constraint.name ?? '');
      draft.refuse(errorAt('wrong-object', text, operation.constraint, object));
    }
    return { ...constraint, validated: true };
  });
}

function changeConstraint(
  draft: Draft,
  operation: RenameConstraint | ValidateConstraint,
  change: (constraint: Constraint, at: TableAt) => Constraint,
): Outcome | undefined {
  const found = tableToAlter(draft, operation);
  if ('outcome' in found) return found.outcome;
  const { target, table } = found;
  const constraint = findConstraint(table, nameKey(operation.constraint, draft.engine.dialect), draft);
  const name = storedName(operation.constraint, draft.engine.dialect);
  if (constraint === undefined) {
    const isPostgresRename = draft.engine.dialect.name === 'postgres' && operation.kind === 'rename-constraint';
    const text = isPostgresRename
      ? `constraint "${name}" for table "${target.name}" does not exist`
      : draft.words.missingConstraint(name, target);
    const error = errorAt('missing-constraint', text, operation.constraint, constraintObject(target, name));
    if (!table.open && !mayBeNotNull(draft, name)) draft.refuse(error);
    draft.doubt(`${table.name} may lack the constraint ${name}`, error);
    return undefined;
  }
  const after = change(constraint, found);
  const indexes = table.indexes.map((index) =>
    index.ofConstraint && index.name === constraint.name ? { ...index, name: after.name ?? index.name } : index,
  );
  const constraints = table.constraints.map((candidate) => (candidate === constraint ? after : candidate));
  draft.putRelation(target.key, { ...table, constraints, indexes });
  const kind = operation.kind === 'rename-constraint' ? 'renamed' : 'altered';
  draft.record({ kind, object: constraintObject(target, name), silent: false, origin: constraint.origin });
  return undefined;
}

/** The table without a constraint and the index that it owns. */
export function withoutConstraint(table: Table, constraint: Constraint): Table {
  return {
    ...table,
    constraints: table.constraints.filter((candidate) => candidate !== constraint),
    indexes: table.indexes.filter((index) => !index.ofConstraint || index.name !== constraint.name),
  };
}
