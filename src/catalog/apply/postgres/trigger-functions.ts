import type { WriteRows } from '../../../ddl/operation.ts';
import type { WriteTree } from '../../../query/tree.ts';
import { isName } from '../../canonical.ts';
import type { Routine, Trigger } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type TableAt } from '../lookup.ts';
import { nameKey, partKey } from '../names.ts';
import { triggersOn } from '../triggers.ts';

/**
 * A function of PL/pgSQL is text: a column that it names in NEW or OLD is looked up when the trigger fires for a row
 * (manual, 43.10). Only what it does before its first decision counts, for only that is done for every row.
 */
export function checkFiredFunctions(draft: Draft, operation: WriteRows, at: TableAt, tree: WriteTree | null): void {
  if (at.table.open || !at.table.certain) return;
  for (const [, trigger] of triggersOn(draft, at.target.key)) {
    if (!trigger.certain || !trigger.forEachRow || !fires(draft, trigger, operation, tree)) continue;
    const routine = functionOf(draft, trigger);
    const missing = routine === null ? null : missingField(draft, at, routine, rowsOf(operation));
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

/** The rows that the function sees: the other one is NULL, and so is each of its fields. */
function rowsOf({ verb }: WriteRows): ReadonlySet<string> {
  if (verb === 'delete') return new Set(['old']);
  return new Set(verb === 'update' ? ['new', 'old'] : ['new']);
}

interface Field {
  readonly row: string;
  readonly name: string;
}

function missingField(draft: Draft, { table }: TableAt, routine: Routine, rows: ReadonlySet<string>): Field | null {
  const { dialect } = draft.engine;
  const tokens = alwaysRun(tokensOf(routine.text, dialect));
  for (const [at, token] of tokens.entries()) {
    const row = token.kind === 'word' ? token.text.toLowerCase() : '';
    const name = tokens[at + 2];
    if (!rows.has(row) || tokens[at + 1]?.text !== '.' || tokens[at - 1]?.text === '.') continue;
    if (name === undefined || !isName(name) || tokens[at + 3]?.text === '(') continue;
    const key = name.kind === 'quoted' ? name.value : dialect.key(name.text, false);
    if (findColumn(table, partKey(key, dialect), draft).presence === 'absent') return { row, name: key };
  }
  return null;
}

/** What ends the part of a body that is run for every row. */
const DECISIONS = new Set([
  'if',
  'case',
  'loop',
  'while',
  'for',
  'foreach',
  'exit',
  'continue',
  'raise',
  'return',
  'execute',
]);

/** The declarations and statements before the first decision, its condition among them. None where errors may be caught. */
function alwaysRun(tokens: readonly Token[]): readonly Token[] {
  const isWord = (token: Token, word: string): boolean => token.kind === 'word' && token.text.toLowerCase() === word;
  if (tokens.some((token) => isWord(token, 'exception'))) return [];
  const begin = tokens.findIndex((token) => isWord(token, 'begin'));
  const first = tokens.findIndex(
    (token, at) => at > begin && token.kind === 'word' && DECISIONS.has(token.text.toLowerCase()),
  );
  if (begin < 0) return [];
  if (first < 0) return tokens;
  const decision = tokens[first];
  const ends = decision !== undefined && isWord(decision, 'if') ? 'then' : ';';
  const isSimple = decision !== undefined && (isWord(decision, 'if') || isWord(decision, 'return'));
  const end = isSimple ? tokens.findIndex((token, at) => at > first && token.text.toLowerCase() === ends) : first;
  // AND and OR may leave their right side out.
  const cut = tokens.findIndex((token, at) => at > first && at < end && /^(?:and|or|case|coalesce)$/i.test(token.text));
  return tokens.slice(0, cut > 0 ? cut : end < 0 ? first : end);
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
