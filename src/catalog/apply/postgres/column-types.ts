import type { Expression, Name, TypeName } from '../../../ddl/operation.ts';
import type { Column, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { refuseIdentityType } from './column-definitions.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { storedName } from '../names.ts';
import { viewsReading } from './dependents.ts';
import { canReference } from './foreign-keys.ts';
import { refuseLostLabelsWhenFilled, refuseNarrowedWhenFilled } from './narrowed-type.ts';
import { checkType, isEnumText, postgresTypeText } from './types.ts';

interface NewType {
  readonly type: TypeName;
  readonly using?: Expression;
}

/** ALTER COLUMN .. TYPE: what reads the column, and whether its values go over without USING. */
export function changeType(draft: Draft, name: Name, at: TableAt, column: Column, change: NewType): Column {
  const { target, table } = at;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: column.name };
  const refuse = (text: string): never => draft.refuse(errorAt('dependent-objects', text, name, object));
  // format_type_be leaves the length out.
  const shown = (text: string): string => text.replace(/\([^)]*\)/, '');
  checkType(draft, change.type);
  const type = postgresTypeText(draft, change.type);
  if (isRetyped(draft, name, column)) refuse(`cannot alter type of column "${column.name}" twice`);
  if (column.identity !== null) refuseIdentityType(type, refuse);
  const isCast = column.unknown.includes('type') || column.type === null || isAssignable(draft, column.type, type);
  if (change.using === undefined && !isCast)
    refuse(`column "${column.name}" cannot be cast automatically to type ${shown(type)}`);
  if (isReadByGenerated(table, column)) refuse('cannot alter type of a column used by a generated column');
  const views = viewsReading(draft, target.key, column.name);
  const error = errorAt('dependent-objects', 'cannot alter type of a column used by a view or rule', name, object);
  if (views?.sure === true) draft.refuse(error);
  if (views !== null) draft.doubt(`a view may read ${column.name}`, error);
  for (const trigger of draft.catalog.triggers.values()) {
    if (trigger.table === target.key && trigger.columns?.includes(column.name) === true)
      refuse('cannot alter type of a column used in a trigger definition');
  }
  for (const other of draft.catalog.others.values()) {
    if (other.kind === 'policy' && other.table === target.key && other.columns?.includes(column.name) === true)
      refuse('cannot alter type of a column used in a policy definition');
  }
  if (column.default !== null && !isCast)
    refuse(`default for column "${column.name}" cannot be cast automatically to type ${shown(type)}`);
  refuseUnfitKeys(draft, name, at, column, type);
  if (change.using === undefined) refuseNarrowedWhenFilled(draft, name, at, column, type);
  else refuseLostLabelsWhenFilled(draft, name, at, column, type, change.using);
  return { ...column, type, unknown: column.unknown.filter((property) => property !== 'type') };
}

/** Whether an earlier part of the same statement has given the column its type. */
function isRetyped(draft: Draft, name: Name, column: Column): boolean {
  const parts = draft.operations.flatMap((operation) =>
    operation.kind === 'alter-column' && operation.change.kind === 'set-type' ? [operation.column] : [],
  );
  const before = parts.slice(0, parts.indexOf(name));
  return before.some((other) => storedName(other, draft.engine.dialect) === column.name);
}

/** Foreign keys over the column, and those that point to it, are made anew. */
function refuseUnfitKeys(draft: Draft, name: Name, { target, table }: TableAt, column: Column, type: string): void {
  const typeOf = (owner: Table | undefined, key: string | undefined): string | null => {
    if (owner === table && key === column.name) return type;
    const other = owner?.columns.find((candidate) => candidate.name === key);
    return other === undefined || other.unknown.includes('type') ? null : other.type;
  };
  for (const [key, child] of draft.catalog.relations.entries()) {
    if (child.kind !== 'table') continue;
    for (const constraint of child.constraints) {
      const { target: pointed } = constraint;
      const isAbout =
        (key === target.key && constraint.columns.includes(column.name)) ||
        (pointed?.table === target.key && pointed.columns.includes(column.name));
      if (pointed === null || !isAbout) continue;
      const found = draft.catalog.relations.get(pointed.table);
      const parent = found?.kind === 'table' ? found : undefined;
      const fits = constraint.columns.every((own, at) =>
        canReference(draft, typeOf(child, own), typeOf(parent, pointed.columns[at])),
      );
      if (fits) continue;
      const text = `foreign key constraint "${constraint.name ?? ''}" cannot be implemented`;
      const object = { kind: 'constraint', schema: child.schema, table: child.name, name: constraint.name ?? '' };
      const error = { ...errorAt('foreign-key', text, name, object), existing: constraint.origin };
      if (constraint.certain) draft.refuse(error);
      draft.doubt(`${child.name} may have a foreign key to ${column.name}`, error);
    }
  }
}

function isReadByGenerated(table: Table, column: Column): boolean {
  return table.columns.some((other) => other.generated?.columns.includes(column.name) === true);
}

/** Families of types with casts among themselves that an assignment uses (pg_cast, castcontext `a` or `i`). */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ['number', /^(?:smallint|integer|bigint|numeric|real|double precision|oid)\b/],
  ['string', /^(?:text|character|name|citext)\b/],
  ['uuid', /^uuid$/],
  ['boolean', /^boolean$/],
  ['time', /^(?:date|timestamp)\b/],
  ['clock', /^time\b/],
  ['json', /^jsonb?$/],
  ['bytes', /^bytea$/],
  ['interval', /^interval/],
  ['network', /^(?:inet|cidr)$/],
];

/** Whether values of one type are taken over by another without USING; true also where that is not known. */
function isAssignable(draft: Draft, from: string, to: string): boolean {
  if (from === to) return true;
  const [left, right] = [familyOf(draft, from), familyOf(draft, to)];
  // Every type is cast to a string by its output function.
  if (right === 'string' || left === null || right === null) return true;
  if (left === 'enum' && right === 'enum') return false;
  // A timestamp is cut to its time of day; an interval is not.
  if (left === 'time' && right === 'clock') return from.startsWith('timestamp');
  return left === right;
}

function familyOf(draft: Draft, type: string): string | null {
  if (type.endsWith('[]')) {
    const element = familyOf(draft, type.slice(0, -2));
    return element === null ? null : `${element}[]`;
  }
  if (isEnumText(draft, type)) return 'enum';
  return FAMILIES.find(([, pattern]) => pattern.test(type))?.[0] ?? null;
}
