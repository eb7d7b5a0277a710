import type { Range } from '../../../ddl/operation.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { objectKey, temporarySchema } from '../names.ts';

/** The key of a schema among the other objects. */
export function schemaKey(schema: string): string {
  return `schema:${schema}`;
}

export function hasSchema(draft: Draft, schema: string): boolean {
  return draft.catalog.others.has(schemaKey(schema)) || isSystemSchema(schema);
}

function isSystemSchema(schema: string): boolean {
  return schema === temporarySchema('postgres') || schema === 'information_schema' || schema.startsWith('pg_');
}

/**
 * Doubts a schema that no statement made, with what the engine says if it is not there: such schemas often stem from
 * elsewhere (an init script, a hosted platform's `auth`). True when the schema is listed.
 */
export function checkSchema(draft: Draft, schema: string, at: Range): boolean {
  if (hasSchema(draft, schema)) return true;
  draft.doubt(`the schema ${schema} may have been made elsewhere`, missingSchema(schema, at));
  return false;
}

export function missingSchema(schema: string, at: Range): EngineError {
  return errorAt('missing-object', `schema "${schema}" does not exist`, at, { kind: 'schema', name: schema });
}

/** How messages name a relation: qualified where the search path does not lead to it. */
export function described(draft: Draft, schema: string, name: string): string {
  if (schema === temporarySchema('postgres')) return quotedIfNeeded(name);
  for (const candidate of draft.session.searchPath ?? ['public']) {
    if (candidate === schema) return quotedIfNeeded(name);
    if (draft.catalog.relations.has(objectKey(candidate, name, draft.engine.dialect))) break;
  }
  return `${quotedIfNeeded(schema)}.${quotedIfNeeded(name)}`;
}

/** As quote_identifier prints a name, key words aside. */
export function quotedIfNeeded(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
