import type { Catalog, Database, Relation } from '../catalog/catalog.ts';

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
  const gone = new Set<string>();
  for (const [key, relation] of relations.entries()) {
    if (isTemporary(relation)) gone.add(key);
  }
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

function isTemporary(relation: Relation): boolean {
  return relation.kind !== 'sequence' && relation.temporary;
}
