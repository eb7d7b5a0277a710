import type { Action, Call, Guard, OnError, Step } from '../../deployment.ts';
import type { SqlText } from '../../text/sql-text.ts';
import { negated } from './guards.ts';

/** An action before transactions and records of the ledger are sorted out. */
export type Draft =
  /** `reads`: it only asks, so by itself it is no reason to look at a program. */
  | { readonly kind: 'call'; readonly call: Call; readonly commitsFirst: boolean; readonly reads?: true }
  | { readonly kind: 'step'; readonly identity: string; readonly file: string; readonly actions: readonly Draft[] }
  | {
      readonly kind: 'if';
      readonly guard: Guard;
      readonly then: readonly Draft[];
      readonly otherwise: readonly Draft[];
    }
  | {
      readonly kind: 'block';
      readonly actions: readonly Draft[];
      readonly onError: OnError;
      readonly transaction: boolean;
    }
  /** `sql`: the same as a statement, where the code calls a method of the driver. */
  | { readonly kind: 'control'; readonly what: 'begin' | 'commit' | 'rollback'; readonly sql?: SqlText }
  /** A step is written to the ledger: which one, if that is known. */
  | { readonly kind: 'recorded'; readonly identity: string | null };

/** The program that drafts stand for. */
export function finished(drafts: readonly Draft[]): readonly Action[] {
  return actionsOf(drafts, new Set(identitiesIn(drafts)), false);
}

function actionsOf(drafts: readonly Draft[], identities: ReadonlySet<string>, inStep: boolean): readonly Action[] {
  const actions: Action[] = [];
  const merged = withTransactions(drafts);
  for (const draft of merged) {
    if (draft.kind === 'recorded') {
      const stamps = !inStep && identities.size > 0 && recordsAll(draft.identity, identities);
      if (stamps && actions.at(-1)?.kind !== 'stamp') actions.push({ kind: 'stamp' });
    } else actions.push(...(rollbackAfter(draft, actions.at(-1)) ?? actionOf(draft, identities, inStep)));
  }
  return actions;
}

/**
 * A handler's `rollback()` after a script that opens a transaction of its own: where the script fails, the transaction
 * is still open.
 */
function rollbackAfter(draft: Draft, before: Action | undefined): readonly Action[] | undefined {
  if (draft.kind !== 'if' || draft.then.length !== 1 || before === undefined || !opensTransaction(before))
    return undefined;
  const [only] = draft.then;
  if (only?.kind !== 'control' || only.what !== 'rollback' || only.sql === undefined) return undefined;
  const call: Call = { sql: only.sql, onError: { kind: 'swallow' }, many: false };
  return [{ kind: 'if', guard: draft.guard, then: [{ kind: 'call', call }], otherwise: [] }];
}

function opensTransaction(action: Action): boolean {
  if (action.kind === 'block') return action.actions.some(opensTransaction);
  return action.kind === 'call' && action.call.many && /(?:^|;)\s*begin\b/i.test(action.call.sql.text);
}

function actionOf(
  draft: Exclude<Draft, { kind: 'recorded' }>,
  identities: ReadonlySet<string>,
  inStep: boolean,
): readonly Action[] {
  switch (draft.kind) {
    case 'call':
      return [{ kind: 'call', call: draft.call }];
    case 'control':
      return [];
    case 'step':
      return [{ kind: 'step', step: stepOf(draft, identities) }];
    case 'if': {
      const only = identities.size === 0 ? onlyStepOf(draft) : undefined;
      if (only !== undefined) return actionsOf(only, identities, inStep);
      const then = actionsOf(draft.then, identities, inStep);
      const otherwise = actionsOf(draft.otherwise, identities, inStep);
      if (then.length + otherwise.length === 0) return [];
      if (then.length === 0) return [{ kind: 'if', guard: negated(draft.guard), then: otherwise, otherwise: [] }];
      return [{ kind: 'if', guard: draft.guard, then, otherwise }];
    }
    case 'block':
      return blockOf(draft, actionsOf(draft.actions, identities, inStep));
  }
}

/** What is done where nothing is recorded, and is then recorded, is a step, where the code shows no other. */
function onlyStepOf({ guard, then, otherwise }: Draft & { kind: 'if' }): readonly Draft[] | undefined {
  if (!('test' in guard) || guard.test !== 'recorded' || guard.identity !== undefined || guard.not !== true)
    return undefined;
  const record = then.find((one) => one.kind === 'recorded');
  const first = then.find((one) => one.kind === 'call');
  if (record === undefined || first === undefined) return undefined;
  const step: Draft = {
    kind: 'step',
    identity: record.identity ?? '1',
    file: first.call.sql.file.path,
    actions: then,
  };
  return otherwise.length === 0 ? [step] : [{ kind: 'if', guard, then: [step], otherwise }];
}

/** A block that changes nothing is left out; one with a single call hands its policy to the call. */
function blockOf(draft: Draft & { kind: 'block' }, actions: readonly Action[]): readonly Action[] {
  const { onError, transaction } = draft;
  if (actions.length === 0) return [];
  if (onError.kind === 'stop' && !transaction) return actions;
  const [only] = actions;
  if (!transaction && only?.kind === 'call' && actions.length === 1 && only.call.onError.kind === 'stop') {
    return [{ kind: 'call', call: { ...only.call, onError } }];
  }
  return [{ kind: 'block', actions, onError, ...(transaction ? { transaction } : {}) }];
}

function stepOf(draft: Draft & { kind: 'step' }, identities: ReadonlySet<string>): Step {
  const actions = actionsOf(draft.actions, identities, true);
  const [only] = actions;
  const isWhole =
    actions.length === 1 && only?.kind === 'block' && only.transaction === true && only.onError.kind === 'stop';
  return {
    name: draft.identity.slice(draft.identity.lastIndexOf('/') + 1).replace(/\.sql$/i, ''),
    identity: draft.identity,
    file: draft.file,
    actions: isWhole ? only.actions : actions,
    transaction: isWhole,
  };
}

/**
 * Calls between BEGIN and COMMIT are one transaction, unless one of them ends it: Python's `executescript` commits
 * before it runs, so BEGIN followed by it protects nothing.
 */
function withTransactions(drafts: readonly Draft[]): readonly Draft[] {
  const merged: Draft[] = [];
  let inside: Draft[] | undefined;
  for (const draft of drafts) {
    if (draft.kind !== 'control') (inside ?? merged).push(draft);
    else {
      merged.push(...transactionOf(inside));
      inside = draft.what === 'begin' ? [] : undefined;
    }
  }
  merged.push(...transactionOf(inside));
  return merged;
}

function transactionOf(inside: readonly Draft[] | undefined): readonly Draft[] {
  if (inside === undefined || inside.length === 0) return inside ?? [];
  if (inside.some(endsTransaction)) return inside;
  return [{ kind: 'block', actions: inside, onError: { kind: 'stop' }, transaction: true }];
}

function endsTransaction(draft: Draft): boolean {
  switch (draft.kind) {
    case 'call':
      return draft.commitsFirst;
    case 'control':
      return draft.what === 'commit';
    case 'if':
      return draft.then.some(endsTransaction) || draft.otherwise.some(endsTransaction);
    case 'block':
    case 'step':
      return draft.actions.some(endsTransaction);
    case 'recorded':
      return false;
  }
}

function identitiesIn(drafts: readonly Draft[]): readonly string[] {
  return drafts.flatMap((draft) => {
    if (draft.kind === 'step') return [draft.identity];
    if (draft.kind === 'if') return [...identitiesIn(draft.then), ...identitiesIn(draft.otherwise)];
    return draft.kind === 'block' ? identitiesIn(draft.actions) : [];
  });
}

/** Names are recorded one by one, all of them in the end; a version stands for all up to it. */
function recordsAll(identity: string | null, identities: ReadonlySet<string>): boolean {
  if (identity === null) return true;
  const versions = [...identities].map(Number);
  if (versions.some(Number.isNaN)) return identities.has(identity);
  return Number(identity) >= Math.max(...versions);
}
