import type { Engine } from '../dialects/dialect.ts';
import type { Catalog, Origin } from './catalog.ts';

/** One thing in which two catalogs differ. Column order and origins do not count; what is unsure on either side is left out. */
export interface Difference {
  /** `table`, `column`, `index`, `constraint`, `view`, `trigger`, `type`, `type-label`, `routine`, `sequence` .. */
  readonly kind: string;
  /** As a person names it: `jobs.archived`, `idx_jobs_archived`. */
  readonly object: string;
  /** `schema.name` key of the table it belongs to, or its own key. */
  readonly table: string;
  /** What stands on each side; null where it is absent. For a property: `integer not null` against `integer`. */
  readonly left: string | null;
  readonly right: string | null;
  readonly leftOrigin: Origin;
  readonly rightOrigin: Origin;
}

/** How two catalogs differ, ordered by table and object. */
export function diffCatalogs(_left: Catalog, _right: Catalog, _engine: Engine): readonly Difference[] {
  throw new Error('not built yet');
}
