/**
 * An immutable map from strings that shares its unchanged part with its ancestors: a tree over the bits of each key's hash
 * (Bagwell, Ideal Hash Trees, 2001). `set` and `delete` copy the few nodes on one way down, so 3,000 steps over a large schema
 * keep 3,000 cheap versions of it.
 */
export class PersistentMap<Value> {
  readonly size: number;
  readonly #root: Node<Value> | undefined;

  static readonly #empty = new PersistentMap<never>(undefined, 0);

  private constructor(root: Node<Value> | undefined, size: number) {
    this.#root = root;
    this.size = size;
  }

  static empty<Value>(): PersistentMap<Value> {
    return PersistentMap.#empty;
  }

  get(key: string): Value | undefined {
    return this.#root === undefined ? undefined : entryIn(this.#root, key, hashOf(key))?.value;
  }

  has(key: string): boolean {
    return this.#root !== undefined && entryIn(this.#root, key, hashOf(key)) !== undefined;
  }

  set(key: string, value: Value): PersistentMap<Value> {
    const hash = hashOf(key);
    const old = this.#root === undefined ? undefined : entryIn(this.#root, key, hash);
    if (old !== undefined && old.value === value) return this;
    const entry = { key, hash, value };
    const root = this.#root === undefined ? new Leaf([entry]) : withEntry(this.#root, entry, 0);
    return new PersistentMap(root, this.size + (old === undefined ? 1 : 0));
  }

  delete(key: string): PersistentMap<Value> {
    const hash = hashOf(key);
    if (this.#root === undefined || entryIn(this.#root, key, hash) === undefined) return this;
    return new PersistentMap(withoutEntry(this.#root, key, hash, 0), this.size - 1);
  }

  /** All entries, in no particular but a stable order. */
  *entries(): IterableIterator<[string, Value]> {
    for (const { key, value } of entriesUnder(this.#root)) yield [key, value];
  }

  *keys(): IterableIterator<string> {
    for (const { key } of entriesUnder(this.#root)) yield key;
  }

  *values(): IterableIterator<Value> {
    for (const { value } of entriesUnder(this.#root)) yield value;
  }

  /**
   * The sum of what `sumOf` gives for each entry, which does not depend on their order. A map must always be asked with the
   * same function: sums are kept, so that a new version costs only its changed nodes.
   */
  sum(sumOf: (key: string, value: Value) => Sum): Sum {
    return this.#root === undefined ? [0, 0] : sumUnder(this.#root, sumOf);
  }

  /** Keys whose values differ (by identity) between two maps; nodes that they share are skipped. */
  changedKeys(other: PersistentMap<Value>): readonly string[] {
    const changed: string[] = [];
    this.forEachChange(other, (key) => changed.push(key));
    return changed;
  }

  /** Visits each key whose values differ, with what is here and what is there. */
  forEachChange(other: PersistentMap<Value>, visit: Visit<Value>): void {
    visitChanges(this.#root, other.#root, visit);
  }
}

type Visit<Value> = (key: string, here: Value | undefined, there: Value | undefined) => void;

/** Two independent 32-bit numbers. */
export type Sum = readonly [high: number, low: number];

interface Entry<Value> {
  readonly key: string;
  readonly hash: number;
  readonly value: Value;
}

/** A few entries whose hashes begin alike. */
class Leaf<Value> {
  readonly entries: readonly Entry<Value>[];
  sum: Sum | undefined;

  constructor(entries: readonly Entry<Value>[]) {
    this.entries = entries;
  }
}

/** A node for each value of the next bits of the hash. */
class Branch<Value> {
  readonly children: readonly Child<Value>[];
  sum: Sum | undefined;

  constructor(children: readonly Child<Value>[]) {
    this.children = children;
  }
}

type Node<Value> = Leaf<Value> | Branch<Value>;
type Child<Value> = Node<Value> | undefined;

const BITS = 4;
const WIDTH = 1 << BITS;
/** Entries beyond which a leaf becomes a branch, as long as the hash has bits left. */
const LEAF_SIZE = 8;

function childAt(hash: number, shift: number): number {
  return (hash >>> shift) & (WIDTH - 1);
}

function entryIn<Value>(root: Node<Value>, key: string, hash: number): Entry<Value> | undefined {
  let node: Node<Value> | undefined = root;
  for (let shift = 0; node instanceof Branch; shift += BITS) node = node.children[childAt(hash, shift)];
  return node?.entries.find((entry) => entry.hash === hash && entry.key === key);
}

function withEntry<Value>(node: Node<Value>, entry: Entry<Value>, shift: number): Node<Value> {
  if (node instanceof Branch) {
    const at = childAt(entry.hash, shift);
    const child = node.children[at];
    return withChild(node, at, child === undefined ? new Leaf([entry]) : withEntry(child, entry, shift + BITS));
  }
  const at = node.entries.findIndex(({ key }) => key === entry.key);
  const entries = at < 0 ? [...node.entries, entry] : node.entries.with(at, entry);
  return entries.length <= LEAF_SIZE || shift >= 32 ? new Leaf(entries) : branchOf(entries, shift);
}

function branchOf<Value>(entries: readonly Entry<Value>[], shift: number): Branch<Value> {
  const groups = Array.from({ length: WIDTH }, (): Entry<Value>[] => []);
  for (const entry of entries) groups[childAt(entry.hash, shift)]?.push(entry);
  return new Branch(
    groups.map((group) => {
      if (group.length === 0) return undefined;
      const isFull = group.length > LEAF_SIZE && shift + BITS < 32;
      return isFull ? branchOf(group, shift + BITS) : new Leaf(group);
    }),
  );
}

/** Undefined where nothing is left. The entry is there. */
function withoutEntry<Value>(node: Node<Value>, key: string, hash: number, shift: number): Node<Value> | undefined {
  if (!(node instanceof Branch)) {
    const entries = node.entries.filter((entry) => entry.key !== key);
    return entries.length === 0 ? undefined : new Leaf(entries);
  }
  const at = childAt(hash, shift);
  const child = node.children[at];
  const left = withChild(node, at, child === undefined ? child : withoutEntry(child, key, hash, shift + BITS));
  return left.children.every((other) => other === undefined) ? undefined : left;
}

function withChild<Value>(branch: Branch<Value>, at: number, child: Node<Value> | undefined): Branch<Value> {
  const children = branch.children.slice();
  children[at] = child;
  return new Branch(children);
}

function* entriesUnder<Value>(node: Child<Value>): IterableIterator<Entry<Value>> {
  if (node instanceof Branch) for (const child of node.children) yield* entriesUnder(child);
  else if (node !== undefined) yield* node.entries;
}

function sumUnder<Value>(node: Node<Value>, sumOf: (key: string, value: Value) => Sum): Sum {
  if (node.sum !== undefined) return node.sum;
  let [high, low] = [0, 0];
  const add = (sum: Sum): void => {
    high = (high + sum[0]) >>> 0;
    low = (low + sum[1]) >>> 0;
  };
  if (node instanceof Branch) {
    for (const child of node.children) if (child !== undefined) add(sumUnder(child, sumOf));
  } else for (const { key, value } of node.entries) add(sumOf(key, value));
  node.sum = [high, low];
  return node.sum;
}

function visitChanges<Value>(left: Child<Value>, right: Child<Value>, visit: Visit<Value>): void {
  if (left === right) return;
  if (left instanceof Branch && right instanceof Branch) {
    for (let at = 0; at < WIDTH; at++) visitChanges(left.children[at], right.children[at], visit);
    return;
  }
  // One of the two is a leaf, so that one of the lists is short.
  const here = entryListUnder(left);
  const there = entryListUnder(right);
  for (const { key, value } of here) {
    const other = valueOf(key, there);
    if (other !== value) visit(key, value, other);
  }
  for (const { key, value } of there) if (valueOf(key, here) === undefined) visit(key, undefined, value);
}

function entryListUnder<Value>(node: Child<Value>): readonly Entry<Value>[] {
  return node instanceof Leaf ? node.entries : [...entriesUnder(node)];
}

function valueOf<Value>(key: string, entries: readonly Entry<Value>[]): Value | undefined {
  for (const entry of entries) if (entry.key === key) return entry.value;
  return undefined;
}

/** FNV-1a over the UTF-16 units, mixed at the end, so that the low bits tell keys apart that differ at their beginning. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
