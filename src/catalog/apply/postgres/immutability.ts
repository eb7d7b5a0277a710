import type { Expression } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type TableAt } from '../lookup.ts';
import { partKey } from '../names.ts';
import { isEnumText } from './types.ts';

/** Functions of which every variant is stable or volatile (pg_proc.provolatile, run on 15 and 18). */
const NEVER_IMMUTABLE = new Set(
  'now clock_timestamp statement_timestamp transaction_timestamp timeofday random concat concat_ws to_char to_date format gen_random_uuid'.split(
    ' ',
  ),
);

/** Types whose text depends on settings such as DateStyle: their output function is stable. */
const SETTING_DEPENDENT = /^(?:date|timestamp|interval|money)\b|\[\]$/;

/** Casts between types of time that ask for the session's time zone (pg_cast). */
const ZONE_DEPENDENT: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^timestamp with time zone/, /^(?:date|time|timestamp(?! with time zone))\b/],
  [/^(?:date|timestamp without time zone)/, /^(?:timestamp with time zone|timestamptz)\b/],
];

/** An index must give the same for the same row for ever: `functions in index expression must be marked IMMUTABLE`. */
export function requireImmutable(
  draft: Draft,
  at: TableAt,
  expression: Expression,
  place: 'expression' | 'predicate',
): void {
  if (!isMutable(draft, at.table, expression)) return;
  const text = `functions in index ${place} must be marked IMMUTABLE`;
  const object = { kind: 'table', schema: at.target.schema, name: at.target.name };
  draft.refuse(errorAt('unsupported', text, expression, object));
}

function isMutable(draft: Draft, table: Table, expression: Expression): boolean {
  // A project may have a function of its own under the name.
  const own = new Set([...draft.catalog.routines.values()].map(({ name }) => name));
  const calls = expression.functions.some(
    ({ name, schema }) =>
      schema === undefined && NEVER_IMMUTABLE.has(name.text.toLowerCase()) && !own.has(name.text.toLowerCase()),
  );
  return calls || castsOf(draft, expression.text).some(({ column, to }) => isMutableCast(draft, table, column, to));
}

function isMutableCast(draft: Draft, table: Table, column: string, to: string): boolean {
  const found = findColumn(table, column, draft);
  if (found.presence !== 'present' || found.column.unknown.includes('type')) return false;
  const from = found.column.type ?? '';
  const isText = /^(?:text|varchar|character|char)\b/.test(to);
  if (isText) return SETTING_DEPENDENT.test(from) || isEnumText(draft, from);
  return ZONE_DEPENDENT.some(([left, right]) => left.test(from) && right.test(to));
}

/** `column::type` and `CAST(column AS type)`, the type in small letters. */
function castsOf(draft: Draft, text: string): readonly { readonly column: string; readonly to: string }[] {
  const tokens = tokensOf(text, draft.engine.dialect);
  const casts: { column: string; to: string }[] = [];
  for (const [at, token] of tokens.entries()) {
    const isCast =
      token.text === '::' || (token.text.toLowerCase() === 'as' && tokens[at - 3]?.text.toLowerCase() === 'cast');
    const [column, to] = [tokens[at - 1], tokens[at + 1]];
    if (!isCast || column === undefined || to === undefined || !isColumn(column)) continue;
    const words = tokens.slice(at + 1, at + 5).map((word) => word.text.toLowerCase());
    casts.push({ column: partKey(keyText(column), draft.engine.dialect), to: words.join(' ') });
  }
  return casts;
}

function isColumn(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'quoted';
}

function keyText(token: Token): string {
  return token.kind === 'quoted' ? token.value : token.value.toLowerCase();
}
