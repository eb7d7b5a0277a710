import type { Catalog, Database, Relation } from '../catalog/catalog.ts';
import { entriesWith } from '../catalog/reverse-index.ts';

/**
 * A database as the next deploy meets it, over a connection of its own: tables may hold rows now, the temporary ones are gone.
 * Settings stay: who gave one to a step is taken to give it to every connection.
 */
export function nextDeploy(database: Database): Database {
  return {
    ...database,
    catalog: withoutTemporary(database.catalog),
    session: { ...database.session, inTransaction: false, aborted: false },
    atBegin: null,
    deploy: database.deploy + 1,
  };
}

/** What is left of a catalog when the connection that built it ends. */
export function withoutTemporary(catalog: Catalog): Catalog {
  let { relations, indexOwners, triggers } = catalog;
  const gone = new Set(entriesWith(relations, temporariness, 'temporary').map(([key]) => key));
  if (gone.size === 0) return catalog;
  for (const [key, relation] of relations.entries()) {
    const isOwned = relation.kind === 'sequence' && relation.ownedBy !== null && gone.has(relation.ownedBy.table);
    if (gone.has(key) || isOwned) relations = relations.delete(key);
  }
  for (const [index, owner] of indexOwners.entries()) if (gone.has(owner)) indexOwners = indexOwners.delete(index);
  for (const [key, trigger] of triggers.entries()) {
    if (trigger.temporary || gone.has(trigger.table)) triggers = triggers.delete(key);
  }
  return { ...catalog, relations, indexOwners, triggers };
}

const TEMPORARY: readonly string[] = ['temporary'];
const LASTING: readonly string[] = [];

function temporariness(relation: Relation): readonly string[] {
  return relation.kind !== 'sequence' && relation.temporary ? TEMPORARY : LASTING;
}
