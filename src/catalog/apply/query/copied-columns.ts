import { readStatementTree } from '../../../query/reader.ts';
import type { Item, QueryTree, SelectArm, Source } from '../../../query/tree.ts';
import type { Name } from '../../../ddl/operation.ts';
import type { Column } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { findRelation, nameKey, partKey } from '../names.ts';

/** An output of a query: its key, and the column of a table that it hands on as it is; null where it is computed. */
interface Output {
  readonly key: string;
  readonly column: Column | null;
}

/** What stands in FROM, with its outputs; null where they are not known. */
interface SourceShape {
  readonly key: string;
  readonly outputs: readonly Output[] | null;
}

/** Views nest less deep than this, unless they stand on themselves. */
const DEEPEST = 8;

/** The columns that the outputs of a query copy, null where one is computed; null where the outputs are not known. */
export function copiedColumnsOf(draft: Draft, query: QueryTree, text: string): readonly (Column | null)[] | null {
  return new Copies(draft, text, 0).outputsOf(query)?.map(({ column }) => column) ?? null;
}

class Copies {
  readonly #draft: Draft;
  /** The text that the query was read from. */
  readonly #text: string;
  readonly #depth: number;

  constructor(draft: Draft, text: string, depth: number) {
    this.#draft = draft;
    this.#text = text;
    this.#depth = depth;
  }

  outputsOf(query: QueryTree, outer: ReadonlyMap<string, QueryTree> = new Map()): readonly Output[] | null {
    const [arm, ...others] = query.arms;
    if (arm?.kind !== 'select' || others.length > 0) return null;
    const common = new Map(outer);
    for (const { name, columns, query: inner } of query.commonTables)
      if (inner.kind === 'query' && columns.length === 0 && inner.arms.length === 1)
        common.set(this.#keyOf(name), inner);
      else common.delete(this.#keyOf(name));
    const names = new Set(query.commonTables.map(({ name }) => this.#keyOf(name)));
    const sources = arm.sources.map((source) => this.#shapeOf(source, common, names));
    return this.#itemsOf(arm, sources);
  }

  #keyOf(name: Name): string {
    return this.#draft.engine.dialect.tableKey(name.text, name.quoted);
  }

  #shapeOf(source: Source, common: ReadonlyMap<string, QueryTree>, names: ReadonlySet<string>): SourceShape {
    const { from, alias, columns, using, natural } = source;
    if (from.kind !== 'table') return { key: alias === null ? '' : this.#keyOf(alias), outputs: null };
    const own = this.#keyOf(from.table.name);
    const key = alias === null ? own : this.#keyOf(alias);
    if (columns.length > 0 || using.length > 0 || natural) return { key, outputs: null };
    const inner = from.table.schema === undefined ? common.get(own) : undefined;
    if (inner !== undefined) return { key, outputs: this.#commonTable(inner, common, own) };
    if (from.table.schema === undefined && names.has(own)) return { key, outputs: null };
    return { key, outputs: this.#relation(from.table) };
  }

  /** A common table sees those before it, and not itself. */
  #commonTable(query: QueryTree, common: ReadonlyMap<string, QueryTree>, own: string): readonly Output[] | null {
    return this.outputsOf(query, new Map([...common].filter(([key]) => key !== own)));
  }

  #relation(name: Parameters<typeof findRelation>[1]): readonly Output[] | null {
    const { dialect } = this.#draft.engine;
    const found = findRelation(this.#draft, name);
    if (found.presence !== 'present') return null;
    const relation = found.value;
    if (relation.kind === 'sequence') return null;
    if (relation.kind === 'table') {
      if (relation.open) return null;
      return relation.columns.map((column) => ({ key: partKey(column.name, dialect), column }));
    }
    const tree = this.#depth < DEEPEST ? readStatementTree(relation.body, dialect) : null;
    if (tree?.kind !== 'query') return null;
    const outputs = new Copies(this.#draft, relation.body, this.#depth + 1).outputsOf(tree);
    return outputs?.map((output, at) => ({ ...output, key: relation.columns?.[at] ?? output.key })) ?? null;
  }

  #itemsOf({ items }: SelectArm, sources: readonly SourceShape[]): readonly Output[] | null {
    const outputs: Output[] = [];
    for (const item of items) {
      if (item.kind === 'value') {
        const key = item.name === null ? '?column?' : nameKey(item.name, this.#draft.engine.dialect);
        outputs.push({ key, column: this.#columnOf(item, sources) });
        continue;
      }
      const wanted =
        item.of === null ? sources : sources.filter(({ key }) => item.of !== null && key === this.#keyOf(item.of));
      if (wanted.length === 0 || wanted.some((source) => source.outputs === null)) return null;
      outputs.push(...wanted.flatMap((source) => source.outputs ?? []));
    }
    return outputs;
  }

  /** The column that an item is, where it is nothing else. */
  #columnOf(item: Extract<Item, { kind: 'value' }>, sources: readonly SourceShape[]): Column | null {
    const [mention, ...others] = item.mentions;
    if (mention?.kind !== 'column' || others.length > 0 || mention.path.length > 2) return null;
    const [first, last] = [mention.path[0], mention.path.at(-1)];
    if (first === undefined || last === undefined) return null;
    const isAlone =
      /(?:\bselect|,)\s*$/i.test(this.#text.slice(0, first.start)) &&
      /^\s*(?:,|from\b|as\b)/i.test(this.#text.slice(last.end));
    const owners = first === last ? sources : sources.filter(({ key }) => key === this.#keyOf(first));
    if (!isAlone || owners.some(({ outputs }) => outputs === null)) return null;
    const key = nameKey(last, this.#draft.engine.dialect);
    return owners.flatMap(({ outputs }) => outputs ?? []).find((output) => output.key === key)?.column ?? null;
  }
}
