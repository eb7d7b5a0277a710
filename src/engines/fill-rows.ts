import type { Catalog } from '../catalog/catalog.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { introspect, type ColumnFacts } from './introspection.ts';
import type { ScratchDatabase } from './real-engine.ts';

/** Rows for each table: two, so that what must be unique is seen to differ. */
const ROWS = [1, 2] as const;

/**
 * Puts rows into every table, with simple values for each type. A foreign key is met because row 1 of any table points to row 1
 * of any other. Gives the tables that stay empty because no simple value satisfies their constraints.
 */
export async function fillRows(
  database: ScratchDatabase,
  dialect: Dialect,
  catalog: Catalog,
): Promise<readonly string[]> {
  const { columns } = await introspect(database, dialect.name);
  const known = { allowed: allowedValues(catalog), keys: keyColumns(catalog) };
  let waiting = tablesOf(columns).map((table) => new TableFiller(table, dialect, known));
  // A table may need rows of another first: go round until nothing more can be filled.
  for (let before = Infinity; waiting.length < before;) {
    before = waiting.length;
    const stillEmpty: TableFiller[] = [];
    for (const table of waiting) if (!(await table.fill(database))) stillEmpty.push(table);
    waiting = stillEmpty;
  }
  return waiting.map((table) => table.name);
}

function tablesOf(columns: readonly ColumnFacts[]): readonly (readonly ColumnFacts[])[] {
  const tables = new Map<string, ColumnFacts[]>();
  for (const column of columns) {
    const key = `${column.schema}.${column.table}`;
    const known = tables.get(key);
    if (known === undefined) tables.set(key, [column]);
    else known.push(column);
  }
  return [...tables.values()];
}

/** What the catalog tells of values. */
interface KnownValues {
  readonly allowed: ReadonlyMap<string, string>;
  /** `table.column` of each key column, in small letters. */
  readonly keys: ReadonlySet<string>;
}

class TableFiller {
  readonly name: string;
  readonly #columns: readonly ColumnFacts[];
  readonly #dialect: Dialect;
  readonly #known: KnownValues;

  constructor(columns: readonly ColumnFacts[], dialect: Dialect, known: KnownValues) {
    this.name = columns[0]?.table ?? '';
    this.#columns = columns;
    this.#dialect = dialect;
    this.#known = known;
  }

  /**
   * True if every row went in. With the columns that a row needs first: defaults satisfy what the rest demands. Keys are needed
   * too, for others to point to: SQLite leaves NULL in a primary key that is no INTEGER.
   */
  async fill(database: ScratchDatabase): Promise<boolean> {
    const required = this.#columns.filter((column) => column.required || this.#isKey(column));
    for (const columns of [required, this.#columns]) {
      if (await this.#insertAll(database, columns)) return true;
    }
    return false;
  }

  #isKey({ table, name }: ColumnFacts): boolean {
    return this.#known.keys.has(`${table}.${name}`.toLowerCase());
  }

  async #insertAll(database: ScratchDatabase, columns: readonly ColumnFacts[]): Promise<boolean> {
    for (const number of ROWS) {
      const { kind } = await database.run(this.#insert(columns, number));
      if (kind !== 'accepted') return false;
    }
    return true;
  }

  #insert(columns: readonly ColumnFacts[], number: number): string {
    const [first] = this.#columns;
    const table = [first?.schema ?? '', this.name].filter((part) => part !== '').map((part) => this.#quoted(part));
    const head = `INSERT INTO ${table.join('.')}`;
    if (columns.length === 0) return this.#isMysql() ? `${head} () VALUES ()` : `${head} DEFAULT VALUES`;
    const names = columns.map(({ name }) => this.#quoted(name));
    const values = columns.map(
      (column) => this.#known.allowed.get(column.name.toLowerCase()) ?? simpleValue(column, number),
    );
    return `${head} (${names.join(', ')}) VALUES (${values.join(', ')})`;
  }

  #isMysql(): boolean {
    return this.#dialect.name === 'mysql' || this.#dialect.name === 'mariadb';
  }

  #quoted(name: string): string {
    const quote = this.#isMysql() ? '`' : '"';
    return quote + name.replaceAll(quote, quote + quote) + quote;
  }
}

/** Values by words in the type, the first that fits; `N` stands for the row's number. */
const VALUES: readonly (readonly [RegExp, string])[] = [
  [/\[\]/, `'{}'`],
  [/multirange$/, `'{}'`],
  [/range$/, `'empty'`],
  [/^bool/, 'true'],
  [/int(?!erval)|serial|numeric|decimal|real|double|float|money|^bit|^year/, 'N'],
  [/timestamp|datetime/, `'2020-01-0N 00:00:00'`],
  [/^date/, `'2020-01-0N'`],
  [/^time/, `'00:00:0N'`],
  [/^interval/, `'N day'`],
  [/^uuid/, `'00000000-0000-0000-0000-00000000000N'`],
  [/^json/, `'{}'`],
  [/^inet|^cidr/, `'10.0.0.N'`],
  [/^macaddr/, `'08:00:2b:01:02:0N'`],
  [/^point/, `'(N,N)'`],
];

function simpleValue({ type, labels }: ColumnFacts, number: number): string {
  const label = labels[Math.min(number, labels.length) - 1];
  if (label !== undefined) return `'${label.replaceAll("'", "''")}'`;
  const value = VALUES.find(([pattern]) => pattern.test(type))?.[1] ?? `'N'`;
  return value.replaceAll('N', number.toString());
}

/** Columns of primary keys, and those that foreign keys point to. */
function keyColumns(catalog: Catalog): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'table') continue;
    for (const { kind, columns, target } of relation.constraints) {
      if (kind === 'primary-key') for (const column of columns) keys.add(`${relation.name}.${column}`.toLowerCase());
      const parent = target === null ? undefined : catalog.relations.get(target.table);
      for (const column of target?.columns ?? []) keys.add(`${parent?.name ?? ''}.${column}`.toLowerCase());
    }
  }
  return keys;
}

/** `CHECK (status IN ('open', ..))`: a literal that the constraint lets in, by column. */
function allowedValues(catalog: Catalog): ReadonlyMap<string, string> {
  const allowed = new Map<string, string>();
  for (const relation of catalog.relations.values()) {
    if (relation.kind !== 'table') continue;
    for (const { expression } of relation.constraints) {
      const [, column, value] = /(\w+)["'`\]]?\s+in\s*\(\s*('(?:[^']|'')*'|\d+)/i.exec(expression ?? '') ?? [];
      if (column !== undefined && value !== undefined) allowed.set(column.toLowerCase(), value);
    }
  }
  return allowed;
}
