import type { Operation } from '../../../ddl/operation.ts';
import { isName } from '../../canonical.ts';
import type { Routine } from '../../catalog.ts';
import type { Outcome } from '../../outcome.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { touchMentioned, unquoted } from '../opaque.ts';
import { isFunctionOfPostgres } from './built-in-functions.ts';

/** SELECT f(): what a function of the project's own changes, whose body is not followed here. */
export function touchByCalls(draft: Draft, operation: Pick<Operation, 'statement'>): Outcome | undefined {
  const { sql, start, end } = operation.statement;
  const text = sql.text.slice(start, end);
  if (draft.engine.dialect.name !== 'postgres' || !text.includes('(') || draft.catalog.routines.size === 0)
    return undefined;
  const changing = touchCalled(draft, calledIn(tokensOf(text, draft.engine.dialect), draft), operation);
  return changing.length === 0
    ? undefined
    : { kind: 'unsure', why: `what ${changing.map(({ name }) => name).join(', ')} changes is not known` };
}

/** The functions of these names that may change the schema: what their bodies name is not sure any more. */
export function touchCalled(
  draft: Draft,
  called: ReadonlySet<string>,
  operation: Pick<Operation, 'statement'>,
): readonly Routine[] {
  const changing = [...draft.catalog.routines.values()].filter(
    (routine) => called.has(routine.name) && mayChangeSchema(draft, routine),
  );
  const { dialect } = draft.engine;
  for (const { text } of changing) touchMentioned(draft, tokensOf(unquoted(text), dialect), operation);
  return changing;
}

/** The names that some SQL calls as functions. */
export function calledIn(tokens: readonly Token[], { engine: { dialect } }: Draft): ReadonlySet<string> {
  return new Set(
    tokens.filter((_, at) => mayBeCall(tokens, at)).map(({ kind, value }) => dialect.key(value, kind === 'quoted')),
  );
}

/** A name before a parenthesis that is no word of the grammar and no table with a list of columns. */
function mayBeCall(tokens: readonly Token[], at: number): boolean {
  const isQualified = tokens[at - 1]?.text === '.';
  const [token, next, before] = [tokens[at], tokens[at + 1], tokens[isQualified ? at - 3 : at - 1]];
  if (token === undefined || next?.text !== '(' || !isName(token)) return false;
  if (token.kind === 'word' && GRAMMAR.has(token.text.toLowerCase())) return false;
  return (
    before === undefined ||
    !/^(?:into|as|table|on|index|using|with|,|\))$/i.test(before.text) ||
    isFunctionOfPostgres(token.text)
  );
}

/** Words that stand before a parenthesis and call nothing (manual, appendix C). */
const GRAMMAR: ReadonlySet<string> = new Set(
  `all and any array as between by case cast check coalesce conflict distinct else end except exists filter from greatest group having
  in intersect interval into is join key least like limit not null nullif of offset on only or order over partition primary
  references returning row rows select set some table then trim unique union update using values varchar char character numeric decimal
  timestamp time bit float when where with within xmlelement xmlforest grouping lateral unnest default substring position overlay
  extract perform return for values if elsif while loop execute`.split(/\s+/),
);

const CHANGES_SCHEMA: ReadonlySet<string> = new Set(['create', 'alter', 'drop', 'import', 'execute']);

/** Whether a function's body has words that change a schema, or runs text. */
function mayChangeSchema({ engine: { dialect } }: Draft, routine: Routine): boolean {
  const tokens = tokensOf(unquoted(routine.text), dialect);
  return tokens.some(({ kind, text }) => kind === 'word' && CHANGES_SCHEMA.has(text.toLowerCase()));
}
