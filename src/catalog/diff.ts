import type { Engine } from '../dialects/dialect.ts';
import type { Catalog, Origin, Relation, Routine, Table, Trigger, UserType, View } from './catalog.ts';
import { tableDifferences } from './differences.ts';

/** One thing in which two catalogs differ. Column order and origins do not count; what is unsure on either side is left out. */
export interface Difference {
  /** `table`, `column`, `index`, `constraint`, `view`, `trigger`, `type`, `type-label`, `routine`, `sequence` .. */
  readonly kind: string;
  /** As a person names it: `jobs.archived`, `idx_jobs_archived`. */
  readonly object: string;
  /** `schema.name` key of the table it belongs to, or its own key. */
  readonly table: string;
  /** What stands on each side; null where it is absent. For a property: `integer not null` against `integer`. */
  readonly left: string | null;
  readonly right: string | null;
  readonly leftOrigin: Origin;
  readonly rightOrigin: Origin;
}

/** How two catalogs differ, ordered by table and object. */
export function diffCatalogs(left: Catalog, right: Catalog, engine: Engine): readonly Difference[] {
  const comparison: Comparison = { left, right, engine, found: [] };
  for (const key of left.relations.changedKeys(right.relations)) compareRelations(comparison, key);
  for (const key of left.triggers.changedKeys(right.triggers)) compareTriggers(comparison, key);
  for (const key of left.routines.changedKeys(right.routines)) compareRoutines(comparison, key);
  for (const key of left.types.changedKeys(right.types)) compareTypes(comparison, key);
  for (const key of left.others.changedKeys(right.others)) compareOthers(comparison, key);
  return comparison.found.sort(byTableAndObject);
}

interface Comparison {
  readonly left: Catalog;
  readonly right: Catalog;
  readonly engine: Engine;
  readonly found: Difference[];
}

function byTableAndObject(left: Difference, right: Difference): number {
  return (
    compareText(left.table, right.table) ||
    compareText(left.object, right.object) ||
    compareText(left.kind, right.kind) ||
    compareText(left.left ?? '', right.left ?? '')
  );
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** A thing that may stand on either side, and whether a catalog can be sure that it lacks it. */
interface Sides<Value> {
  readonly left: Value | undefined;
  readonly right: Value | undefined;
}

type Described = { readonly origin: Origin; readonly certain: boolean };

/** Records a thing that one side surely has and the other surely lacks; true when it stands on both. */
function onBoth<Value extends Described>(
  { left: leftCatalog, right: rightCatalog, found }: Comparison,
  { left, right }: Sides<Value>,
  named: { readonly kind: string; readonly object: string; readonly table: string },
  describe: (value: Value) => string,
): boolean {
  if (left?.certain === false || right?.certain === false) return false;
  if (left !== undefined && right !== undefined) return true;
  if (left === undefined ? leftCatalog.open : rightCatalog.open) return false;
  found.push({
    ...named,
    left: left === undefined ? null : describe(left),
    right: right === undefined ? null : describe(right),
    leftOrigin: left?.origin ?? null,
    rightOrigin: right?.origin ?? null,
  });
  return false;
}

function compareRelations(comparison: Comparison, key: string): void {
  const left = comparison.left.relations.get(key);
  const right = comparison.right.relations.get(key);
  const some = left ?? right;
  // Temporary objects end with their connection; a sequence that a column owns comes and goes with it.
  if (some === undefined || isTemporary(some) || isOwnedSequence(some)) return;
  const named = { kind: some.kind, object: nameOf(comparison, some), table: key };
  if (!onBoth(comparison, { left, right }, named, describeRelation)) return;
  if (left === undefined || right === undefined) return;
  if (left.kind !== right.kind) record(comparison, named, left, right, left.kind, right.kind);
  else if (left.kind === 'table' && right.kind === 'table') compareTables(comparison, key, left, right);
  else if (left.kind !== 'sequence' && right.kind !== 'sequence')
    compareViews(comparison, key, left as View, right as View);
}

function isTemporary(relation: Relation): boolean {
  return relation.kind !== 'sequence' && relation.temporary;
}

function isOwnedSequence(relation: Relation): boolean {
  return relation.kind === 'sequence' && relation.ownedBy !== null;
}

/** Without the schema, where there is only the usual one. */
function nameOf({ engine }: Comparison, { schema, name }: { readonly schema: string; readonly name: string }): string {
  const isUsual = engine.dialect.name !== 'postgres' || schema === 'public';
  return isUsual ? name : `${schema}.${name}`;
}

function describeRelation(relation: Relation): string {
  if (relation.kind !== 'table') return relation.kind.replace('-', ' ');
  return `table (${relation.columns.map((column) => column.name).join(', ')})`;
}

function record(
  { found }: Comparison,
  named: { readonly kind: string; readonly object: string; readonly table: string },
  left: Described,
  right: Described,
  leftText: string,
  rightText: string,
): void {
  found.push({ ...named, left: leftText, right: rightText, leftOrigin: left.origin, rightOrigin: right.origin });
}

function compareTables({ engine, found }: Comparison, key: string, left: Table, right: Table): void {
  for (const difference of tableDifferences(left, right, engine)) found.push({ ...difference, table: key });
}

/** Two texts of a query may mean the same: only listed columns, and the indexes of a materialized view, surely differ. */
function compareViews(comparison: Comparison, key: string, left: View, right: View): void {
  if (left.columns !== null && right.columns !== null && left.columns.join() !== right.columns.join()) {
    const named = { kind: left.kind, object: nameOf(comparison, left), table: key };
    record(comparison, named, left, right, `(${left.columns.join(', ')})`, `(${right.columns.join(', ')})`);
  }
}

function compareTriggers(comparison: Comparison, key: string): void {
  const sides: Sides<Trigger> = { left: comparison.left.triggers.get(key), right: comparison.right.triggers.get(key) };
  const some = sides.left ?? sides.right;
  if (some === undefined || some.temporary) return;
  const named = { kind: 'trigger', object: some.name, table: some.table };
  if (!onBoth(comparison, sides, named, (trigger) => `trigger on ${tableName(trigger)}`)) return;
  const { left, right } = sides;
  if (left !== undefined && right !== undefined && left.table !== right.table) {
    record(comparison, named, left, right, `trigger on ${tableName(left)}`, `trigger on ${tableName(right)}`);
  }
}

function tableName(trigger: Trigger): string {
  return trigger.table.slice(trigger.table.indexOf('.') + 1);
}

function compareRoutines(comparison: Comparison, key: string): void {
  const sides: Sides<Routine> = { left: comparison.left.routines.get(key), right: comparison.right.routines.get(key) };
  const some = sides.left ?? sides.right;
  if (some === undefined) return;
  const object = `${nameOf(comparison, some)}(${some.argumentTypes.join(', ')})`;
  onBoth(comparison, sides, { kind: 'routine', object, table: key }, (routine) => routine.variant);
}

function compareTypes(comparison: Comparison, key: string): void {
  const sides: Sides<UserType> = { left: comparison.left.types.get(key), right: comparison.right.types.get(key) };
  const some = sides.left ?? sides.right;
  if (some === undefined) return;
  const named = { kind: 'type', object: nameOf(comparison, some), table: key };
  if (!onBoth(comparison, sides, named, (type) => type.variant)) return;
  const { left, right } = sides;
  if (left === undefined || right === undefined) return;
  if (left.variant !== right.variant) {
    record(comparison, named, left, right, left.variant, right.variant);
    return;
  }
  compareLabels(comparison, { ...named, kind: 'type-label' }, left, right);
}

function compareLabels(
  { found }: Comparison,
  named: { readonly kind: string; readonly object: string; readonly table: string },
  left: UserType,
  right: UserType,
): void {
  const missing = (from: UserType, to: UserType): readonly string[] =>
    from.labels.filter((label) => !to.labels.includes(label));
  const origins = { leftOrigin: left.origin, rightOrigin: right.origin };
  for (const label of missing(left, right))
    found.push({ ...named, object: `${named.object}.${label}`, left: `'${label}'`, right: null, ...origins });
  for (const label of missing(right, left))
    found.push({ ...named, object: `${named.object}.${label}`, left: null, right: `'${label}'`, ...origins });
}

/** Objects of a schema: policies, rules, schemas, events. Roles and extensions belong to the server. */
function compareOthers(comparison: Comparison, key: string): void {
  const left = comparison.left.others.get(key);
  const right = comparison.right.others.get(key);
  const some = left ?? right;
  if (some === undefined || !/^(?:policy|rule|schema|event|statistics|extension|collation)$/.test(some.kind)) return;
  onBoth(
    comparison,
    { left, right },
    { kind: some.kind, object: some.name, table: some.table ?? key },
    () => some.kind,
  );
}
