import { asksVersion, type Guard, type Witness } from '../../deployment.ts';
import type { Span } from '../../text/source-file.ts';

/** Always and never true. */
export const TRUE: Guard = { all: [] };
export const FALSE: Guard = { any: [] };

export function isTrue(guard: Guard): boolean {
  return 'all' in guard && guard.all.length === 0;
}

export function isFalse(guard: Guard): boolean {
  return 'any' in guard && guard.any.length === 0;
}

/** All of them, without what changes nothing. */
export function allOf(guards: readonly Guard[]): Guard {
  const parts = guards.flatMap((guard) => ('all' in guard ? guard.all : [guard]));
  if (parts.some(isFalse)) return FALSE;
  const needed = withoutImplied(parts, false);
  if (needed.length < parts.length) return allOf(needed);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { all: parts };
}

/** Any of them, without what changes nothing. */
export function anyOf(guards: readonly Guard[]): Guard {
  const parts = guards.flatMap((guard) => ('any' in guard ? guard.any : [guard]));
  if (parts.some(isTrue)) return TRUE;
  const needed = withoutImplied(parts, true);
  if (needed.length < parts.length) return anyOf(needed);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { any: parts };
}

type RecordedTest = Extract<Guard, { test: 'recorded' }>;

/**
 * Where nothing is recorded a certain step is not recorded either, so next to the test for that step the other
 * says nothing.
 */
function withoutImplied(parts: readonly Guard[], not: boolean): readonly Guard[] {
  const isOne = (guard: Guard): boolean => isRecordedTest(guard, not) && guard.identity !== undefined;
  if (!parts.some(isOne)) return parts;
  return parts.filter((guard) => !(isRecordedTest(guard, not) && guard.identity === undefined));
}

function isRecordedTest(guard: Guard, not: boolean): guard is RecordedTest {
  return 'test' in guard && guard.test === 'recorded' && (guard.not === true) === not;
}

export function negated(guard: Guard): Guard {
  if ('all' in guard) return anyOf(guard.all.map(negated));
  if ('any' in guard) return allOf(guard.any.map(negated));
  if (guard.test === 'unknown')
    return { ...guard, words: guard.words.startsWith('not ') ? guard.words.slice(4) : `not ${guard.words}` };
  const { not, ...test } = guard;
  return not === true ? test : { ...test, not: true };
}

/** What holds if `guard` decides between two conditions. */
export function decided(guard: Guard, yes: Guard, no: Guard): Guard {
  if (isTrue(guard)) return yes;
  if (isFalse(guard)) return no;
  if (isTrue(yes)) return anyOf([guard, no]);
  if (isTrue(no)) return anyOf([negated(guard), yes]);
  return anyOf([allOf([guard, yes]), allOf([negated(guard), no])]);
}

export function unknownGuard(words: string, at: Span): Guard {
  return { test: 'unknown', words, at };
}

/** Whether a guard may ask for one command among others: it rests on something that could not be read, and that is no version. */
export function mayBeCommand(guard: Guard): boolean {
  if ('all' in guard) return guard.all.some(mayBeCommand);
  if ('any' in guard) return guard.any.some(mayBeCommand);
  return guard.test === 'unknown' && !asksVersion(guard.words);
}

/** The places that a guard proves databases of another shape by. */
export function witnessesIn(guard: Guard): readonly Witness[] {
  if ('all' in guard) return guard.all.flatMap(witnessesIn);
  if ('any' in guard) return guard.any.flatMap(witnessesIn);
  if (guard.test === 'column' && guard.at !== undefined) {
    return [{ kind: 'column-checked', table: guard.table, name: guard.name, at: guard.at }];
  }
  if ((guard.test !== 'table' && guard.test !== 'index') || guard.at === undefined) return [];
  const table = guard.test === 'table' ? guard.name : '';
  return [{ kind: `${guard.test}-checked`, table, name: guard.name, at: guard.at }];
}
