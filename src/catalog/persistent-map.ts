/**
 * An immutable map from strings that shares its unchanged part with its ancestors: `set` and `delete` copy one small
 * bucket and the array of buckets, so 3,000 steps over a large schema keep 3,000 cheap versions of it.
 */
export class PersistentMap<Value> {
  readonly size: number;
  readonly #buckets: readonly (Bucket<Value> | undefined)[];

  static readonly #empty = new PersistentMap<never>([], 0);

  private constructor(buckets: readonly (Bucket<Value> | undefined)[], size: number) {
    this.#buckets = buckets;
    this.size = size;
  }

  static empty<Value>(): PersistentMap<Value> {
    return PersistentMap.#empty;
  }

  get(key: string): Value | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  has(key: string): boolean {
    return this.#buckets[bucketOf(key)]?.has(key) ?? false;
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const at = bucketOf(key);
    const old = this.#buckets[at];
    if (old !== undefined && old.has(key) && old.get(key) === value) return this;
    const bucket = new Bucket(old);
    bucket.set(key, value);
    return this.#with(at, bucket, this.size + (old?.has(key) === true ? 0 : 1));
  }

  delete(key: string): PersistentMap<Value> {
    const at = bucketOf(key);
    const old = this.#buckets[at];
    if (old?.has(key) !== true) return this;
    const bucket = new Bucket(old);
    bucket.delete(key);
    return this.#with(at, bucket, this.size - 1);
  }

  /** All entries, in no particular but a stable order. */
  *entries(): IterableIterator<[string, Value]> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket;
  }

  *keys(): IterableIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): IterableIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  /** The buckets, of which an empty one may be absent. */
  get buckets(): readonly (Bucket<Value> | undefined)[] {
    return this.#buckets;
  }

  /**
   * The sum of what `sumOf` gives for each entry, which does not depend on their order. A map must always be asked with the
   * same function: sums are kept, so that a new version costs only its changed bucket.
   */
  sum(sumOf: (key: string, value: Value) => Sum): Sum {
    let [high, low] = [0, 0];
    for (const bucket of this.#buckets) {
      if (bucket === undefined) continue;
      const sum = (bucket.sum ??= bucketSum(bucket, sumOf));
      high = (high + sum[0]) >>> 0;
      low = (low + sum[1]) >>> 0;
    }
    return [high, low];
  }

  /** Keys whose values differ (by identity) between two maps; buckets that they share are skipped. */
  *changedKeys(other: PersistentMap<Value>): IterableIterator<string> {
    for (let at = 0; at < BUCKET_COUNT; at++) {
      const left = this.#buckets[at];
      const right = other.#buckets[at];
      if (left === right) continue;
      for (const [key, value] of left ?? []) if (right?.get(key) !== value) yield key;
      for (const key of right?.keys() ?? []) if (left?.has(key) !== true) yield key;
    }
  }

  #with(at: number, bucket: Bucket<Value>, size: number): PersistentMap<Value> {
    const buckets = this.#buckets.slice();
    while (buckets.length < BUCKET_COUNT) buckets.push(undefined);
    buckets[at] = bucket.size === 0 ? undefined : bucket;
    return new PersistentMap(buckets, size);
  }
}

/**
 * Some entries of a map. It never changes once it is part of one, so what was worked out from its entries stays with it: all
 * versions of the map that share the bucket share that, too.
 */
export class Bucket<Value> extends Map<string, Value> {
  sum: Sum | undefined;

  /** By the function that tells the keys of a value: see `entriesWith`. */
  indexes: Map<unknown, ReadonlyMap<string, readonly string[]>> | undefined;
}

/** Two independent 32-bit numbers. */
export type Sum = readonly [high: number, low: number];

function bucketSum<Value>(bucket: ReadonlyMap<string, Value>, sumOf: (key: string, value: Value) => Sum): Sum {
  let [high, low] = [0, 0];
  for (const [key, value] of bucket) {
    const sum = sumOf(key, value);
    high = (high + sum[0]) >>> 0;
    low = (low + sum[1]) >>> 0;
  }
  return [high, low];
}

/** With 128 buckets a schema of 3,000 objects keeps about 23 of them in each. */
const BUCKET_COUNT = 128;

/** FNV-1a over the UTF-16 units. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BUCKET_COUNT - 1);
}
