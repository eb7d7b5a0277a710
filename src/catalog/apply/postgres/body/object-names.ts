import type { Origin } from '../../../catalog.ts';
import { Refusal, type Draft } from '../../draft.ts';
import { errorAt } from '../../lookup.ts';
import { findRelation, targetsForLookup } from '../../names.ts';
import { nameOfText } from '../names-in-text.ts';
import type { Setting } from './computed-value.ts';
import { relationOid, typeOid } from './system-row.ts';
import { DATABASE, isPartly, UNKNOWN, type Value } from './value.ts';

/** The first schema of the search path that is there. */
export function currentSchema({ session, catalog }: Draft): Value {
  const { searchPath } = session;
  if (searchPath === null || catalog.open) return UNKNOWN;
  return searchPath.find((schema) => catalog.others.has(`schema:${schema}`)) ?? (searchPath.length === 0 ? null : UNKNOWN);
} // prettier-ignore

/** Functions that ask for objects of the catalog; undefined for all others. */
export function functionOfCatalog(setting: Setting, name: string, [value = null]: readonly Value[]): Value | undefined {
  const { draft } = setting;
  switch (name) {
    case 'current_database':
    case 'current_catalog':
      return DATABASE;
    case 'to_regclass': {
      if (typeof value !== 'string') return value === null ? null : UNKNOWN;
      const found = lookUp(draft, value);
      if (found === 'unknown') return UNKNOWN;
      const shown = { kind: 'relation', name: value };
      setting.note({ exists: found !== null, object: shown, origin: found?.origin ?? null });
      return found === null ? null : found.oid;
    }
    case 'to_regtype':
      return typeof value === 'string' ? typeOf(draft, value) : value === null ? null : UNKNOWN;
    default:
      return undefined;
  }
}

/** `'t'::regclass`: an error where it is not there (manual, 8.19). */
export function objectOfText(draft: Draft, value: Value, type: string): Value {
  if (value === null) return null;
  if (isPartly(value)) return value.kind === 'oid' ? value : UNKNOWN;
  if (typeof value !== 'string') return UNKNOWN;
  if (type === 'regclass') return relationNamed(draft, value);
  if (type === 'regnamespace') return { kind: 'oid', key: `namespace:${value}`, text: value };
  return type === 'regtype' ? (typeOf(draft, value) ?? UNKNOWN) : UNKNOWN;
}

function relationNamed(draft: Draft, value: string): Value {
  const found = lookUp(draft, value);
  if (found === 'unknown') return UNKNOWN;
  if (found !== null) return found.oid;
  const text = `relation "${value.replaceAll('"', '')}" does not exist`;
  throw new Refusal(errorAt('missing-table', text, { start: 0, end: 0 }, { kind: 'table', name: value }));
}

interface FoundObject {
  readonly oid: Value;
  readonly origin: Origin;
}

/** A relation or index by its name as text. */
function lookUp(draft: Draft, text: string): FoundObject | 'unknown' | null {
  const name = nameOfText(draft, text);
  if (name === null) return 'unknown';
  const found = findRelation(draft, name);
  if (found.presence === 'present') return { oid: relationOid(draft, found.value), origin: found.value.origin };
  if (found.presence === 'unsure') return 'unknown';
  for (const target of targetsForLookup(draft, name)) {
    const owner = draft.catalog.indexOwners.get(draft.indexKey(target.schema, target.name));
    const table = owner === undefined ? undefined : draft.catalog.relations.get(owner);
    if (table === undefined || table.kind === 'sequence') continue;
    const index = table.indexes.find((one) => one.name === target.name);
    if (index === undefined || !index.certain || !table.certain) return 'unknown';
    return { oid: relationOid(draft, { schema: target.schema, name: target.name }), origin: index.origin };
  }
  return null;
}

function typeOf(draft: Draft, text: string): Value {
  const name = nameOfText(draft, text);
  if (name === null) return UNKNOWN;
  for (const { key } of targetsForLookup(draft, name)) {
    const type = draft.catalog.types.get(key);
    if (type !== undefined) return type.certain ? typeOid(draft, type) : UNKNOWN;
  }
  return UNKNOWN;
}
