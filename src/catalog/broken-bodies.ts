import type { Engine } from '../dialects/dialect.ts';
import { Draft } from './apply/draft.ts';
import { firingVerdict } from './apply/query/trigger-bodies.ts';
import { resolveView } from './apply/query/view-bodies.ts';
import type { Database, Trigger, View } from './catalog.ts';
import type { EngineError } from './outcome.ts';
import { viewsOf } from './views.ts';

/** A view or trigger that no longer does what it was made for: the engine says this whenever it is used. */
export type BrokenBody =
  | { readonly kind: 'view'; readonly object: View; readonly error: EngineError }
  | { readonly kind: 'trigger'; readonly object: Trigger; readonly error: EngineError };

/**
 * The views and triggers of a database that surely fail when they are used. PostgreSQL keeps views and triggers sound; SQLite,
 * MySQL and MariaDB let tables and columns go from under them.
 */
export function brokenBodies(database: Database, engine: Engine): readonly BrokenBody[] {
  if (engine.dialect.name === 'postgres' || database.catalog.open) return [];
  const draft = new Draft(database, engine);
  const broken: BrokenBody[] = [];
  for (const [, view] of viewsOf(database.catalog)) {
    if (!view.certain) continue;
    const fault = resolveView(draft, view)?.fault ?? null;
    if (fault !== null) broken.push({ kind: 'view', object: view, error: fault });
  }
  for (const trigger of database.catalog.triggers.values()) {
    if (!trigger.certain) continue;
    const fault = firingVerdict(draft, trigger)?.fault ?? null;
    if (fault !== null) broken.push({ kind: 'trigger', object: trigger, error: fault });
  }
  return broken;
}
