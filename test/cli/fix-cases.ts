/** A small project, and what `--fix` is to mend in it. */
export interface FixCase {
  /** The name of the file that holds the change. */
  readonly name: string;
  readonly title: string;
  readonly rule: string;
  readonly dialect: 'sqlite' | 'postgres' | 'mariadb';
  readonly unsafe?: true;
  readonly files: Readonly<Record<string, string | object>>;
}

const always = { run: [{ files: ['schema.sql'], when: 'always' }] };
const old = { start: { 'version 1': ['old.sql'] } };

function configOf(dialect: FixCase['dialect'], deployment: object): object {
  return { dialect, deployments: [{ root: '.', ...deployment }] };
}

/** A schema that runs at every start, with a statement that fails on the second. */
function runsTwice(dialect: FixCase['dialect'], name: string, title: string, schema: string): FixCase {
  const files = { 'migralint.config.json': configOf(dialect, always), 'schema.sql': schema };
  return { name, title, rule: 'non-idempotent-alter', dialect, files };
}

/** A migration that makes what the schema has made by then. */
function madeTwice(
  dialect: FixCase['dialect'],
  name: string,
  title: string,
  schema: string,
  migration: string,
): FixCase {
  const run = [
    { files: ['schema.sql'], when: 'always' },
    { files: ['migrations/*.sql'], when: 'once' },
  ];
  const files = {
    'migralint.config.json': configOf(dialect, { run }),
    'schema.sql': schema,
    'migrations/001.sql': migration,
  };
  return { name, title, rule: 'duplicate-ddl', dialect, files };
}

export const cases: readonly FixCase[] = [
  {
    name: 'index-above-its-column',
    title: 'the index moves below the statement that adds its column',
    rule: 'index-before-column',
    dialect: 'postgres',
    files: {
      'migralint.config.json': configOf('postgres', { ...always, ...old }),
      'schema.sql': `CREATE TABLE IF NOT EXISTS jobs (id int PRIMARY KEY, archived boolean);
CREATE INDEX IF NOT EXISTS jobs_archived ON jobs (archived);
ALTER TABLE jobs ADD COLUMN IF NOT EXISTS archived boolean;
`,
      'old.sql': 'CREATE TABLE jobs (id int PRIMARY KEY);\n',
    },
  },
  {
    name: 'column-nobody-adds',
    title: 'the column is added to older tables first',
    rule: 'index-before-column',
    dialect: 'postgres',
    unsafe: true,
    files: {
      'migralint.config.json': configOf('postgres', { ...always, ...old }),
      'schema.sql': `CREATE TABLE IF NOT EXISTS pages (id int PRIMARY KEY, deleted_at timestamptz DEFAULT now());
CREATE INDEX IF NOT EXISTS pages_live ON pages (id) WHERE deleted_at IS NULL;
`,
      'old.sql': 'CREATE TABLE pages (id int PRIMARY KEY);\n',
    },
  },
  {
    name: 'index-made-again-below',
    title: 'in Python, an index that is made again once the column is there is deleted',
    rule: 'index-before-column',
    dialect: 'sqlite',
    files: {
      'migralint.config.json': { dialect: 'sqlite' },
      'app.py': `import sqlite3

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, archived INTEGER);
CREATE INDEX IF NOT EXISTS jobs_id ON jobs (id);
CREATE INDEX IF NOT EXISTS jobs_archived ON jobs (archived);
"""


def start():
    db = sqlite3.connect("jobs.db")
    db.executescript(SCHEMA)
    columns = [row[1] for row in db.execute("PRAGMA table_info(jobs)")]
    if "archived" not in columns:
        db.execute("ALTER TABLE jobs ADD COLUMN archived INTEGER")
    db.execute("CREATE INDEX IF NOT EXISTS jobs_archived ON jobs (archived)")


if __name__ == "__main__":
    start()
`,
    },
  },
  {
    name: 'table-of-the-schema',
    title: 'the migration creates the table that only the schema creates',
    rule: 'missing-create-table',
    dialect: 'postgres',
    files: {
      'schema.sql': `CREATE TABLE IF NOT EXISTS cooks (id BIGSERIAL PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dishes (
  code VARCHAR(20) NOT NULL DEFAULT '', -- a comment; with a semicolon
  PRIMARY KEY (code)
);
`,
      'migrations/001_dishes.sql': `-- +up
ALTER TABLE dishes ADD COLUMN IF NOT EXISTS code VARCHAR(20) NOT NULL DEFAULT '';

-- +down
DROP TABLE IF EXISTS dishes;
`,
    },
  },
  {
    name: 'table-of-the-schema',
    title: 'the migration creates the table that only the schema creates',
    rule: 'missing-create-table',
    dialect: 'mariadb',
    files: {
      'migralint.config.json': configOf('mariadb', {
        run: [
          { files: ['schema.sql'], when: 'fresh' },
          { files: ['migrations/*.sql'], when: 'upgrade' },
        ],
        ...old,
      }),
      'schema.sql': `CREATE TABLE cooks (id INT PRIMARY KEY);
CREATE TABLE dishes (code VARCHAR(20) NOT NULL DEFAULT '', PRIMARY KEY (code));
`,
      'migrations/001_dishes.sql':
        "ALTER TABLE dishes ADD COLUMN IF NOT EXISTS code VARCHAR(20) NOT NULL DEFAULT '';\n",
      'old.sql': 'CREATE TABLE cooks (id INT PRIMARY KEY);\n',
    },
  },
  runsTwice('sqlite', 'table', 'a table', 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);\n'),
  runsTwice(
    'sqlite',
    'table-index-view-trigger',
    'an index, a view and a trigger',
    `CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE UNIQUE INDEX cooks_name ON cooks (name);
CREATE VIEW names AS SELECT name FROM cooks;
CREATE TRIGGER no_name AFTER INSERT ON cooks BEGIN
  UPDATE cooks SET name = '?' WHERE name IS NULL;
END;
`,
  ),
  runsTwice(
    'postgres',
    'columns',
    'columns, in one statement',
    `CREATE TABLE IF NOT EXISTS cooks (id int PRIMARY KEY);
ALTER TABLE cooks ADD COLUMN name text, ADD born date;
CREATE INDEX ON cooks (name);
CREATE INDEX cooks_born ON cooks (born);
`,
  ),
  runsTwice(
    'postgres',
    'type-view-function-trigger-policy',
    'what has no guard of its own',
    `CREATE TYPE course AS ENUM ('soup', 'main');
CREATE TABLE dishes (id int PRIMARY KEY, course course);
CREATE VIEW soups AS SELECT id FROM dishes WHERE course = 'soup';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON dishes FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE dishes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON dishes USING (true);
CREATE SEQUENCE numbers;
`,
  ),
  runsTwice(
    'mariadb',
    'column-and-index',
    'a column and an index',
    `CREATE TABLE IF NOT EXISTS cooks (id INT PRIMARY KEY);
ALTER TABLE cooks ADD COLUMN name VARCHAR(20);
CREATE INDEX cooks_name ON cooks (name);
`,
  ),
  madeTwice(
    'sqlite',
    'same-index',
    'an index that says the same in both places',
    'CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);\nCREATE INDEX IF NOT EXISTS cooks_name ON cooks (name);\n',
    'CREATE INDEX cooks_name\n  ON cooks(name);\n',
  ),
  madeTwice(
    'postgres',
    'same-index',
    'an index that says the same in both places',
    'CREATE TABLE IF NOT EXISTS cooks (id int PRIMARY KEY, name text);\nCREATE INDEX IF NOT EXISTS cooks_name ON cooks (name);\n',
    'CREATE INDEX cooks_name ON cooks (name);\n',
  ),
];
