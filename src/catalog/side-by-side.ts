import type { Catalog } from './catalog.ts';
import { sameObject } from './content.ts';
import { filledRelation } from './fill-gaps.ts';
import type { PersistentMap } from './persistent-map.ts';

/**
 * Two lines of catalogs that tell of the same databases: one led forward, one taken back. At each moment it is known whether both
 * hold the same, what the second leaves open aside; a new moment costs what has changed since the last, not what there is.
 */
export class SideBySide {
  #forward: Catalog;
  #back: Catalog;
  readonly #different = new Set<string>();

  constructor(forward: Catalog, back: Catalog) {
    this.#forward = forward;
    this.#back = back;
    for (const part of PARTS)
      mapOf(forward, part).forEachChange(mapOf(back, part), (key) => {
        this.#compare(part, key);
      });
  }

  get areSame(): boolean {
    return this.#different.size === 0 && this.#forward.open === this.#back.open;
  }

  /** The catalogs of the next moment. */
  move(forward: Catalog, back: Catalog): void {
    const [oldForward, oldBack] = [this.#forward, this.#back];
    this.#forward = forward;
    this.#back = back;
    for (const part of PARTS) {
      const compare = (key: string): void => {
        this.#compare(part, key);
      };
      mapOf(oldForward, part).forEachChange(mapOf(forward, part), compare);
      mapOf(oldBack, part).forEachChange(mapOf(back, part), compare);
    }
  }

  #compare(part: Part, key: string): void {
    const name = `${part} ${key}`;
    if (this.#holdsSame(part, key)) this.#different.delete(name);
    else this.#different.add(name);
  }

  #holdsSame(part: Part, key: string): boolean {
    if (part !== 'relations') return sameObject(mapOf(this.#forward, part).get(key), mapOf(this.#back, part).get(key));
    const forward = this.#forward.relations.get(key);
    const back = this.#back.relations.get(key);
    return sameObject(forward, back === undefined ? back : filledRelation(back, forward));
  }
}

const PARTS = ['relations', 'triggers', 'routines', 'types', 'others'] as const;
type Part = (typeof PARTS)[number];

function mapOf(catalog: Catalog, part: Part): PersistentMap<object> {
  return catalog[part];
}
