import type { CreateRoutine } from '../../../ddl/operation.ts';
import type { Routine } from '../../catalog.ts';
import { tokensOf } from '../../tokens.ts';
import type { Draft } from '../draft.ts';

/**
 * A function whose further parameters all have defaults, beside one without them: a call with the arguments of the older one fits
 * both, and PostgreSQL refuses it (10.3, function type resolution, step 4: run on 15). CREATE OR REPLACE replaces nothing where
 * the parameters are others.
 */
export function noteAmbiguity(draft: Draft, operation: CreateRoutine, made: Routine): void {
  const withDefault = defaultsOf(draft, operation);
  for (const other of draft.catalog.routines.values()) {
    if (other.schema !== made.schema || other.name !== made.name || !other.certain) continue;
    const count = other.argumentTypes.length;
    const isLonger = count < made.argumentTypes.length && withDefault.length === made.argumentTypes.length;
    const fits = other.argumentTypes.every((type, at) => type === made.argumentTypes[at]);
    if (!isLonger || !fits || !withDefault.slice(count).every(Boolean)) continue;
    const name = `${made.name}(${other.argumentTypes.join(', ')})`;
    draft.record({
      kind: 'ambiguous',
      object: { kind: other.variant, schema: made.schema, name },
      silent: true,
      origin: other.origin,
    });
  }
}

/** Whether each parameter has a default. */
function defaultsOf({ engine }: Draft, { routine, statement: { sql, end } }: CreateRoutine): readonly boolean[] {
  const found: boolean[] = [];
  let depth = 0;
  for (const { kind, text } of tokensOf(
    sql.text.slice(routine.end, Math.min(end, routine.end + 4_000)),
    engine.dialect,
  )) {
    const isSymbol = kind === 'symbol';
    if (isSymbol && text === '(' && ++depth === 1) found.push(false);
    if (isSymbol && text === ')' && --depth === 0) break;
    if (depth !== 1) continue;
    if (isSymbol && text === ',') found.push(false);
    if ((isSymbol && (text === '=' || text === ':=')) || /^default$/i.test(text)) found[found.length - 1] = true;
  }
  return found;
}
