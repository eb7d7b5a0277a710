import type { Engine } from '../dialects/dialect.ts';
import type { Catalog, Column, Index, Relation } from './catalog.ts';
import type { PersistentMap, Sum } from './persistent-map.ts';

/**
 * What a catalog holds, as a short text: equal exactly when two catalogs are the same for an upgrade, whatever the order of
 * columns and wherever things came from. Each object's text, and each bucket's sum, is kept with the object, so a catalog
 * that shares most of another costs only what differs.
 */
export function fingerprintOf(catalog: Catalog, engine: Engine): string {
  const sums = [
    sumOf(catalog.relations, relationContent),
    sumOf(catalog.triggers, plainContent),
    sumOf(catalog.routines, plainContent),
    sumOf(catalog.types, plainContent),
    sumOf(catalog.others, plainContent),
  ];
  return `${engine.dialect.name}${catalog.open ? ' open' : ''} ${sums.join(' ')}`;
}

/** Whether two catalogs are the same for an upgrade: where they share most, this costs less than two fingerprints. */
export function sameCatalog(left: Catalog, right: Catalog): boolean {
  if (left === right) return true;
  return (
    left.open === right.open &&
    sameEntries(left.relations, right.relations, relationContent) &&
    sameEntries(left.triggers, right.triggers, plainContent) &&
    sameEntries(left.routines, right.routines, plainContent) &&
    sameEntries(left.types, right.types, plainContent) &&
    sameEntries(left.others, right.others, plainContent)
  );
}

/** Whether two objects of a catalog, if they are there, are the same for an upgrade. */
export function sameObject(left: object | undefined, right: object | undefined): boolean {
  if (left === right) return true;
  return left !== undefined && right !== undefined && contentOf(left) === contentOf(right);
}

function contentOf(object: object): string {
  return 'kind' in object && object.kind === 'table' ? relationContent(object as Relation) : plainContent(object);
}

function sameEntries<Value extends object>(
  left: PersistentMap<Value>,
  right: PersistentMap<Value>,
  contentOf: ContentOf<Value>,
): boolean {
  if (left.size !== right.size) return false;
  let isSame = true;
  left.forEachChange(right, (_, here, there) => {
    isSame &&= here !== undefined && there !== undefined && contentOf(here) === contentOf(there);
  });
  return isSame;
}

type ContentOf<Value> = (value: Value) => string;

/** The sum over all entries of a map, which does not depend on their order. A chance meeting of sums is one in 10^19. */
function sumOf<Value extends object>(map: PersistentMap<Value>, contentOf: ContentOf<Value>): string {
  const [high, low] = map.sum((key, value) => keptSum(key, value, contentOf));
  return high.toString(36) + low.toString(36).padStart(7, '0');
}

const objectSums = new WeakMap<object, { readonly key: string; readonly sum: Sum }>();

/** The sum of one entry, kept with its object: a bucket that shares 22 of its 23 objects costs one. */
function keptSum<Value extends object>(key: string, value: Value, contentOf: ContentOf<Value>): Sum {
  const known = objectSums.get(value);
  if (known?.key === key) return known.sum;
  const text = `${key} ${contentOf(value)}`;
  const sum: Sum = [hash(text, 0x811c9dc5), hash(text, 0x9747b28c)];
  objectSums.set(value, { key, sum });
  return sum;
}

/** FNV-1a over the UTF-16 units from a given start, mixed at the end. */
function hash(text: string, start: number): number {
  let value = start;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

const contents = new WeakMap<object, string>();

/** The content of a part of a table, kept with it: a change of one column leaves the others as they are. */
function keptContent<Part extends object>(part: Part, contentOf: ContentOf<Part>): string {
  const known = contents.get(part);
  if (known !== undefined) return known;
  const content = contentOf(part);
  contents.set(part, content);
  return content;
}

/** Everything but where it came from, and how a body is written: its canonical text says what it does. */
function plainContent(value: object): string {
  return JSON.stringify({ ...value, origin: undefined, body: undefined });
}

function relationContent(relation: Relation): string {
  // What was written belongs to a run, not to the schema.
  if (relation.kind === 'sequence') return plainContent({ ...relation, behind: undefined });
  if (relation.kind !== 'table') return plainContent(relation);
  const { columns, indexes, constraints } = relation;
  // Whether there may be rows belongs to a run, not to the schema.
  const rest = {
    ...relation,
    columns: [],
    indexes: [],
    constraints: [],
    madeInDeploy: 0,
    written: false,
    emptySince: null,
    inserted: undefined,
    filledInDeploy: undefined,
    formerRules: undefined,
  };
  const parts = [
    ...columns.map((column) => keptContent(column, columnContent)),
    ...indexes.map((index) => keptContent(index, indexContent)),
    ...constraints.map((constraint) => keptContent(constraint, plainContent)),
  ];
  return plainContent(rest) + parts.sort().join('');
}

function columnContent(column: Column): string {
  // Whether it may hold values belongs to a run, not to the schema.
  return plainContent({
    ...column,
    type: column.type?.toLowerCase() ?? null,
    nullInDeploy: undefined,
    distinctInDeploy: undefined,
    sameInDeploy: undefined,
  });
}

/** SQLite numbers the indexes of constraints as they come: their names say nothing. */
function indexContent(index: Index): string {
  return plainContent(index.name.startsWith('sqlite_autoindex_') ? { ...index, name: '' } : index);
}
