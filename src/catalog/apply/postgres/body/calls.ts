import type { Fragment } from '../../../../ddl/plpgsql/tree.ts';
import type { Routine } from '../../../catalog.ts';
import { tokensOf } from '../../../tokens.ts';
import { Draft } from '../../draft.ts';
import { touchMentioned } from '../../opaque.ts';
import { isFunctionOfPostgres } from '../built-in-functions.ts';
import { calledIn, touchCalled } from '../called-routines.ts';
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
  const called = calledIn(tokens, run.draft);
  const routines = [...state.database.catalog.routines.values()].filter(({ name }) => called.has(name));
  const draft = new Draft(state.database, run.draft.engine);
  for (const { name } of touchCalled(draft, called, run)) run.doubt(`what ${name} changes is not known`);
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
