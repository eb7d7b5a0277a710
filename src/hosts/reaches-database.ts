import type { HostAction } from './host.ts';

/** Whether an action reaches a database, itself or in a function that it calls; `isReport`: calls that only print, log or wait. */
export function reachesDatabase(action: HostAction, isReport: (callee: readonly string[]) => boolean): boolean {
  const reaches = (inner: HostAction): boolean => reachesDatabase(inner, isReport);
  switch (action.kind) {
    case 'execute':
      return true;
    case 'transaction':
      return action.what === 'rollback';
    case 'call':
      return !isReport(action.callee);
    case 'if':
      return action.then.some(reaches) || action.otherwise.some(reaches);
    case 'for':
    case 'block':
      return action.body.some(reaches);
    default:
      return false;
  }
}
