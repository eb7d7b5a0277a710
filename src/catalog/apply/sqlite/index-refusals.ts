import * as sqlite from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import { errorAt, objectOf } from '../lookup.ts';
import type { Target } from '../names.ts';

/** CREATE INDEX on a view. */
export function indexingOther(target: Target): EngineError {
  return errorAt('wrong-object', sqlite.viewMayNotBeIndexed, target.at, { kind: 'view', ...objectOf(target) });
}
