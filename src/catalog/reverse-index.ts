import type { Bucket, PersistentMap } from './persistent-map.ts';

type KeysOf<Value> = (value: Value) => readonly string[];

/**
 * The entries of a map that a key belongs to, such as the foreign keys that point to a table. Each bucket of the map keeps
 * its own small index, so after a change only one bucket is looked through again.
 */
export function entriesWith<Value>(
  map: PersistentMap<Value>,
  keysOf: KeysOf<Value>,
  wanted: string,
): readonly (readonly [string, Value])[] {
  const found: (readonly [string, Value])[] = [];
  for (const bucket of map.buckets) {
    if (bucket === undefined) continue;
    for (const key of bucketIndex(bucket, keysOf).get(wanted) ?? NONE) {
      const value = bucket.get(key);
      if (value !== undefined) found.push([key, value]);
    }
  }
  return found;
}

const NONE: readonly string[] = [];

function bucketIndex<Value>(bucket: Bucket<Value>, keysOf: KeysOf<Value>): ReadonlyMap<string, readonly string[]> {
  bucket.indexes ??= new Map<unknown, ReadonlyMap<string, readonly string[]>>();
  const known = bucket.indexes.get(keysOf);
  if (known !== undefined) return known;
  const made = new Map<string, string[]>();
  for (const [key, value] of bucket) {
    for (const wanted of new Set(keysOf(value))) {
      const keys = made.get(wanted);
      if (keys === undefined) made.set(wanted, [key]);
      else keys.push(key);
    }
  }
  bucket.indexes.set(keysOf, made);
  return made;
}
