import { describe, expect, it } from 'vitest';
import { lintFiles, placesOf } from '../support/project-of.ts';

const USERS = 'CREATE TABLE users (id INTEGER PRIMARY KEY);';

/** Each deployment as `name dialect: steps in order`. */
async function deploymentsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { histories } = await lintFiles(files);
  return histories.map(({ deployment }) => {
    const steps = deployment.ledger.map((step) => step.name).join(' ');
    return `${deployment.name} ${deployment.engine.dialect.name}: ${steps}`;
  });
}

describe('engines that are not known', () => {
  it.each([
    'db/h2/V1__users.sql',
    'db/schema-oracle.sql',
    'db/derby-schema.sql',
    'clickhouse/migrations/0001_users.up.sql',
    'db/0001_users.cockroach.up.sql',
  ])('%s is left out', async (path) => {
    expect(await deploymentsOf({ [path]: USERS })).toEqual([]);
  });

  it.each(['db/oracle_prices/V1__users.sql', 'services/oracle/sql/schema.sql'])(
    '%s is no such engine',
    async (path) => {
      expect(await deploymentsOf({ [path]: USERS })).toHaveLength(1);
    },
  );

  it('is not meant by a migration that speaks of one', async () => {
    const files = {
      'migrations/0001_users.sql': USERS,
      'migrations/0002_connect_clickhouse.sql': 'CREATE TABLE c (id INT);',
    };
    expect(await deploymentsOf(files)).toEqual(['. sqlite: 0001_users 0002_connect_clickhouse']);
  });
});

it('a folder for several dialects is a chain for each', async () => {
  const files = {
    'migrations/0001_users.mysql.up.sql': USERS,
    'migrations/0001_users.sqlite.up.sql': USERS,
    'migrations/0001_users.cockroach.up.sql': USERS,
    'migrations/0001_users.down.sql': 'DROP TABLE users;',
    'migrations/0002_posts.up.sql': 'CREATE TABLE posts (id INTEGER PRIMARY KEY);',
    'migrations/0003_tags.sqlite.up.sql': 'CREATE TABLE tags (id INTEGER PRIMARY KEY);',
  };
  expect(await deploymentsOf(files)).toEqual([
    '. (mysql) mysql: 0001_users.mysql 0002_posts',
    '. (sqlite) sqlite: 0001_users.sqlite 0002_posts 0003_tags.sqlite',
  ]);
});

it('dotted versions run as versions', async () => {
  const files = {
    'upgrade/2.10.0-b.sql': 'CREATE TABLE b (id INT);',
    'upgrade/2.9.1-a.sql': 'CREATE TABLE a (id INT);',
  };
  expect(await deploymentsOf(files)).toEqual(['. sqlite: 2.9.1-a 2.10.0-b']);
});

it('a down half is no script of its own', async () => {
  const rebuild = 'CREATE TABLE users_old (id INT); DROP TABLE users; ALTER TABLE users_old RENAME TO users;';
  const files = { 'migrations/2020_users/up.sql': USERS, 'migrations/2020_users/down.sql': rebuild };
  expect(await deploymentsOf(files)).toEqual(['. sqlite: 2020_users']);
});

it('Diesel compares versions without their dashes', async () => {
  const files = {
    'migrations/2017-09-23-182408_b/up.sql': 'CREATE TABLE b (id INT);',
    'migrations/20170309122510_a/up.sql': 'CREATE TABLE a (id INT);',
  };
  expect(await deploymentsOf(files)).toEqual(['. sqlite: 20170309122510_a 2017-09-23-182408_b']);
});

it('Diesel takes a directory without a description', async () => {
  const files = {
    'migrations/2019-09-11-164500/up.sql': 'CREATE TABLE a (id INT);',
    'migrations/2020-04-03-102015_b/up.sql': 'ALTER TABLE a ADD COLUMN b INT;',
  };
  expect(await deploymentsOf(files)).toEqual(['. sqlite: 2019-09-11-164500 2020-04-03-102015_b']);
});

it('the features of the nearest manifest tell the dialect, not a driver of the whole repository', async () => {
  const files = {
    'Cargo.toml': '[workspace.dependencies]\ntokio-postgres = "0.7"\n',
    'store/Cargo.toml': '[dependencies]\nsqlx = { workspace = true, features = [\n  "macros",\n  "sqlite",\n] }\n',
    'store/migrations/1_a.sql': 'CREATE TABLE a (id INT);',
  };
  expect(await deploymentsOf(files)).toEqual(['store sqlite: 1_a']);
});

it.each([
  ['flyway/postgres/V1__a.sql', 'flyway/postgres/V2__b.sql'],
  ['postgres/0001_a.sql', 'postgres/0002_b.sql'],
  ['postgres/2020_a/up.sql', 'postgres/2021_b/up.sql'],
])('a statement that must run alone is not put in a transaction: %s', async (first, second) => {
  const { findings } = await lintFiles({
    [first]: 'CREATE TABLE a (id INT);',
    [second]: 'CREATE INDEX CONCURRENTLY a_id ON a (id);',
  });
  expect(findings).toEqual([]);
});

describe('files that take a migration back', () => {
  it.each([
    ['migrations/1.do.users.sql', 'migrations/1.undo.users.sql', '1.users'],
    ['migrations/1_users.sql', 'migrations/1_users_rollback.sql', '1_users'],
    ['migrations/up/1_users.sql', 'migrations/down/1_users.sql', '1_users'],
  ])('%s goes up, %s down', async (up, down, name) => {
    const { histories } = await lintFiles({ [up]: USERS, [down]: 'DROP TABLE users;' });
    expect(histories.map(({ deployment }) => deployment.ledger.map((step) => step.name))).toEqual([[name]]);
  });

  it('are held against the half that goes up, under whatever name', async () => {
    const files = { 'migrations/1.do.users.sql': USERS, 'migrations/1.undo.users.sql': 'DROP TABLE people;' };
    expect(placesOf((await lintFiles(files)).findings)).toEqual(['migrations/1.undo.users.sql:1 down-does-not-undo']);
  });
});

it.each(['exercises', 'sql/queries', 'reports'])(
  'numbered files in %s are migrations only by assumption',
  async (folder) => {
    const { findings } = await lintFiles({ [`${folder}/01_users.sql`]: USERS, [`${folder}/02_users.sql`]: USERS });
    expect(findings.map(({ severity, reading }) => [severity, reading])).toEqual([
      ['warning', `if the files of ${folder} are migrations, which run once each`],
    ]);
  },
);

it('a dump that a tool has written is not run at every start', async () => {
  const files = {
    'db/schema.sql': `CREATE TABLE IF NOT EXISTS "schema_migrations" (version varchar(128) primary key);
CREATE TABLE users (id INTEGER PRIMARY KEY);
INSERT INTO "schema_migrations" (version) VALUES ('1');`,
    'db/migrations/1_users.sql': `-- migrate:up\n${USERS}\n-- migrate:down\n`,
  };
  expect((await lintFiles(files)).findings).toEqual([]);
});

describe('the dialect', () => {
  it.each([
    ['sqlite:///app.db', 'sqlite'],
    ['postgresql+psycopg://user@host/app', 'postgres'],
    ['mysql+pymysql://user@host/app', 'mysql'],
  ])('of %s is %s', async (url, dialect) => {
    const code = `engine = create_engine("${url}")
def start(connection):
    connection.execute("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY)")
start(engine.connect())`;
    const { histories } = await lintFiles({ 'app/models.py': code });
    expect(histories.map(({ deployment }) => deployment.engine.dialect.name)).toEqual([dialect]);
  });

  it('of a dump stands in its head', async () => {
    const text = '-- PostgreSQL database dump\nCREATE TABLE users (id integer);';
    expect(await deploymentsOf({ 'dump.sql': text })).toEqual(['dump.sql postgres: ']);
  });
});

it('MariaDB behind the name of MySQL shows by its guards', async () => {
  const files = {
    'compose.yaml': 'services: { db: { image: "mariadb:11" } }',
    'mysql/0001_a.sql': 'CREATE TABLE a (id INT);',
    'mysql/0002_b.sql': 'DROP INDEX IF EXISTS a_id ON a;',
  };
  expect(await deploymentsOf(files)).toEqual(['mysql mariadb: 0001_a 0002_b']);
});

it('a file that commits first stands in its runner\u2019s transaction', async () => {
  const { findings } = await lintFiles({
    'sqlite/0001_a.sql': 'CREATE TABLE a (id INT);',
    'sqlite/0002_b.sql':
      'COMMIT TRANSACTION;\nPRAGMA foreign_keys = OFF;\nBEGIN TRANSACTION;\nCREATE TABLE b (id INT);',
  });
  expect(findings).toEqual([]);
});

it('a script that nothing runs proves no error', async () => {
  const { findings } = await lintFiles({
    'assets/highlighting.sql': 'CREATE TABLE a (id SERIAL);\nSELECT `a` FROM;\nCREATE TABLE `b` (id INT);',
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('folders of versions are one chain, with the schema beside them', async () => {
  const files = {
    'migration/sqlite/LATEST.sql': 'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT, mail TEXT);',
    'migration/sqlite/0.2/00__name.sql': 'ALTER TABLE users ADD COLUMN name TEXT;',
    'migration/sqlite/0.2/01__age.sql': 'ALTER TABLE users ADD COLUMN age INT;',
    'migration/sqlite/0.10/00__mail.sql': 'ALTER TABLE users ADD COLUMN mail TEXT;',
  };
  expect(await deploymentsOf(files)).toEqual(['migration/sqlite sqlite: 0.2/00__name 0.2/01__age 0.10/00__mail']);
});

it('seeds do not share the schema of the migrations', async () => {
  const files = {
    'db/schema.sql': 'CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY);',
    'db/migrations/001_name.sql': 'ALTER TABLE users ADD COLUMN name TEXT;',
    'db/seeds/001_users.sql': 'INSERT INTO users (id) VALUES (1);',
    'db/seeds/002_more.sql': 'INSERT INTO users (id) VALUES (2);',
  };
  expect(await deploymentsOf(files)).toEqual(['db sqlite: 001_name', 'db/seeds sqlite: 001_users 002_more']);
});

it('sqlx.toml names the folder, the table and what the checksum leaves out', async () => {
  const { histories } = await lintFiles({
    'Cargo.toml': '[dependencies]\nsqlx = { version = "0.9", features = ["sqlite", "sqlx-toml"] }\n',
    'sqlx.toml': '[migrate]\nignored-chars = ["\\r"]\nmigrations-dir = "db/versions"\ntable-name = "applied"\n',
    'db/versions/1_users.sql': `${USERS}\r\n`,
  });
  const { tool, ledger } = histories[0]?.deployment ?? {};
  expect([tool?.name, tool?.table, ledger?.map(({ name }) => name)]).toEqual(['sqlx', 'applied', ['1_users']]);
  const hashed = tool?.checksum?.hashed({ path: 'x.sql', text: 'a\r\nb' });
  expect([...(hashed ?? [])]).toEqual([['', 'a\nb']]);
});

it('atlas.hcl names a folder that has no sums', async () => {
  const files = {
    'atlas.hcl': 'env "x" {\n  migration {\n    dir = "file://versions"\n  }\n}\n',
    'versions/1_users.sql': USERS,
  };
  const { findings, histories } = await lintFiles(files);
  expect(histories[0]?.deployment.tool?.name).toBe('Atlas');
  expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
    ['checksum-file', 'atlas.sum is not there. Atlas refuses to run.'],
  ]);
});
