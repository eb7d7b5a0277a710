import type { Column, Constraint, FormerRules, Index, Table } from '../catalog.ts';
import type { Draft } from './draft.ts';
import { partKey } from './names.ts';

/**
 * What the rows of a table are known to meet, so that a rule that asks for no more cannot fail on them: the rules that the table
 * has, and those that this deploy took away while nothing was written since.
 */

/** The table, with a rule of it kept in mind that is being taken away. */
export function keepingRule(draft: Draft, table: Table, rule: Index | Constraint): Table {
  const { deploy } = draft.base;
  const known = table.formerRules?.deploy === deploy ? table.formerRules : { deploy, indexes: [], constraints: [] };
  const holds = rule.certain && (!('validated' in rule) || rule.validated);
  if (!holds) return table;
  const formerRules: FormerRules =
    'keys' in rule
      ? { ...known, indexes: rule.unique ? [...known.indexes, rule] : known.indexes }
      : { ...known, constraints: [...known.constraints, rule] };
  return { ...table, formerRules };
}

/** The former rules of a table, each changed. */
export function formerRulesOf(
  { formerRules }: Table,
  index: (before: Index) => Index,
  constraint: (before: Constraint) => Constraint,
): Pick<Table, 'formerRules'> {
  if (formerRules === undefined) return {};
  const { deploy, indexes, constraints } = formerRules;
  return { formerRules: { deploy, indexes: indexes.map(index), constraints: constraints.map(constraint) } };
}

/** Without the former rules over a column: its values have changed, or it is gone. */
export function withoutRulesOver(table: Table, column: string): Table {
  if (table.formerRules === undefined) return table;
  const { deploy, indexes, constraints } = table.formerRules;
  const isOther = ({ columns }: Index | Constraint): boolean => !columns.includes(column);
  return {
    ...table,
    formerRules: { deploy, indexes: indexes.filter(isOther), constraints: constraints.filter(isOther) },
  };
}

/** Something is written: nothing is known of the rows any more but what the table's own rules say. */
export function withoutFormerRules(table: Table): Table {
  if (table.formerRules === undefined) return table;
  const written = { ...table };
  delete written.formerRules;
  return written;
}

/** Whether rows cannot collide in a unique index: a part of its keys tells them apart already. */
export function meetUnique(draft: Draft, table: Table, wanted: Index): boolean {
  if (wanted.keys.some(({ column }) => column !== null && hasDistinctValues(draft, table, column))) return true;
  const partText = comparedBy(draft);
  const parts = new Set(wanted.keys.map(partText));
  const isPart = (index: Index): boolean =>
    index.certain &&
    index.unique &&
    index !== wanted &&
    (index.where === null || index.where === wanted.where) &&
    index.keys.every((key) => parts.has(partText(key)));
  const isColumnPart = ({ kind, certain, columns }: Constraint): boolean =>
    kind === 'primary-key' && certain && columns.every((column) => parts.has(column));
  const own = withoutOwned(table, wanted);
  if (own.indexes.some(isPart) || own.constraints.some(isColumnPart)) return true;
  const { indexes, constraints } = rulesOfThisDeploy(draft, table);
  const isMet = indexes.some(isPart) || constraints.some(isColumnPart);
  if (isMet) draft.restsOnEmptiness = true;
  return isMet;
}

/** Whether a key that this deploy took away told the rows of a table apart by some of these columns. */
export function metUnique(draft: Draft, table: Table, columns: readonly string[]): boolean {
  const isMet = rulesOfThisDeploy(draft, table).indexes.some(
    ({ where, keys }) => where === null && keys.every(({ column }) => column !== null && columns.includes(column)),
  );
  if (isMet) draft.restsOnEmptiness = true;
  return isMet;
}

/** The table without the index and the constraint that are about to hold. */
function withoutOwned(table: Table, { name, ofConstraint }: Index): Pick<Table, 'indexes' | 'constraints'> {
  if (!ofConstraint) return table;
  return {
    indexes: table.indexes.filter((index) => index.name !== name),
    constraints: table.constraints.filter((constraint) => constraint.name !== name),
  };
}

/**
 * What is compared: the direction does not count, but a collation does, and how much of a column (`name(10)`). In PostgreSQL texts are
 * equal in every collation where they are the same bytes, but for those that CREATE COLLATION makes otherwise (manual, 24.2.2.4).
 */
function comparedBy({ engine, catalog }: Draft): (key: Index['keys'][number]) => string {
  const isBytewise =
    engine.dialect.name === 'postgres' && [...catalog.others.values()].every(({ kind }) => kind !== 'collation');
  return ({ text }) => {
    const plain = text.replace(/ (?:asc|desc)$/i, '');
    return isBytewise ? plain.replace(/ collate (?:"[^"]+"|\w+)/i, '') : plain;
  };
}

/** Whether rows cannot break a foreign key or a check: an equal one has held, or whoever adds it has just given them their values. */
export function meetConstraint(draft: Draft, table: Table, wanted: Constraint): boolean {
  const isEqual = (constraint: Constraint): boolean =>
    constraint !== wanted &&
    constraint.kind === wanted.kind &&
    constraint.certain &&
    constraint.validated &&
    sameList(constraint.columns, wanted.columns) &&
    constraint.expression === wanted.expression &&
    constraint.target?.table === wanted.target?.table &&
    sameList(constraint.target?.columns ?? [], wanted.target?.columns ?? []);
  if (table.constraints.some(isEqual)) return true;
  const isMet = rulesOfThisDeploy(draft, table).constraints.some(isEqual) || readsOnlyGivenValues(draft, table, wanted);
  if (isMet) draft.restsOnEmptiness = true;
  return isMet;
}

/**
 * A check over columns that this deploy has added, of which all rows hold the same; where it is content with one of several things,
 * one such column is enough. NULL fails no check that does not ask for it.
 */
function readsOnlyGivenValues(draft: Draft, table: Table, { kind, columns, expression }: Constraint): boolean {
  if (kind !== 'check' || columns.length === 0) return false;
  const { deploy } = draft.base;
  const asksForNulls = /\bnot null\b|\bcoalesce\b/i.test(expression ?? '');
  const isGiven = (key: string): boolean => {
    const column = table.columns.find(({ name }) => partKey(name, draft.engine.dialect) === key);
    return column?.sameInDeploy === deploy || (column?.nullInDeploy === deploy && !asksForNulls);
  };
  return /\bor\b/i.test(expression ?? '') ? columns.some(isGiven) : columns.every(isGiven);
}

function rulesOfThisDeploy(draft: Draft, { formerRules }: Table): Pick<FormerRules, 'indexes' | 'constraints'> {
  return formerRules?.deploy === draft.base.deploy ? formerRules : { indexes: [], constraints: [] };
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, at) => item === right[at]);
}

function hasDistinctValues(draft: Draft, table: Table, key: string): boolean {
  const column = table.columns.find(({ name }) => partKey(name, draft.engine.dialect) === key);
  const isDistinct = column?.distinctInDeploy === draft.base.deploy;
  if (isDistinct) draft.restsOnEmptiness = true;
  return isDistinct;
}

/**
 * Whether a new column gives each row that is there a value of its own, or one that cannot be foreseen: a sequence, or a
 * function that is asked for each row. The clock is asked once (PostgreSQL 9.9.5, `now()`).
 */
export function getsDistinctValues({ identity, default: value }: Pick<Column, 'identity' | 'default'>): boolean {
  if (identity !== null) return true;
  return value !== null && /^\(*[\w."]+\(.*\)/.test(value) && !CLOCK.test(value);
}

const CLOCK =
  /^\(*(?:now|current_timestamp|current_date|current_time|localtime|localtimestamp|transaction_timestamp|statement_timestamp|curdate|curtime|utc_timestamp|unix_timestamp|strftime|datetime|date|time|cast|coalesce|lower|upper|concat|json_\w+|jsonb_\w+|array|row)\b/i;
