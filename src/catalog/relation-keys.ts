import type { QualifiedName } from '../ddl/operation.ts';
import type { Engine } from '../dialects/dialect.ts';
import { Draft } from './apply/draft.ts';
import { type Target, targetIfCreated, targetsForLookup } from './apply/names.ts';
import type { Database } from './catalog.ts';

/** Where a name leads: the relation that is listed under it, else the place where it would be made. */
export function targetOf(draft: Draft, name: QualifiedName): Target {
  const listed = targetsForLookup(draft, name).find((target) => draft.catalog.relations.has(target.key));
  return listed ?? targetIfCreated(draft, name);
}

/** The key of the table that a name stands for in the catalog, or would stand for if it were there. */
export function tableKeyOf(database: Database, name: QualifiedName, engine: Engine): string {
  return targetOf(new Draft(database, engine), name).key;
}

/** The key under which an object of this name would be made. */
export function creationKeyOf(database: Database, name: QualifiedName, engine: Engine): string {
  return targetIfCreated(new Draft(database, engine), name).key;
}
