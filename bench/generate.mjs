/**
 * Migrations as a real PostgreSQL project has them, generated: the same arguments give the same bytes.
 *
 * One migration in six creates a table; the others add, drop, rename and change columns, add indexes, keys, checks and views,
 * and fill rows. Every statement succeeds when the migrations run in order.
 */

/** `count` migrations as files, in order. */
export function migrations(count) {
  const project = new Project();
  return Array.from({ length: count }, (_, index) => {
    const { name, text } = project.nextMigration();
    return { name: `${String(index + 1).padStart(5, '0')}_${name}.sql`, text };
  });
}

/** One file of at least `bytes` bytes: migrations one after another. */
export function bigFile(bytes) {
  const project = new Project();
  const pieces = [];
  for (let size = 0; size < bytes;) {
    const { text } = project.nextMigration();
    pieces.push(text);
    size += text.length;
  }
  return pieces.join('\n');
}

/** A schema that runs at every start: `count` tables, each with two indexes, all guarded. */
export function schemaScript(count) {
  const random = new Random(7);
  const statements = [];
  for (let number = 1; number <= count; number++) {
    const table = `base_${random.pick(nouns)}_${number}`;
    const columns = ['  id bigint PRIMARY KEY', ...columnsOf(random).map(({ name, type }) => `  ${name} ${type}`)];
    statements.push(`CREATE TABLE IF NOT EXISTS ${table} (\n${columns.join(',\n')}\n);`);
    statements.push(`CREATE INDEX IF NOT EXISTS ${table}_by_id ON ${table} (id);`);
    statements.push(`CREATE INDEX IF NOT EXISTS ${table}_by_id_desc ON ${table} (id DESC);`);
  }
  return statements.join('\n');
}

const nouns = [
  'account',
  'address',
  'article',
  'booking',
  'category',
  'comment',
  'contract',
  'customer',
  'delivery',
  'device',
  'discount',
  'document',
  'employee',
  'event',
  'invoice',
  'job',
  'label',
  'ledger',
  'machine',
  'message',
  'note',
  'order',
  'parcel',
  'payment',
  'product',
  'project',
  'report',
  'reservation',
  'review',
  'session',
  'shelf',
  'station',
  'subscription',
  'supplier',
  'task',
  'ticket',
  'token',
  'vehicle',
  'voucher',
  'warehouse',
];

const columnNames = [
  'name',
  'title',
  'status',
  'amount',
  'currency',
  'created_at',
  'updated_at',
  'archived',
  'email',
  'phone',
  'city',
  'country',
  'position',
  'priority',
  'weight',
  'note',
  'starts_at',
  'ends_at',
  'version',
  'payload',
  'external_id',
  'quantity',
  'price',
  'rating',
  'language',
  'color',
  'origin',
  'visible',
  'locked_by',
  'retries',
];

const columnTypes = [
  'text',
  'text NOT NULL',
  "text NOT NULL DEFAULT ''",
  'integer',
  'integer NOT NULL DEFAULT 0',
  'bigint',
  'boolean NOT NULL DEFAULT false',
  'timestamptz',
  'timestamptz NOT NULL DEFAULT now()',
  'numeric(12, 2)',
  'varchar(255)',
  'jsonb',
  'uuid DEFAULT gen_random_uuid()',
  'date',
];

const addedTypes = [
  'text',
  'integer',
  'bigint',
  'timestamptz',
  'boolean NOT NULL DEFAULT false',
  "text NOT NULL DEFAULT ''",
  'jsonb',
  'numeric(12, 2)',
];

/** A small linear congruential generator (the constants of Numerical Recipes): the same numbers on every machine. */
class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  below(limit) {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}

function columnsOf(random) {
  const names = new Set();
  const wanted = 3 + random.below(8);
  while (names.size < wanted) names.add(random.pick(columnNames));
  return [...names].map((name) => ({ name, type: random.pick(columnTypes) }));
}

/** A project as it grows: it knows its tables, so that every statement names what is there. */
class Project {
  #random = new Random(42);
  #tables = [];
  #number = 0;

  /** The next migration: the end of its name, and its SQL. */
  nextMigration() {
    this.#number++;
    const kinds = [
      () => this.#createTable(),
      () => this.#addColumn(),
      () => this.#addColumn(),
      () => this.#createIndex(),
      () => this.#createIndex(),
      () => this.#changeColumn(),
      () => this.#addCheck(),
      () => this.#addForeignKey(),
      () => this.#fillRows(),
      () => this.#createView(),
      () => this.#renameOrDropColumn(),
    ];
    const kind = this.#tables.length < 3 || this.#random.below(6) === 0 ? kinds[0] : this.#random.pick(kinds);
    const { name, lines } = kind();
    return { name, text: `-- Migration ${this.#number}: ${name.replaceAll('_', ' ')}\n${lines.join('\n')}\n` };
  }

  #createTable() {
    const table = { name: `${this.#random.pick(nouns)}_${this.#number}`, columns: columnsOf(this.#random), kept: 0 };
    const lines = ['  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY'];
    for (const { name, type } of table.columns) lines.push(`  ${name} ${type}`);
    const parent = this.#tables.length > 0 && this.#random.below(2) === 0 ? this.#random.pick(this.#tables) : undefined;
    if (parent !== undefined) lines.push(`  ${parent.name}_id bigint REFERENCES ${parent.name} (id) ON DELETE CASCADE`);
    this.#tables.push(table);
    const [first] = table.columns;
    const statements = [
      `CREATE TABLE ${table.name} (\n${lines.join(',\n')}\n);`,
      `CREATE INDEX ${table.name}_${first.name}_idx ON ${table.name} (${first.name});`,
      `COMMENT ON TABLE ${table.name} IS 'What the ${table.name.replaceAll('_', ' ')} page shows; it''s filled by the nightly job.';`,
    ];
    // What an index reads is neither renamed nor dropped here.
    table.kept = 1;
    return { name: `create_${table.name}`, lines: statements };
  }

  #addColumn() {
    const table = this.#random.pick(this.#tables);
    const column = { name: `${this.#random.pick(columnNames)}_${this.#number}`, type: this.#random.pick(addedTypes) };
    table.columns.push(column);
    return {
      name: `add_${column.name}_to_${table.name}`,
      lines: [`ALTER TABLE ${table.name} ADD COLUMN ${column.name} ${column.type};`],
    };
  }

  #createIndex() {
    const table = this.#random.pick(this.#tables);
    const [first] = table.columns;
    const where = this.#random.below(3) === 0 ? ` WHERE ${first.name} IS NOT NULL` : '';
    const name = `${table.name}_${this.#number}_idx`;
    return {
      name: `index_${table.name}`,
      lines: [`CREATE INDEX IF NOT EXISTS ${name} ON ${table.name} (${first.name}, id DESC)${where};`],
    };
  }

  #changeColumn() {
    const table = this.#random.pick(this.#tables);
    const column = this.#random.pick(table.columns);
    const change = this.#random.pick(['SET NOT NULL', 'DROP NOT NULL', 'SET STATISTICS 200']);
    return {
      name: `change_${column.name}`,
      lines: ['BEGIN;', `ALTER TABLE ${table.name} ALTER COLUMN ${column.name} ${change};`, 'COMMIT;'],
    };
  }

  #addCheck() {
    const table = this.#random.pick(this.#tables);
    const name = `${table.name}_check_${this.#number}`;
    return {
      name: `check_${table.name}`,
      lines: [
        `ALTER TABLE ${table.name}`,
        `  ADD CONSTRAINT ${name} CHECK (id > 0 AND (id < 1000000000 OR id IS NOT NULL)) NOT VALID;`,
        `ALTER TABLE ${table.name} VALIDATE CONSTRAINT ${name};`,
      ],
    };
  }

  #addForeignKey() {
    const table = this.#random.pick(this.#tables);
    const target = this.#random.pick(this.#tables);
    const column = { name: `${target.name}_ref_${this.#number}`, type: 'bigint' };
    return {
      name: `link_${table.name}_to_${target.name}`,
      lines: [
        `ALTER TABLE ${table.name} ADD COLUMN ${column.name} bigint;`,
        `ALTER TABLE ${table.name} ADD CONSTRAINT ${column.name}_fkey FOREIGN KEY (${column.name}) REFERENCES ${target.name} (id) ON DELETE SET NULL;`,
      ],
    };
  }

  #fillRows() {
    const table = this.#random.pick(this.#tables);
    const { name } = table.columns[0];
    return {
      name: `fill_${table.name}`,
      lines: [
        `UPDATE ${table.name} SET ${name} = NULL WHERE id IN (SELECT id FROM ${table.name} WHERE ${name} IS NULL LIMIT 1000);`,
      ],
    };
  }

  #createView() {
    const table = this.#random.pick(this.#tables);
    const name = `${table.name}_view_${this.#number}`;
    return {
      name,
      lines: [`CREATE VIEW ${name} AS\n  SELECT id, count(*) AS total\n  FROM ${table.name}\n  GROUP BY id;`],
    };
  }

  #renameOrDropColumn() {
    const table = this.#random.pick(this.#tables);
    const place = table.kept + this.#random.below(table.columns.length - table.kept);
    const column = table.columns[place];
    if (column === undefined) return this.#addColumn();
    if (this.#random.below(2) === 0) {
      table.columns.splice(place, 1);
      return { name: `drop_${column.name}`, lines: [`ALTER TABLE ${table.name} DROP COLUMN ${column.name};`] };
    }
    const to = `renamed_${this.#number}`;
    const lines = [`ALTER TABLE ${table.name} RENAME COLUMN ${column.name} TO ${to};`];
    column.name = to;
    return { name: `rename_${to}`, lines };
  }
}
