import { PersistentMap } from './persistent-map.ts';

/**
 * Which steps a database records. Steps are recorded in the order in which they run, but for a few: so a count tells the first
 * ones, and only what stands out of line is kept by name. 5,000 start states along a ledger cost 5,000 numbers.
 */
export class Ledger {
  readonly #positions: ReadonlyMap<string, number>;
  readonly #order: readonly string[];
  /** How many steps are recorded from the first one on without a gap. */
  readonly prefix: number;
  readonly #others: PersistentMap<true>;

  private constructor(order: readonly string[], positions: Ledger['positions'], prefix: number, others: Others) {
    this.#order = order;
    this.#positions = positions;
    this.prefix = prefix;
    this.#others = others;
  }

  /** A ledger that records nothing yet. `identities`: those of the steps that will be recorded, in the order in which they run. */
  static empty(identities: readonly string[] = []): Ledger {
    const order = [...new Set(identities)];
    return new Ledger(order, new Map(order.map((identity, at) => [identity, at])), 0, PersistentMap.empty());
  }

  /** The place of each identity in the order. */
  get positions(): ReadonlyMap<string, number> {
    return this.#positions;
  }

  get size(): number {
    return this.prefix + this.#others.size;
  }

  has(identity: string): boolean {
    const position = this.#positions.get(identity);
    return (position !== undefined && position < this.prefix) || this.#others.has(identity);
  }

  record(identity: string): Ledger {
    if (this.has(identity)) return this;
    if (this.#positions.get(identity) !== this.prefix) return this.#with(this.prefix, this.#others.set(identity, true));
    let prefix = this.prefix + 1;
    let others = this.#others;
    for (let next = this.#order[prefix]; next !== undefined && others.has(next); next = this.#order[++prefix])
      others = others.delete(next);
    return this.#with(prefix, others);
  }

  forget(identity: string): Ledger {
    const position = this.#positions.get(identity);
    if (position === undefined || position >= this.prefix)
      return this.#with(this.prefix, this.#others.delete(identity));
    let others = this.#others;
    for (const later of this.#order.slice(position + 1, this.prefix)) others = others.set(later, true);
    return this.#with(position, others);
  }

  *identities(): IterableIterator<string> {
    yield* this.#order.slice(0, this.prefix);
    yield* this.#others.keys();
  }

  #with(prefix: number, others: Others): Ledger {
    return new Ledger(this.#order, this.#positions, prefix, others);
  }
}

type Others = PersistentMap<true>;
