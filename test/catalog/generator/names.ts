import type { Database, Relation, Table } from '../../../src/catalog/catalog.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import type { Choices } from './choices.ts';

const TABLES = ['users', 'orders', 'items', 'audit', 'Order Lines'] as const;
const COLUMNS = ['id', 'name', 'total', 'note', 'user_id', 'group', 'email', 'Kind'] as const;
const INDEXES = ['idx_a', 'idx_b', 'idx_c', 'orders', 'Idx D'] as const;
const VIEWS = ['recent', 'totals', 'items', 'Named'] as const;
const TRIGGERS = ['touch', 'guard', 'log'] as const;
const CONSTRAINTS = ['ck', 'uq', 'fk'] as const;

/** Words that each dialect takes as a name only in quotes, or means otherwise. */
const NEEDS_QUOTES = /^group$|[^a-z0-9_]/;

/**
 * Names for a statement. Most of them are of what the replay believes to be there, so that statements meet; some come from
 * a small pool, so that they clash, miss and come back.
 */
export class Names {
  readonly #choices: Choices;
  readonly #database: Database;
  readonly #dialect: Dialect;

  constructor(choices: Choices, database: Database, dialect: Dialect) {
    this.#choices = choices;
    this.#database = database;
    this.#dialect = dialect;
  }

  /** Ordinary tables that are there. */
  get tables(): readonly Table[] {
    return this.#relations.filter((relation) => relation.kind === 'table');
  }

  get #relations(): readonly Relation[] {
    return [...this.#database.catalog.relations.values()];
  }

  /** A table, mostly one that is there. */
  table(): Table | null {
    const { tables } = this;
    if (tables.length === 0 || this.#choices.chance(4)) return null;
    return tables[this.#choices.below(tables.length)] ?? null;
  }

  /** A table or view to read. */
  readable(): Relation | null {
    const readable = this.#relations.filter((relation) => relation.kind !== 'sequence');
    if (readable.length === 0 || this.#choices.chance(4)) return null;
    return readable[this.#choices.below(readable.length)] ?? null;
  }

  /** The name of a table as a statement writes it; null: one from the pool. */
  tableName(table: Relation | null): string {
    if (table === null) return this.written(this.#choices.one(TABLES));
    const isUsual = table.schema === (this.#dialect.name === 'postgres' ? 'public' : 'main');
    if (this.#dialect.name === 'mariadb' || this.#dialect.name === 'mysql') return this.written(table.name);
    if (table.kind !== 'sequence' && table.temporary) return this.written(table.name);
    return isUsual && !this.#choices.chance(6)
      ? this.written(table.name)
      : `${this.written(table.schema)}.${this.written(table.name)}`;
  }

  newTable(): string {
    return this.written(this.#fresh(TABLES, new Set(this.#relations.map((relation) => relation.name))));
  }

  newView(): string {
    return this.written(this.#fresh(VIEWS, new Set(this.#relations.map((relation) => relation.name))));
  }

  view(): string {
    const views = this.#relations.filter((relation) => relation.kind === 'view');
    return this.written(
      this.#there(
        views.map(({ name }) => name),
        VIEWS,
      ),
    );
  }

  /** A column of a table, mostly one that it has. */
  column(table: Relation | null): string {
    return this.written(this.columnStored(table));
  }

  columnStored(table: Relation | null): string {
    const names =
      table?.kind === 'table'
        ? table.columns.map(({ name }) => name)
        : ((table as { columns?: string[] | null } | null)?.columns ?? []);
    return this.#there(names, COLUMNS);
  }

  newColumn(table: Table | null): string {
    return this.written(this.#fresh(COLUMNS, new Set(table?.columns.map(({ name }) => name))));
  }

  /** Different names for the columns of a new table; now and then one comes twice. */
  newColumns(count: number): readonly string[] {
    const names: string[] = [];
    for (let at = 0; at < count; at++) names.push(this.#fresh(COLUMNS, new Set(names), 1));
    return names;
  }

  index(): string {
    const all = this.#relations.flatMap((relation) => (relation.kind === 'sequence' ? [] : relation.indexes));
    return this.written(
      this.#there(
        all.map(({ name }) => name),
        INDEXES,
      ),
    );
  }

  indexOf(table: Table | null): string {
    return this.written(this.#there(table?.indexes.map(({ name }) => name) ?? [], INDEXES));
  }

  newIndex(): string {
    const all = this.#relations.flatMap((relation) => (relation.kind === 'sequence' ? [] : relation.indexes));
    return this.written(this.#fresh(INDEXES, new Set(all.map(({ name }) => name))));
  }

  trigger(): string {
    return this.written(
      this.#there(
        [...this.#database.catalog.triggers.values()].map(({ name }) => name),
        TRIGGERS,
      ),
    );
  }

  newTrigger(): string {
    const taken = [...this.#database.catalog.triggers.values()].map(({ name }) => name);
    return this.written(this.#fresh(TRIGGERS, new Set(taken)));
  }

  constraint(table: Table | null): string {
    const names = (table?.constraints ?? []).flatMap(({ name }) => (name === null ? [] : [name]));
    return this.written(this.#there(names, CONSTRAINTS));
  }

  newConstraint(table: Table | null): string {
    const names = (table?.constraints ?? []).flatMap(({ name }) => (name === null ? [] : [name]));
    return this.written(this.#fresh(CONSTRAINTS, new Set(names)));
  }

  /** A type that a project made, mostly one that is there. */
  type(): string {
    return this.written(
      this.#there(
        [...this.#database.catalog.types.values()].map(({ name }) => name),
        ['mood'],
      ),
    );
  }

  hasSchema(name: string): boolean {
    return [...this.#database.catalog.others.values()].some((other) => other.kind === 'schema' && other.name === name);
  }

  get hasTypes(): boolean {
    return this.#database.catalog.types.size > 0;
  }

  #there(names: readonly string[], pool: readonly [string, ...string[]]): string {
    if (names.length === 0 || this.#choices.chance(5)) return this.#choices.one(pool);
    return names[this.#choices.below(names.length)] ?? pool[0];
  }

  #fresh(pool: readonly [string, ...string[]], taken: ReadonlySet<string>, clashes = 7): string {
    const free = pool.filter((name) => !taken.has(name));
    const [first, ...rest] = free;
    return first === undefined || this.#choices.chance(clashes)
      ? this.#choices.one(pool)
      : this.#choices.one([first, ...rest]);
  }

  /** A stored name as a statement writes it: plain, in another case, or in quotes. */
  written(name: string): string {
    if (NEEDS_QUOTES.test(name)) return this.#quoted(name);
    if (this.#choices.chance(4)) return name.toUpperCase();
    return this.#choices.chance(6) ? this.#quoted(name) : name;
  }

  #quoted(name: string): string {
    // Whether SQLite takes an unknown "name" for a string depends on how it was built: most names are quoted as MySQL does.
    const isEither = this.#dialect.name === 'sqlite' && !this.#choices.chance(5);
    const mark = this.#dialect.lexical.doubleQuotedIdentifiers && !isEither ? '"' : '`';
    return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
  }
}

/** One of some columns as a statement writes it, seldom another. */
export function columnOf(choices: Choices, names: Names, columns: readonly string[]): string {
  const [first, ...rest] = columns;
  return first === undefined || choices.chance(3) ? names.column(null) : names.written(choices.one([first, ...rest]));
}

/** Two columns, seldom the same. */
export function twoColumns(choices: Choices, names: Names, columns: readonly string[]): readonly string[] {
  const first = columnOf(choices, names, columns);
  const others = columns.filter((column) => !first.toLowerCase().includes(column.toLowerCase()));
  return [first, columnOf(choices, names, others.length === 0 || choices.chance(3) ? columns : others)];
}
