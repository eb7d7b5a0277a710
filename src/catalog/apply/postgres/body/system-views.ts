import { constraintViews } from './system-constraints.ts';
import { objectViews } from './system-objects.ts';
import { relationViews } from './system-relations.ts';
import type { SystemView } from './system-row.ts';

/** The system catalogs and information schema that are modelled (PostgreSQL manual, chapters 37, 53 and 54). */
const VIEWS: Readonly<Record<string, SystemView>> = { ...relationViews, ...constraintViews, ...objectViews };

/** The catalog that a query names; null where it is none, or none that is modelled. */
export function systemView(schema: string | null, name: string): SystemView | null {
  const isOfStandard = !name.startsWith('pg_');
  if (schema === null ? isOfStandard : schema !== (isOfStandard ? 'information_schema' : 'pg_catalog')) return null;
  return Object.hasOwn(VIEWS, name) ? (VIEWS[name] ?? null) : null;
}
