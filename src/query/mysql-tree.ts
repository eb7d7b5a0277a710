import { literalPattern } from '../text/literal-pattern.ts';
import type { Name, QualifiedName, Range } from '../ddl/operation.ts';
import { EMPTY_WRITE } from './build.ts';
import type { TreeReader } from './reader.ts';
import type {
  Arm,
  Assignment,
  Clause,
  ClauseTree,
  CommonTable,
  Item,
  Literal,
  Mention,
  QueryTree,
  Source,
  StatementTree,
  Value,
  WriteTree,
} from './tree.ts';

/** A node of node-sql-parser. */
type Node = Readonly<Record<string, unknown>>;

interface Grammar {
  astify(text: string, options: { readonly parseOptions: { readonly includeLocations: boolean } }): unknown;
}

/** Trees from node-sql-parser, which has a grammar for each of the two forks. */
export async function loadMysqlTrees(fork: 'mysql' | 'mariadb'): Promise<TreeReader> {
  const library =
    fork === 'mysql'
      ? await import('node-sql-parser/build/mysql.js')
      : await import('node-sql-parser/build/mariadb.js');
  const grammar: Grammar = new library.default.Parser();
  return {
    statement: (text) => {
      const parsed = grammar.astify(text, { parseOptions: { includeLocations: true } });
      const [node, ...others] = Array.isArray(parsed) ? (parsed as readonly Node[]) : [parsed as Node];
      return node === undefined || others.length > 0 ? null : new Reading(text).statement(node);
    },
    // A body holds statements of its own language, which this grammar does not read.
    trigger: () => null,
    select: () => null,
  };
}

/** Turns the nodes of one text into a tree. */
class Reading {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  statement(node: Node): StatementTree | null {
    switch (node.type) {
      case 'select':
        return this.#query(node);
      case 'insert':
      case 'replace':
        return this.#insert(node);
      case 'update':
        return this.#several(node, 'update', list(node.table));
      case 'delete':
        return this.#several(node, 'delete', list(node.from));
      default:
        return null;
    }
  }

  #insert(node: Node): WriteTree {
    const [table] = list(node.table);
    const ignores = /\bignore\b/i.test(textOf(node.prefix));
    const update = node.on_duplicate_update as Node | null | undefined;
    const assigned = list(node.set);
    const sets = assigned.map((set) => this.#assignment(set));
    return {
      ...EMPTY_WRITE,
      verb: 'insert',
      ...this.#with(node.with),
      target: table === undefined ? null : this.#table(table, 0),
      columns: assigned.length > 0 ? sets.map(({ column }) => column) : this.#names(node.columns),
      rows: assigned.length > 0 ? rowOf(sets) : this.#rows(node.values),
      onDuplicate: node.type === 'replace' ? 'replace' : ignores ? 'ignore' : 'fail',
      conflicts: update === null || update === undefined ? [] : [this.#conflict(update)],
      returning: this.#items((node.returning as Node | undefined)?.columns),
    };
  }

  #rows(node: unknown): QueryTree | null {
    if (typeof node !== 'object' || node === null) return null;
    const values = node as Node;
    if (values.type !== 'values') return this.#query(values);
    const rows = list(values.values).map((row) => ({
      ...NOWHERE,
      values: list(row.value).map((value) => this.#value(value)),
    }));
    return { ...EMPTY_QUERY, arms: [{ kind: 'values', rows }] };
  }

  #conflict(node: Node): WriteTree['conflicts'][number] {
    return {
      ...NOWHERE,
      target: null,
      constraint: null,
      sets: list(node.set).map((set) => this.#assignment(set)),
      doesNothing: false,
      clauses: [],
    };
  }

  /** UPDATE and DELETE, over one table or a join of them. */
  #several(node: Node, verb: 'update' | 'delete', tables: readonly Node[]): WriteTree {
    const [first, ...others] = this.#sources(tables);
    const isSingle = first?.from.kind === 'table' && others.length === 0 && isPlainDelete(node);
    return {
      ...EMPTY_WRITE,
      verb,
      ...this.#with(node.with),
      target: isSingle ? first.from.table : null,
      alias: isSingle ? first.alias : null,
      sources: isSingle || first === undefined ? [] : [first, ...others],
      sets: list(node.set).map((set) => this.#assignment(set)),
      clauses: [...this.#clause('where', node.where), ...this.#clause('order', [node.orderby, node.limit])],
      returning: this.#items((node.returning as Node | undefined)?.columns),
    };
  }

  #assignment(node: Node): Assignment {
    return {
      column: this.#find(nameOf(node.column), 0),
      table: optionalName(node.table),
      value: this.#value(node.value),
    };
  }

  #with(node: unknown): Pick<WriteTree, 'commonTables' | 'recursive'> {
    const tables = list(node);
    const commonTables = tables.map((table): CommonTable => {
      const query = this.statement(astOf(table.stmt));
      if (query === null) throw new Error('a common table of another kind');
      return { name: unplaced(nameOf(table.name)), columns: this.#names(table.columns) ?? [], query };
    });
    return { commonTables, recursive: tables.some(({ recursive }) => recursive === true) };
  }

  #query(node: Node): QueryTree {
    const arms: Arm[] = [];
    const operators: string[] = [];
    const order: Mention[] = [];
    for (let at: Node | undefined = node; at !== undefined; at = at._next as Node | undefined) {
      arms.push(this.#arm(at));
      order.push(...this.#mentions([at._orderby, at._limit, at.orderby, at.limit]));
      if (at._next !== undefined) operators.push(textOf(at.set_op).toUpperCase());
    }
    return { kind: 'query', ...this.#with(node.with), arms, operators, order };
  }

  #arm(node: Node): Arm {
    const from = node.from;
    const isNested = typeof from === 'object' && from !== null && !Array.isArray(from);
    const tables = isNested ? list((from as Node).expr).concat(list((from as Node).joins)) : list(from);
    return {
      kind: 'select',
      sources: this.#sources(tables),
      items: this.#items(node.columns),
      clauses: [
        ...this.#clause('where', node.where),
        ...this.#clause('group', node.groupby),
        ...this.#clause('having', node.having),
        ...this.#clause('window', node.window),
      ],
    };
  }

  #clause(clause: Clause, node: unknown): readonly ClauseTree[] {
    const mentions = this.#mentions(node);
    return mentions.length === 0 ? [] : [{ clause, mentions }];
  }

  #items(nodes: unknown): readonly Item[] {
    if (nodes === '*') return [{ kind: 'star', of: null, at: NOWHERE }];
    return list(nodes).map((node): Item => {
      const value = node.expr as Node;
      if (value.type === 'column_ref' && value.column === '*') {
        return { kind: 'star', of: optionalName(value.table), at: rangeOf(node) };
      }
      const output = typeof node.as === 'string' ? node.as : value.type === 'column_ref' ? textOf(value.column) : null;
      return { kind: 'value', name: output === null ? null : unplaced(output), mentions: this.#mentions(value) };
    });
  }

  #sources(nodes: readonly Node[]): readonly Source[] {
    return nodes.flatMap((node): readonly Source[] => {
      if (node.type === 'dual') return [];
      const alias = typeof node.as === 'string' ? unplaced(node.as) : null;
      const plain = { alias, columns: [], natural: false, using: this.#names(node.using) ?? [] };
      const on = this.#mentions(node.on);
      if (nameOf(node.table) !== '')
        return [{ ...plain, on, from: { kind: 'table', table: this.#table(node, rangeOf(node).start) } }];
      const query = this.statement(astOf(node.expr));
      if (query === null) throw new Error('a table of another kind');
      return [{ ...plain, on, from: { kind: 'query', query, lateral: /lateral/i.test(textOf(node.prefix)) } }];
    });
  }

  #table(node: Node, from: number): QualifiedName {
    const database = nameOf(node.db);
    if (database !== '') {
      const schema = this.#find(database, from);
      const name = this.#find(nameOf(node.table), schema.end);
      return { name, schema, start: schema.start, end: name.end };
    }
    const name = this.#find(nameOf(node.table), from);
    return { name, start: name.start, end: name.end };
  }

  #names(nodes: unknown): readonly Name[] | null {
    if (!Array.isArray(nodes)) return null;
    return (nodes as readonly unknown[]).map((node) => this.#find(nameOf(node), 0));
  }

  #value(node: unknown): Value {
    const literal = literalOf(node as Node | null);
    return { literal, mentions: literal === null ? this.#mentions(node) : [] };
  }

  #mentions(node: unknown): readonly Mention[] {
    const found: Mention[] = [];
    this.#collect(node, found);
    return found;
  }

  #collect(node: unknown, found: Mention[]): void {
    if (Array.isArray(node)) {
      for (const part of node) this.#collect(part, found);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    const fields = node as Node;
    if (fields.type === 'column_ref') this.#column(fields, found);
    else if (typeof fields.ast === 'object') found.push(this.#query(fields.ast as Node));
    else for (const [field, part] of Object.entries(fields)) if (field !== 'loc') this.#collect(part, found);
  }

  #column(node: Node, found: Mention[]): void {
    if (typeof node.column !== 'string' || node.column === '*') return;
    const path = [node.db, node.table, node.column].map(nameOf).filter((part) => part !== '');
    const range = rangeOf(node);
    const names = path.map((part) => ({ text: part, quoted: true, ...range }));
    found.push({ kind: 'column', path: names, ...range });
  }

  /** The first spelling of a name from a place on: the grammar gives no place for most names. */
  #find(name: string, from: number): Name {
    const pattern = new RegExp(`(?<![\\w$])\`?${literalPattern(name)}\`?(?![\\w$])`, 'gi');
    pattern.lastIndex = from;
    const match = pattern.exec(this.#text);
    return { text: name, quoted: true, start: match?.index ?? from, end: match === null ? from : pattern.lastIndex };
  }
}

const NOWHERE: Range = { start: 0, end: 0 };
const EMPTY_QUERY: QueryTree = {
  kind: 'query',
  commonTables: [],
  recursive: false,
  arms: [],
  operators: [],
  order: [],
};

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Names stand plain, or as `{ type, value }`: in backticks, for one. */
function nameOf(node: unknown): string {
  return textOf(typeof node === 'object' && node !== null ? (node as Node).value : node);
}

function optionalName(node: unknown): Name | null {
  const text = nameOf(node);
  return text === '' ? null : unplaced(text);
}

function unplaced(text: string): Name {
  return { text, quoted: true, ...NOWHERE };
}

/** A query stands below `ast`, with lists that belong to the whole statement beside it. */
function astOf(node: unknown): Node {
  const fields = (node ?? {}) as Node;
  return (fields.ast ?? fields) as Node;
}

/** `DELETE FROM t`: `DELETE a FROM a JOIN b` names what it deletes from by itself. */
function isPlainDelete({ type, table }: Node): boolean {
  return type !== 'delete' || list(table).every(({ addition }) => addition === true);
}

function rowOf(sets: readonly Assignment[]): QueryTree {
  const values = sets.map(({ value }) => value);
  return { ...EMPTY_QUERY, arms: [{ kind: 'values', rows: [{ ...NOWHERE, values }] }] };
}

function literalOf(node: Node | null): Literal | null {
  switch (node?.type) {
    case 'single_quote_string':
    case 'double_quote_string':
      return { kind: 'string', text: textOf(node.value) };
    case 'number':
    case 'bool':
      return { kind: 'number', text: String(node.value) };
    case 'null':
      return { kind: 'null' };
    case 'column_ref':
      return node.table === null && node.column === 'DEFAULT' ? { kind: 'default' } : null;
    default:
      return null;
  }
}

function rangeOf(node: Node): Range {
  const loc = node.loc as { start: { offset: number }; end: { offset: number } } | undefined;
  return loc === undefined ? NOWHERE : { start: loc.start.offset, end: loc.end.offset };
}
