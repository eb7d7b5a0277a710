import { PersistentMap } from './persistent-map.ts';

type KeysOf<Value> = (value: Value) => readonly string[];

/**
 * The entries of a map that a key belongs to, such as the foreign keys that point to a table, in the order of their keys. The
 * index of a function follows the map that is asked for: from one version of a catalog to the next, only what changed between
 * them is looked at.
 */
export function entriesWith<Value>(
  map: PersistentMap<Value>,
  keysOf: KeysOf<Value>,
  wanted: string,
): readonly (readonly [string, Value])[] {
  const keys = indexFor(map, keysOf).get(wanted);
  if (keys === undefined || keys.size === 0) return NOTHING;
  const found: (readonly [string, Value])[] = [];
  for (const key of [...keys].sort()) {
    const value = map.get(key);
    if (value !== undefined) found.push([key, value]);
  }
  return found;
}

const NOTHING: readonly never[] = [];

interface ReverseIndex<Value> {
  /** The version that the keys are of. */
  map: PersistentMap<Value>;
  /** Keys of the map by what `keysOf` tells of their values. */
  readonly keys: Map<string, Set<string>>;
}

const indexes = new WeakMap<KeysOf<never>, unknown>();

function indexFor<Value>(map: PersistentMap<Value>, keysOf: KeysOf<Value>): ReadonlyMap<string, ReadonlySet<string>> {
  // A function is only ever asked of maps of one kind.
  const known = indexes.get(keysOf) as ReverseIndex<Value> | undefined;
  const index = known ?? { map: PersistentMap.empty<Value>(), keys: new Map<string, Set<string>>() };
  if (known === undefined) indexes.set(keysOf, index);
  if (index.map !== map) follow(index, map, keysOf);
  return index.keys;
}

function follow<Value>(index: ReverseIndex<Value>, map: PersistentMap<Value>, keysOf: KeysOf<Value>): void {
  index.map.forEachChange(map, (key, before, after) => {
    if (before !== undefined) for (const wanted of keysOf(before)) index.keys.get(wanted)?.delete(key);
    if (after !== undefined) for (const wanted of keysOf(after)) keysUnder(index, wanted).add(key);
  });
  index.map = map;
}

function keysUnder({ keys }: ReverseIndex<unknown>, wanted: string): Set<string> {
  let under = keys.get(wanted);
  if (under === undefined) {
    under = new Set();
    keys.set(wanted, under);
  }
  return under;
}
