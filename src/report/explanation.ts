import type { Finding } from '../finding.ts';
import { assumption } from './assumption.ts';
import { counted } from '../text/counted.ts';

/** Installs named before "and 4 more". */
const shownInstalls = 5;

/** All that a finding says beside its message, as plain lines: which installs break, what the engine says, what to do. */
export function explanation(finding: Finding): readonly string[] {
  const { condition, reading, engineError, engines, help, fix } = finding;
  const advice = help ?? fix?.title;
  return [
    ...installWords(finding),
    ...(condition === null
      ? []
      : [condition === 'rows' ? 'Only if the table has rows.' : 'Only if rows hold such values.']),
    ...(reading === null ? [] : [`Assumes: ${assumption(reading)}`]),
    ...(engineError === null ? [] : [`${engines.join(', ') || 'The engine'} says: ${engineError}`]),
    ...(advice === undefined ? [] : [`Fix: ${advice}`]),
  ];
}

function installWords({ holdsOn }: Finding): readonly string[] {
  if (holdsOn === null) return [];
  if (holdsOn === 'all') return ['Breaks: every install'];
  const hidden = holdsOn.length - shownInstalls;
  const names = holdsOn.slice(0, shownInstalls).join('; ');
  return [`Breaks: ${names}${hidden > 0 ? `; and ${counted(hidden, 'more install')}` : ''}`];
}
