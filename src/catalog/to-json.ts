import { spanOf } from '../text/sql-text.ts';
import { positionAt } from '../text/source-file.ts';
import type { Catalog, Origin } from './catalog.ts';
import type { PersistentMap } from './persistent-map.ts';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A catalog as JSON: objects by key, each with the file and line that it comes from. */
export function catalogToJson(catalog: Catalog): Json {
  return {
    open: catalog.open,
    relations: mapToJson(catalog.relations),
    triggers: mapToJson(catalog.triggers),
    routines: mapToJson(catalog.routines),
    types: mapToJson(catalog.types),
    others: mapToJson(catalog.others),
  };
}

/** Sorted by key, so that the same catalog always gives the same text. */
function mapToJson<Value extends object>(map: PersistentMap<Value>): Json {
  const entries = [...map.entries()].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, toJson(value)]));
}

function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object') return null;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === 'origin' ? originToJson(part as Origin) : toJson(part),
    ]),
  );
}

function originToJson(origin: Origin): Json {
  if (origin === null) return null;
  const span = spanOf(origin.statement.sql, origin.at.start, origin.at.end);
  const { line, column } = positionAt(span.file, span.start);
  return { file: span.file.path, line, column };
}
