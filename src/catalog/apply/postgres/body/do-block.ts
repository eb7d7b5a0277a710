import type { RunCode } from '../../../../ddl/operation.ts';
import { bodyStatement } from '../../../../ddl/body-text.ts';
import { readBody } from '../../../../ddl/plpgsql/read.ts';
import type { Statement } from '../../../../sql/statement.ts';
import type { Outcome } from '../../../outcome.ts';
import { Refusal, type Draft } from '../../draft.ts';
import { mergeUnsure } from '../../../merge.ts';
import type { Exits, Failure, State } from './flow.ts';
import { Run, type ApplyInside } from './run.ts';
import { runStatements } from './statements.ts';

/**
 * Runs a DO block of PL/pgSQL, as far as the catalog can tell what it does; undefined for other code, and for blocks that nest deeper
 * than the stack: those are generated, and no migration.
 */
export function runDoBlock(draft: Draft, operation: RunCode, apply: ApplyInside): Outcome | undefined {
  const { catalog, session } = draft;
  try {
    return runBlock(draft, operation, apply);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    Object.assign(draft, { catalog, session });
    return undefined;
  }
}

function runBlock(draft: Draft, operation: RunCode, apply: ApplyInside): Outcome | undefined {
  const { body, statement, variant, language } = operation;
  if (draft.engine.dialect.name !== 'postgres' || variant !== 'do' || body === undefined) return undefined;
  if ((language ?? 'plpgsql') !== 'plpgsql') return undefined;
  const { inner, isOwn } = bodyStatement(statement, body);
  const run = new Run(draft, apply, inner, runStatements);
  const tree = readBody(inner, inner, draft.engine.dialect);
  const exits = run.statements([tree], { database: draft.database, variables: new Map() });
  return isOwn ? conclude(run, exits) : placedAt(statement, () => conclude(run, exits));
}

/** An outcome of which all places are those of the whole statement. */
function placedAt({ start, end }: Statement, conclusion: () => Outcome): Outcome {
  const at = { start, end };
  try {
    const outcome = conclusion();
    if (outcome.kind === 'skipped') return { kind: 'skipped', by: { ...outcome.by, at } };
    if (outcome.kind === 'failed') return { ...outcome, error: { ...outcome.error, at } };
    if (outcome.kind !== 'unsure' || outcome.error === undefined) return outcome;
    return { ...outcome, error: { ...outcome.error, at } };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    throw new Refusal({ ...refusal.error, at });
  }
}

function conclude(run: Run, exits: Exits): Outcome {
  const { draft } = run;
  const after = lastState(exits);
  const always = exits.failures.find(({ given }) => given === undefined);
  if (after === null) return draft.refuse((always ?? exits.failures[0])?.error ?? neverEnds(run));
  draft.catalog = after.database.catalog;
  draft.session = after.database.session;
  for (const { why, error } of run.doubts) draft.doubt(why, error);
  for (const failure of exits.failures) {
    if (failure.given === undefined && failure.isRaised !== true) draft.doubt(whyOf(failure), failure.error);
  }
  const rows = exits.failures.find(({ given }) => given !== undefined);
  if (!draft.hasDoubt && rows?.given !== undefined) return { kind: 'failed', ...rows.given, error: rows.error };
  const [skipped] = run.skipped;
  const didNothing = draft.effects.length === 0 && skipped !== undefined;
  return didNothing && !draft.hasDoubt ? { kind: 'skipped', by: skipped } : draft.conclude();
}

function whyOf({ error }: Failure): string {
  return `whether it stops with ${error.text} is not known`;
}

function lastState({ next, left }: Exits): State | null {
  let last = next;
  for (const state of left.values())
    last = last === null ? state : { ...last, database: mergeUnsure(last.database, state.database) };
  return last;
}

function neverEnds({ statement: { start, end } }: Run): Failure['error'] {
  return {
    class: 'other',
    text: 'canceling statement due to statement timeout',
    at: { start, end },
    object: { kind: 'statement', name: '' },
  };
}
