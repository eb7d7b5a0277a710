import type { QualifiedName } from '../ddl/operation.ts';
import type { Engine } from '../dialects/dialect.ts';
import { Draft } from './apply/draft.ts';
import { findRelation as findInDraft } from './apply/names.ts';
import type { Database, Relation } from './catalog.ts';

/** What a look-up by name found; not `sure` where the catalog cannot tell. */
export interface Lookup {
  readonly sure: boolean;
  readonly relation: Relation | undefined;
}

/**
 * Finds a table, view or sequence by a plain name as host code holds it, `schema.name` included: as the catalog writes it
 * (`relname = 'orderItems'`), or as a statement would (`to_regclass('OrderItems')`).
 */
export function findRelation(database: Database, name: string, engine: Engine): Lookup {
  const asKept = findNamed(database, nameInCode(name, true), engine);
  return asKept.sure && asKept.relation !== undefined ? asKept : findNamed(database, nameInCode(name, false), engine);
}

function nameInCode(name: string, quoted: boolean): QualifiedName {
  const dot = name.indexOf('.');
  const range = { start: 0, end: name.length };
  const part = (text: string): QualifiedName['name'] => ({ ...range, text, quoted });
  return dot < 0
    ? { ...range, name: part(name) }
    : { ...range, schema: part(name.slice(0, dot)), name: part(name.slice(dot + 1)) };
}

/** Finds the relation that a statement names. */
export function findNamed(database: Database, name: QualifiedName, engine: Engine): Lookup {
  const found = findInDraft(new Draft(database, engine), name);
  if (found.presence === 'absent') return { sure: true, relation: undefined };
  return { sure: found.presence === 'present', relation: found.value };
}
