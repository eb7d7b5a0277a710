import type { Fragment } from '../../../../ddl/plpgsql/tree.ts';
import type { Routine } from '../../../catalog.ts';
import { isName } from '../../../canonical.ts';
import { tokensOf, type Token } from '../../../tokens.ts';
import { Draft } from '../../draft.ts';
import { touchMentioned } from '../../opaque.ts';
import { isFunctionOfPostgres } from '../built-in-functions.ts';
import type { State } from './flow.ts';
import type { Run } from './run.ts';

/**
 * A function of the project's own may change the schema: what its body names is not sure any more. Of one that an extension has
 * brought only the strings that it is given tell: SELECT create_hypertable('events', 'at').
 */
export function callsOf(run: Run, { text }: Fragment, state: State): State {
  if (!text.includes('(')) return state;
  const { dialect } = run.draft.engine;
  const tokens = tokensOf(text, dialect);
  const called = new Set(
    tokens.filter((_, at) => mayBeCall(tokens, at)).map(({ kind, value }) => dialect.key(value, kind === 'quoted')),
  );
  const routines = [...state.database.catalog.routines.values()].filter(({ name }) => called.has(name));
  const draft = new Draft(state.database, run.draft.engine);
  for (const routine of routines) {
    if (!mayChangeSchema(run, routine)) continue;
    touchMentioned(draft, tokensOf(bodyOf(routine), dialect), run);
    run.doubt(`what ${routine.name} changes is not known`);
  }
  const strange = [...called].filter((name) => !isKnown(name, routines));
  if (strange.length > 0) {
    const strings = tokens.filter(({ kind }) => kind === 'string');
    touchMentioned(
      draft,
      strings.flatMap(({ value }) => tokensOf(value, dialect)),
      run,
    );
    run.doubt(`what ${strange.join(', ')} does is not known`);
  }
  return { ...state, database: draft.database };
}

function isKnown(name: string, routines: readonly Routine[]): boolean {
  return isFunctionOfPostgres(name) || routines.some((routine) => routine.name === name);
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

function mayChangeSchema(run: Run, routine: Routine): boolean {
  const tokens = tokensOf(bodyOf(routine), run.draft.engine.dialect);
  return tokens.some(({ kind, text }) => kind === 'word' && CHANGES_SCHEMA.has(text.toLowerCase()));
}

function bodyOf({ text }: Routine): string {
  return text.replace(/^\$\w*\$|\$\w*\$$|'/g, ' ');
}
