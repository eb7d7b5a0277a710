import type { Catalog, Relation, View } from './catalog.ts';
import { entriesWith } from './reverse-index.ts';

/** The views of a catalog with their keys, materialized ones included, without a look at every table. */
export function viewsOf(catalog: Catalog): readonly (readonly [string, View])[] {
  return entriesWith(catalog.relations, whetherView, VIEW).flatMap(([key, relation]) =>
    isView(relation) ? [[key, relation] as const] : [],
  );
}

const VIEW = 'view';
const WHERE_VIEW: readonly string[] = [VIEW];
const WHERE_OTHER: readonly string[] = [];

function whetherView(relation: Relation): readonly string[] {
  return isView(relation) ? WHERE_VIEW : WHERE_OTHER;
}

function isView(relation: Relation): relation is View {
  return relation.kind === 'view' || relation.kind === 'materialized-view';
}
