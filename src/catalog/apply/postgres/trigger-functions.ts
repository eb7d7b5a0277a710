import type { WriteRows } from '../../../ddl/operation.ts';
import { readBody } from '../../../ddl/plpgsql/read.ts';
import type { Block } from '../../../ddl/plpgsql/tree.ts';
import type { Dialect } from '../../../dialects/dialect.ts';
import { sqlTextOfFile } from '../../../text/sql-text.ts';
import type { WriteTree } from '../../../query/tree.ts';
import { isName } from '../../canonical.ts';
import type { Routine, Trigger } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import { tokensOf } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import { triggersOn } from '../triggers.ts';
import { alwaysAsked } from './body/always-asked.ts';
import type { Value } from './body/value.ts';

/**
 * A function of PL/pgSQL is text: a column that it names in NEW or OLD is looked up when the trigger fires for a row
 * (manual, 43.10). Only what it does before its first decision counts, for only that is done for every row.
 */
export function checkFiredFunctions(draft: Draft, operation: WriteRows, at: TableAt, tree: WriteTree | null): void {
  if (at.table.open || !at.table.certain) return;
  for (const [, trigger] of triggersOn(draft, at.target.key)) {
    if (!trigger.certain || !trigger.forEachRow || !fires(draft, trigger, operation, tree)) continue;
    const routine = functionOf(draft, trigger);
    const missing = routine === null ? null : missingField(draft, at, trigger, operation, routine);
    if (missing === null) continue;
    const error = errorOf(at, trigger, missing);
    if (/\bwhen\s*\(/i.test(trigger.body)) draft.refuseWhenFilled(at.table, 'values', error);
    else if (writesForSure(operation, tree)) draft.refuse(error);
    else draft.refuseWhenFilled(at.table, isForAllRows(operation, tree) ? 'rows' : 'values', error);
  }
}

function fires({ engine }: Draft, { events, updateOf }: Trigger, { verb }: WriteRows, tree: WriteTree | null): boolean {
  const event = verb === 'copy' ? 'insert' : verb;
  if (!events.some((one) => one === event)) return false;
  if (event !== 'update' || updateOf.length === 0) return true;
  return (tree?.sets ?? []).some(({ column }) => updateOf.includes(nameKey(column, engine.dialect)));
}

function functionOf({ catalog }: Draft, { calls }: Trigger): Routine | null {
  const named = [...catalog.routines.values()].filter(
    ({ schema, name, argumentTypes }) => argumentTypes.length === 0 && `${schema}.${name}` === calls,
  );
  return named.length === 1 && named[0]?.certain === true ? named[0] : null;
}

interface Field {
  readonly row: string;
  readonly name: string;
}

/**
 * The first field of NEW or OLD that the table lacks, among those that are asked for every row. PL/pgSQL looks up all names of an
 * expression before it computes any of it, and of both rows, whatever has fired (run on 15).
 */
function missingField(draft: Draft, { table, target }: TableAt, trigger: Trigger, operation: WriteRows, routine: Routine): Field | null {
  const { dialect } = draft.engine;
  const known = new Map<string, Value>([
    ['tg_op', operation.verb === 'copy' ? 'INSERT' : operation.verb.toUpperCase()],
    ['tg_when', trigger.timing.toUpperCase()],
    ['tg_level', 'ROW'],
    ['tg_name', trigger.name],
    ['tg_table_name', table.name],
    ['tg_relname', table.name],
    ['tg_table_schema', target.schema],
  ]);
  for (const text of alwaysAsked(bodyOfRoutine(routine, dialect), { draft, variables: known })) {
    for (const { row, key } of fieldsIn(text, dialect))
      if (findColumn(table, partKey(key, dialect), draft).presence === 'absent') return { row, name: key };
  }
  return null;
} // prettier-ignore

function fieldsIn(text: string, dialect: Dialect): readonly { readonly row: string; readonly key: string }[] {
  const tokens = tokensOf(text, dialect);
  return tokens.flatMap((token, at) => {
    const row = token.kind === 'word' ? token.text.toLowerCase() : '';
    const name = tokens[at + 2];
    if (!/^(?:new|old)$/.test(row) || tokens[at + 1]?.text !== '.' || tokens[at - 1]?.text === '.') return [];
    if (name === undefined || !isName(name) || tokens[at + 3]?.text === '(') return [];
    return [{ row, key: name.kind === 'quoted' ? name.value : dialect.key(name.text, false) }];
  });
}

const bodies = new WeakMap<Routine, Block>();

function bodyOfRoutine(routine: Routine, dialect: Dialect): Block {
  let body = bodies.get(routine);
  if (body === undefined) {
    const text = routine.text.replace(/^\$\w*\$|\$\w*\$$/g, '');
    const whole = { start: 0, end: text.length };
    const sql = sqlTextOfFile({ path: '', text });
    body = readBody({ sql, ...whole, kind: 'sql', hasPlaceholder: false, terminated: true }, whole, dialect);
    bodies.set(routine, body);
  }
  return body;
}

/** Rows of literals are there, whatever the table holds. */
function writesForSure({ verb }: WriteRows, tree: WriteTree | null): boolean {
  if (verb !== 'insert') return false;
  return tree !== null && (tree.rows === null || tree.rows.arms[0]?.kind === 'values') && tree.conflicts.length === 0;
}

function isForAllRows({ verb }: WriteRows, tree: WriteTree | null): boolean {
  return verb !== 'insert' && (tree === null || (tree.clauses.length === 0 && tree.sources.length === 0));
}

function errorOf({ target }: TableAt, trigger: Trigger, { row, name }: Field): EngineError {
  const object = { kind: 'column', schema: target.schema, table: target.name, name };
  const error = errorAt('missing-column', `record "${row}" has no field "${name}"`, target.at, object);
  return { ...error, existing: trigger.origin };
}
