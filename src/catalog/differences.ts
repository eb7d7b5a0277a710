import type { Engine } from '../dialects/dialect.ts';
import { checkListOf } from './check-list.ts';
import type { Column, ColumnProperty, Constraint, Index, Origin, Table } from './catalog.ts';

/** One part in which two tables differ. Column order, origins and made-up names do not count; what is unsure is left out. */
export interface PartDifference {
  readonly kind: 'column' | 'index' | 'constraint' | 'table';
  readonly object: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly leftOrigin: Origin;
  readonly rightOrigin: Origin;
}

/** One property in which two columns or indexes differ. */
export interface PropertyDifference {
  readonly property: string;
  readonly left: string;
  readonly right: string;
}

export function tableDifferences(left: Table, right: Table, engine: Engine): readonly PartDifference[] {
  return [
    ...optionDifferences(left, right),
    ...columnsOfTables(left, right, engine),
    ...indexesOfTables(left, right, engine),
    ...constraintsOfTables(left, right, engine),
  ];
}

function optionDifferences(left: Table, right: Table): readonly PartDifference[] {
  const [one, two] = [left, right].map((table) => [...table.options].sort().join(', '));
  if (one === two || left.open || right.open) return [];
  return [
    {
      kind: 'table',
      object: left.name,
      left: one ?? '',
      right: two ?? '',
      leftOrigin: left.origin,
      rightOrigin: right.origin,
    },
  ];
}

function columnsOfTables(left: Table, right: Table, engine: Engine): readonly PartDifference[] {
  const key = (column: Column): string => engine.dialect.key(column.name, true);
  const rightColumns = new Map(right.columns.map((column) => [key(column), column]));
  const found: PartDifference[] = [];
  for (const column of left.columns) {
    const other = rightColumns.get(key(column));
    rightColumns.delete(key(column));
    if (!column.certain || other?.certain === false) continue;
    if (other === undefined) {
      if (surelyLacks(right, key(column)))
        found.push(part('column', column, null, `${left.name}.${column.name}`, describeColumn(column), null));
      continue;
    }
    const differences = columnDifferences(column, other, engine);
    if (differences.length === 0) continue;
    const [one, two] = [
      differences.map((line) => line.left).join(' '),
      differences.map((line) => line.right).join(' '),
    ];
    found.push(part('column', column, other, `${left.name}.${column.name}`, one, two));
  }
  for (const [name, column] of rightColumns) {
    if (column.certain && surelyLacks(left, name))
      found.push(part('column', null, column, `${left.name}.${column.name}`, null, describeColumn(column)));
  }
  return found;
}

/** Whether a table certainly has no such column. */
function surelyLacks(table: Table, columnKey: string): boolean {
  return !table.open || table.absent.includes(columnKey);
}

function part(
  kind: PartDifference['kind'],
  left: { readonly origin: Origin } | null,
  right: { readonly origin: Origin } | null,
  object: string,
  leftText: string | null,
  rightText: string | null,
): PartDifference {
  return {
    kind,
    object,
    left: leftText,
    right: rightText,
    leftOrigin: left?.origin ?? null,
    rightOrigin: right?.origin ?? null,
  };
}

/** A column as a person reads it: `integer not null default 0`. */
export function describeColumn(column: Column): string {
  const parts = [
    column.type ?? '',
    column.notNull ? 'not null' : '',
    column.default === null ? '' : `default ${column.default}`,
  ];
  if (column.generated !== null)
    parts.push(`generated always as (${column.generated.expression})${column.generated.stored ? ' stored' : ''}`);
  if (column.identity !== null)
    parts.push(column.identity === 'auto-increment' ? 'auto_increment' : `generated ${column.identity} as identity`);
  if (column.onUpdate !== null) parts.push(`on update ${column.onUpdate}`);
  return parts.filter((text) => text !== '').join(' ') || 'no type';
}

/** The properties in which two columns certainly differ. */
export function columnDifferences(left: Column, right: Column, engine: Engine): readonly PropertyDifference[] {
  const unknown = new Set<ColumnProperty>([...left.unknown, ...right.unknown]);
  const found: PropertyDifference[] = [];
  const compare = (property: ColumnProperty, one: string, two: string): void => {
    if (!unknown.has(property) && one !== two) found.push({ property, left: one, right: two });
  };
  const fold = (text: string | null): string =>
    engine.dialect.name === 'sqlite' ? (text ?? '').toUpperCase() : (text ?? '');
  if (fold(left.type) !== fold(right.type)) compare('type', left.type ?? 'no type', right.type ?? 'no type');
  compare('not-null', left.notNull ? 'not null' : 'nullable', right.notNull ? 'not null' : 'nullable');
  if (expressionsDiffer(left.default, right.default)) compare('default', defaultText(left), defaultText(right));
  compare('identity', left.identity ?? 'no identity', right.identity ?? 'no identity');
  if ((left.generated === null) !== (right.generated === null)) {
    compare(
      'generated',
      left.generated === null ? 'not generated' : 'generated',
      right.generated === null ? 'not generated' : 'generated',
    );
  }
  if ((left.onUpdate === null) !== (right.onUpdate === null))
    compare('on-update', `on update ${left.onUpdate ?? 'nothing'}`, `on update ${right.onUpdate ?? 'nothing'}`);
  return found;
}

function defaultText(column: Column): string {
  return column.default === null ? 'no default' : `default ${column.default}`;
}

/**
 * Whether two expressions surely differ: one is missing, both are literals, or one is and the other calls a function. Two
 * texts of a computation may mean the same.
 */
export function expressionsDiffer(left: string | null, right: string | null): boolean {
  const [one, two] = [left === 'null' ? null : left, right === 'null' ? null : right];
  if (one === two) return false;
  if (one === null || two === null) return true;
  const [first, second] = [literalValue(one), literalValue(two)];
  if (first === null || second === null)
    return (first !== null && callsFunction(two)) || (second !== null && callsFunction(one));
  return first !== second;
}

/** `datetime('now')`; a cast of a literal is that literal. */
function callsFunction(text: string): boolean {
  return /^\(*(?!cast\b|convert\b)[a-z_][\w.]*\s*\(/i.test(text);
}

/** A literal's value in one spelling; null for what is no plain literal. `0`, `'0'` and `0.0` are one. */
function literalValue(text: string): string | null {
  const string = /^'((?:[^']|'')*)'$/s.exec(text)?.[1];
  const plain = string ?? (/^[+-]?\s?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? text : null);
  if (plain === null) return /^(?:true|false)$/.test(text) ? (text === 'true' ? 'n1' : 'n0') : null;
  const number = Number(plain.replace(/\s/g, ''));
  return plain.trim() !== '' && Number.isFinite(number) ? `n${number}` : `s${plain}`;
}

function indexesOfTables(left: Table, right: Table, engine: Engine): readonly PartDifference[] {
  const own = (table: Table): readonly Index[] => table.indexes.filter((index) => !index.ofConstraint);
  const key = (index: Index): string => engine.dialect.key(index.name, true);
  const rightIndexes = new Map(own(right).map((index) => [key(index), index]));
  const found: PartDifference[] = [];
  for (const index of own(left)) {
    const other = rightIndexes.get(key(index));
    rightIndexes.delete(key(index));
    if (!index.certain || other?.certain === false) continue;
    if (other === undefined) {
      if (!right.open) found.push(part('index', index, null, index.name, describeIndex(index), null));
    } else if (indexDifferences(index, other, engine).length > 0) {
      found.push(part('index', index, other, index.name, describeIndex(index), describeIndex(other)));
    }
  }
  for (const index of rightIndexes.values()) {
    if (index.certain && !left.open) found.push(part('index', null, index, index.name, null, describeIndex(index)));
  }
  return found;
}

/** An index as a person reads it: `unique (a, lower(b)) where c`. */
export function describeIndex(index: Index): string {
  const include = index.include.length === 0 ? '' : ` include (${index.include.join(', ')})`;
  return `${index.unique ? 'unique ' : ''}(${keysText(index)})${include}${index.where === null ? '' : ` where ${index.where}`}`;
}

function keysText(index: Index): string {
  return index.keys.map((key) => key.text + (key.descending ? ' desc' : '')).join(', ');
}

/** The properties in which two indexes certainly differ. */
export function indexDifferences(left: Index, right: Index, engine: Engine): readonly PropertyDifference[] {
  const found: PropertyDifference[] = [];
  const compare = (property: string, one: string, two: string): void => {
    if (one !== two) found.push({ property, left: one, right: two });
  };
  compare('uniqueness', left.unique ? 'unique' : 'not unique', right.unique ? 'unique' : 'not unique');
  const isPlain = (index: Index): boolean => index.keys.every((key) => key.column !== null);
  if (isPlain(left) === isPlain(right) && (isPlain(left) || left.keys.length !== right.keys.length))
    compare('keys', keysText(left), keysText(right));
  if (isPlain(left) !== isPlain(right)) compare('keys', keysText(left), keysText(right));
  compare('included columns', left.include.join(', '), right.include.join(', '));
  if ((left.where === null) !== (right.where === null))
    compare('predicate', left.where ?? 'none', right.where ?? 'none');
  const usual = engine.dialect.name === 'sqlite' ? null : 'btree';
  compare('method', left.method ?? usual ?? '', right.method ?? usual ?? '');
  return found;
}

/** Constraints are compared by what they demand; their names count for nothing. */
function constraintsOfTables(left: Table, right: Table, engine: Engine): readonly PartDifference[] {
  const key = (constraint: Constraint): string => `${constraint.kind} ${describeConstraint(constraint)}`;
  const found: PartDifference[] = [];
  const missingIn = (from: Table, to: Table, isLeft: boolean): void => {
    const others = new Set(to.constraints.map(key));
    for (const constraint of from.constraints) {
      if (!constraint.certain || to.open || others.has(key(constraint)) || mayBeWorded(constraint, to, engine))
        continue;
      const text = describeConstraint(constraint);
      const object = constraint.name ?? `${from.name} ${text}`;
      found.push(
        isLeft
          ? part('constraint', constraint, null, object, text, null)
          : part('constraint', null, constraint, object, null, text),
      );
    }
  };
  missingIn(left, right, true);
  missingIn(right, left, false);
  return found;
}

/** A check may stand on the other side in other words, and an unsure constraint may be this one. */
function mayBeWorded(constraint: Constraint, other: Table, engine: Engine): boolean {
  const sameColumns = (candidate: Constraint): boolean =>
    [...candidate.columns].sort().join() === [...constraint.columns].sort().join();
  return other.constraints.some(
    (candidate) =>
      candidate.kind === constraint.kind &&
      (!candidate.certain ||
        (constraint.expression !== null && sameColumns(candidate) && !allowsOthers(constraint, candidate, engine))),
  );
}

/** Both are lists of literals, and not of the same ones. */
function allowsOthers(one: Constraint, other: Constraint, { dialect }: Engine): boolean {
  const [left, right] = [checkListOf(one.expression, dialect), checkListOf(other.expression, dialect)];
  if (left === null || right === null) return false;
  return left.values.size !== right.values.size || [...left.values].some((value) => !right.values.has(value));
}

/** A constraint as a person reads it: `foreign key (a) references b(c) on delete cascade`. */
export function describeConstraint(constraint: Constraint): string {
  const words = constraint.kind.replace('-', ' ');
  if (constraint.kind === 'check') return `check (${constraint.expression ?? ''})`;
  if (constraint.kind === 'exclude') return `exclude using ${constraint.expression ?? ''}`;
  const columns = `${words} (${constraint.columns.join(', ')})`;
  const { target } = constraint;
  if (target === null) return columns;
  const name = target.table.slice(target.table.indexOf('.') + 1);
  const to = target.columns.length === 0 ? name : `${name}(${target.columns.join(', ')})`;
  const actions = [
    target.onDelete === 'no action' ? '' : ` on delete ${target.onDelete}`,
    target.onUpdate === 'no action' ? '' : ` on update ${target.onUpdate}`,
  ];
  return `${columns} references ${to}${actions.join('')}`;
}
