import type { Engine } from '../dialects/dialect.ts';
import type {
  Catalog,
  Column,
  Constraint,
  Index,
  Origin,
  Relation,
  Table,
  Trigger,
  UserType,
  View,
} from './catalog.ts';
import { describeConstraint } from './differences.ts';

/**
 * A catalog as SQL, to be read by people and held against another with `diff`: one clause per line, tables by name, what is
 * not certain marked in a comment. Bodies of routines and triggers are the statements that made them.
 */
export function catalogToSql(catalog: Catalog, engine: Engine): string {
  const writer = new SqlWriter(engine);
  const tables = sorted(catalog.relations.entries());
  const parts = [
    ...sorted(catalog.types.entries()).map((type) => writer.type(type)),
    ...tables.flatMap((relation) =>
      relation.kind === 'sequence' && relation.ownedBy === null ? [writer.sequence(relation)] : [],
    ),
    ...tablesInOrder(catalog).map((table) => writer.table(table, catalog)),
    ...tables.flatMap((relation) =>
      relation.kind === 'view' || relation.kind === 'materialized-view' ? [writer.view(relation)] : [],
    ),
    ...sorted(catalog.routines.entries()).map(
      (routine) => statementOf(routine.origin) ?? `-- ${routine.variant} ${routine.name}`,
    ),
    ...sorted(catalog.triggers.entries()).map((trigger) => writer.trigger(trigger)),
  ];
  const notes = catalog.open ? ['-- objects that are not listed may exist'] : [];
  return [...notes, ...parts.map((part) => `${part.replace(/;?\s*$/, '')};`)].join('\n\n') + '\n';
}

/** Values by key, so that the same catalog always gives the same text. */
function sorted<Value>(entries: Iterable<readonly [string, Value]>): readonly Value[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, value]) => value);
}

/** Tables by name, but each after those that its foreign keys and parents point to. */
function tablesInOrder(catalog: Catalog): readonly Table[] {
  const ordered = new Set<Table>();
  const visited = new Set<Table>();
  const visit = (table: Table): void => {
    if (visited.has(table)) return;
    visited.add(table);
    const needed = [...table.parents, ...table.constraints.map((constraint) => constraint.target?.table ?? '')];
    for (const key of needed.toSorted()) {
      const other = catalog.relations.get(key);
      if (other?.kind === 'table') visit(other);
    }
    ordered.add(table);
  };
  for (const relation of sorted(catalog.relations.entries())) if (relation.kind === 'table') visit(relation);
  return [...ordered];
}

/** The statement that made an object, as written. */
function statementOf(origin: Origin): string | null {
  if (origin === null) return null;
  const { sql, start, end } = origin.statement;
  return sql.text.slice(start, end);
}

class SqlWriter {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  table(table: Table, catalog: Catalog): string {
    const words = `CREATE ${table.temporary ? 'TEMPORARY ' : ''}${virtualModule(table) === null ? '' : 'VIRTUAL '}TABLE`;
    const head = `${this.#doubt(table)}${words} ${this.#qualified(table)}`;
    const module = virtualModule(table);
    if (module !== null) return `${head} USING ${module}`;
    const lines = [
      ...table.columns.map((column) => this.#column(column)),
      ...sortedConstraints(table.constraints)
        .filter((constraint) => !this.#isRowidKey(table, constraint))
        .map((constraint) => this.#constraint(constraint, catalog)),
      ...this.#mysqlIndexes(table),
      ...(table.open ? ['-- columns that are not listed may exist'] : []),
    ];
    const create = `${head} (\n${commaSeparated(lines)}\n)${optionsText(table)}`;
    return [create, ...this.#indexes(table)].join(';\n');
  }

  view(view: View): string {
    const made = statementOf(view.origin);
    if (made !== null) return this.#doubt(view) + made;
    const columns = view.columns === null ? '' : ` (${view.columns.map((column) => this.#name(column)).join(', ')})`;
    return `${this.#doubt(view)}CREATE ${view.kind.toUpperCase().replace('-', ' ')} ${this.#qualified(view)}${columns} AS ${view.text}`;
  }

  trigger(trigger: Trigger): string {
    return this.#doubt(trigger) + (statementOf(trigger.origin) ?? `CREATE ${trigger.text}`);
  }

  type(type: UserType): string {
    const name = `${this.#doubt(type)}CREATE ${type.variant === 'domain' ? 'DOMAIN' : 'TYPE'} ${this.#qualified(type)}`;
    switch (type.variant) {
      case 'enum':
        return `${name} AS ENUM (${type.labels.map(quotedText).join(', ')})`;
      case 'composite':
        return `${name} AS (${type.text})`;
      case 'domain':
        return `${name} AS ${type.text}`;
      default:
        return statementOf(type.origin) ?? name;
    }
  }

  sequence(sequence: Relation): string {
    return `${this.#doubt(sequence)}CREATE SEQUENCE ${this.#qualified(sequence)}`;
  }

  /** SQLite: AUTOINCREMENT can be written only behind the column's own PRIMARY KEY. */
  #isRowidKey(table: Table, constraint: Constraint): boolean {
    if (this.#engine.dialect.name !== 'sqlite' || constraint.kind !== 'primary-key') return false;
    return table.columns.some((column) => column.identity !== null);
  }

  #column(column: Column): string {
    const serial = serialType(column);
    if (serial !== null) return `${this.#name(column.name)} ${serial}${doubtNote(column, column.unknown)}`;
    const parts = [this.#name(column.name)];
    if (column.type !== null) parts.push(column.type);
    if (column.collation !== null) parts.push(`COLLATE ${column.collation}`);
    if (column.generated !== null)
      parts.push(
        `GENERATED ALWAYS AS (${column.generated.expression}) ${column.generated.stored ? 'STORED' : 'VIRTUAL'}`,
      );
    if (column.identity !== null)
      parts.push(this.#engine.dialect.name === 'sqlite' ? 'PRIMARY KEY AUTOINCREMENT' : identityText(column.identity));
    if (column.notNull) parts.push('NOT NULL');
    if (column.default !== null) parts.push(`DEFAULT ${this.#value(column.default)}`);
    if (column.onUpdate !== null) parts.push(`ON UPDATE ${column.onUpdate}`);
    if (column.comment !== null) parts.push(`COMMENT ${quotedText(column.comment)}`);
    return parts.join(' ') + doubtNote(column, column.unknown);
  }

  /** SQLite takes computations only in parentheses. */
  #value(text: string): string {
    const isPlain = /^(?:[+-]?\s?[\w.]+|[xX]?'(?:[^']|'')*')$/.test(text);
    return this.#engine.dialect.name === 'sqlite' && !isPlain ? `(${text})` : text;
  }

  #constraint(constraint: Constraint, catalog: Catalog): string {
    const isMysqlKey = constraint.kind === 'primary-key' && constraint.name === 'PRIMARY';
    const name = constraint.name === null || isMysqlKey ? '' : `CONSTRAINT ${this.#name(constraint.name)} `;
    return `${name}${this.#constraintText(constraint, catalog)}${constraint.validated ? '' : ' NOT VALID'}${doubtNote(constraint, [])}`;
  }

  #constraintText(constraint: Constraint, catalog: Catalog): string {
    const columns = `(${constraint.columns.map((column) => this.#name(column)).join(', ')})`;
    const { target } = constraint;
    switch (constraint.kind) {
      case 'primary-key':
        return `PRIMARY KEY ${columns}`;
      case 'unique':
        return `UNIQUE ${columns}`;
      case 'check':
        return `CHECK (${constraint.expression ?? ''})`;
      case 'exclude':
        return describeConstraint(constraint).toUpperCase();
      case 'foreign-key': {
        if (target === null) return `FOREIGN KEY ${columns}`;
        const table = catalog.relations.get(target.table);
        const name = table === undefined ? target.table.slice(target.table.indexOf('.') + 1) : this.#qualified(table);
        const to =
          target.columns.length === 0 ? '' : `(${target.columns.map((column) => this.#name(column)).join(', ')})`;
        return `FOREIGN KEY ${columns} REFERENCES ${name}${to}${actionText('DELETE', target.onDelete)}${actionText('UPDATE', target.onUpdate)}`;
      }
    }
  }

  /** Indexes that stand inside CREATE TABLE: MySQL and MariaDB name them per table. */
  #mysqlIndexes(table: Table): readonly string[] {
    if (this.#engine.dialect.ddl.indexNamesPerSchema) return [];
    return ownIndexes(table).map((index) => {
      const words =
        index.method === 'fulltext' || index.method === 'spatial'
          ? `${index.method.toUpperCase()} `
          : index.unique
            ? 'UNIQUE '
            : '';
      return `${words}KEY ${this.#name(index.name)} (${this.#keys(index)})${doubtNote(index, [])}`;
    });
  }

  #indexes(table: Table): readonly string[] {
    if (!this.#engine.dialect.ddl.indexNamesPerSchema) return [];
    return ownIndexes(table).map((index) => {
      const using = index.method === null || index.method === 'btree' ? '' : ` USING ${index.method}`;
      const include =
        index.include.length === 0 ? '' : ` INCLUDE (${index.include.map((column) => this.#name(column)).join(', ')})`;
      const where = index.where === null ? '' : ` WHERE ${index.where}`;
      const head = `${this.#doubt(index)}CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${this.#name(index.name)}`;
      return `${head} ON ${this.#qualified(table)}${using} (${this.#keys(index)})${include}${where}`;
    });
  }

  #keys(index: Index): string {
    return index.keys
      .map((key) => {
        const text = key.column === null ? `(${key.text})` : this.#name(key.column) + key.text.slice(key.column.length);
        return text + (key.descending ? ' DESC' : '');
      })
      .join(', ');
  }

  /** Without the schema where it is the usual one. */
  #qualified({ schema, name }: { readonly schema: string; readonly name: string }): string {
    const isUsual = this.#engine.dialect.name !== 'postgres' || schema === 'public' || schema === 'pg_temp';
    return isUsual ? this.#name(name) : `${this.#name(schema)}.${this.#name(name)}`;
  }

  #name(name: string): string {
    if (/^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name)) return name;
    if (this.#engine.dialect.name !== 'postgres' && /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name.toLowerCase()))
      return name;
    const quote = this.#engine.dialect.lexical.doubleQuotedIdentifiers ? '"' : '`';
    return quote + name.replaceAll(quote, quote + quote) + quote;
  }

  #doubt(object: { readonly certain: boolean }): string {
    return object.certain ? '' : '-- may not exist\n';
  }
}

/** Words that name something else in one of the dialects; quoting one too many does no harm. */
const RESERVED = new Set(
  (
    'add all alter analyze and any as asc between by case cast check collate column constraint create cross current_date current_time ' +
    'current_timestamp default deferrable delete desc distinct drop else end except exists foreign from full grant group having if in index ' +
    'inner insert intersect into is join key keys left like limit natural not null on or order outer primary rank references right rows select ' +
    'set table then to transaction trigger union unique update user using values view when where with window'
  ).split(' '),
);

function commaSeparated(lines: readonly string[]): string {
  const last = lines.findLastIndex((line) => !line.startsWith('--'));
  return lines
    .map((line, at) => {
      if (line.startsWith('--') || at === last) return `  ${line}`;
      const note = line.indexOf(' -- ');
      return note < 0 ? `  ${line},` : `  ${line.slice(0, note)},${line.slice(note)}`;
    })
    .join('\n');
}

function virtualModule(table: Table): string | null {
  return table.options.find((option) => option.startsWith('virtual '))?.slice('virtual '.length) ?? null;
}

function optionsText(table: Table): string {
  const words = table.options
    .filter((option) => option === 'strict' || option === 'without rowid')
    .map((option) => option.toUpperCase());
  return words.length === 0 ? '' : ` ${words.join(', ')}`;
}

/** The primary key first, then by kind and text. */
function sortedConstraints(constraints: readonly Constraint[]): readonly Constraint[] {
  const order = ['primary-key', 'unique', 'foreign-key', 'check', 'exclude'];
  const key = (constraint: Constraint): string => `${order.indexOf(constraint.kind)} ${describeConstraint(constraint)}`;
  return constraints.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

function ownIndexes(table: Table): readonly Index[] {
  return table.indexes
    .filter((index) => !index.ofConstraint)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** PostgreSQL: a column whose default calls its own sequence, as it is written. */
function serialType(column: Column): string | null {
  if (column.default?.startsWith('nextval(') !== true || !column.notNull) return null;
  const types: Readonly<Record<string, string>> = { integer: 'serial', bigint: 'bigserial', smallint: 'smallserial' };
  return types[column.type ?? ''] ?? null;
}

function identityText(identity: NonNullable<Column['identity']>): string {
  return identity === 'auto-increment' ? 'AUTO_INCREMENT' : `GENERATED ${identity.toUpperCase()} AS IDENTITY`;
}

function actionText(event: 'DELETE' | 'UPDATE', action: string): string {
  return action === 'no action' ? '' : ` ON ${event} ${action.toUpperCase()}`;
}

function doubtNote(part: { readonly certain: boolean }, unknown: readonly string[]): string {
  if (!part.certain) return ' -- may not exist';
  return unknown.length === 0 ? '' : ` -- not known: ${unknown.join(', ')}`;
}

function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
