import { describe, expect, it } from 'vitest';
import { applyStatement, emptyDatabase } from '../../src/catalog/apply.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { sameCatalog } from '../../src/catalog/content.ts';
import { diffCatalogs } from '../../src/catalog/diff.ts';
import { catalogToJson } from '../../src/catalog/to-json.ts';
import { catalogToSql } from '../../src/catalog/to-sql.ts';
import { parseSql } from '../../src/ddl/parse.ts';
import type { DialectName } from '../../src/dialects/dialect.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

function catalogOf(dialect: DialectName, text: string): Catalog {
  const engine = engineOf(dialect);
  let database = emptyDatabase(engine);
  for (const { operations } of parseSql(sqlTextOfFile({ path: 'schema.sql', text }), engine.dialect)) {
    database = applyStatement(database, operations, engine).database;
  }
  return database.catalog;
}

const SCHEMAS: Readonly<Record<DialectName, string>> = {
  sqlite: `CREATE TABLE jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL DEFAULT 'x', "order" INT, at TEXT DEFAULT (datetime('now')),
             total AS (id + 1) STORED, owner REFERENCES people(id) ON DELETE CASCADE, UNIQUE (name, "order"), CHECK (id > 0));
           CREATE UNIQUE INDEX jobs_name ON jobs (lower(name) DESC) WHERE name IS NOT NULL;
           CREATE TABLE pairs (a TEXT, b TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;
           CREATE VIEW names AS SELECT name FROM jobs;
           CREATE TRIGGER touch AFTER INSERT ON jobs BEGIN UPDATE jobs SET name = 'y'; END;`,
  postgres: `CREATE TYPE mood AS ENUM ('sad', 'it''s fine');
             CREATE TABLE people (id bigint PRIMARY KEY, email varchar(20) NOT NULL, now_is mood DEFAULT 'sad');
             CREATE TABLE jobs (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigserial, owner bigint REFERENCES people(id) ON DELETE SET NULL,
               price numeric(10) CHECK (price > 0));
             CREATE INDEX people_email ON people USING hash (email);
             CREATE VIEW emails AS SELECT email FROM people;`,
  mysql: `CREATE TABLE people (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL COMMENT 'it''s', KEY by_name (name(5)));
          CREATE TABLE jobs (id INT PRIMARY KEY, owner INT UNSIGNED, CONSTRAINT owned FOREIGN KEY (owner) REFERENCES people(id));`,
  mariadb: `CREATE TABLE people (id INT AUTO_INCREMENT PRIMARY KEY, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);`,
};

describe('a catalog as SQL', () => {
  for (const [name, text] of Object.entries(SCHEMAS)) {
    const dialect = name as DialectName;
    it(`gives the same catalog when it is run again (${dialect})`, () => {
      const catalog = catalogOf(dialect, text);
      const again = catalogOf(dialect, catalogToSql(catalog, engineOf(dialect)));
      expect(diffCatalogs(catalog, again, engineOf(dialect))).toEqual([]);
      expect(catalogToSql(again, engineOf(dialect))).toBe(catalogToSql(catalog, engineOf(dialect)));
    });
  }

  it('reads well', () => {
    expect(catalogToSql(catalogOf('sqlite', SCHEMAS.sqlite), engineOf('sqlite'))).toMatchInlineSnapshot(`
      "CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL DEFAULT 'x',
        "order" INT,
        at TEXT DEFAULT (datetime('now')),
        total GENERATED ALWAYS AS (id + 1) STORED,
        owner,
        UNIQUE (name, "order"),
        FOREIGN KEY (owner) REFERENCES people(id) ON DELETE CASCADE,
        CHECK (id > 0)
      );
      CREATE UNIQUE INDEX jobs_name ON jobs ((lower(name)) DESC) WHERE name is not null;

      CREATE TABLE pairs (
        a TEXT NOT NULL,
        b TEXT NOT NULL,
        PRIMARY KEY (a, b)
      ) STRICT, WITHOUT ROWID;

      CREATE VIEW names AS SELECT name FROM jobs;

      CREATE TRIGGER touch AFTER INSERT ON jobs BEGIN UPDATE jobs SET name = 'y'; END;
      "
    `);
  });

  it('names the place of everything in JSON', () => {
    const json = JSON.stringify(catalogToJson(catalogOf('sqlite', 'CREATE TABLE t (a);\nCREATE INDEX i ON t (a);')));
    expect(json).toContain('"origin":{"file":"schema.sql","line":2,"column":14}');
  });
});

describe('the same catalog', () => {
  it('does not depend on the order of columns or statements, nor on spelling', () => {
    const one = catalogOf('sqlite', 'CREATE TABLE t (a INT, b TEXT DEFAULT (1+2)); CREATE TABLE u (x);');
    const two = catalogOf('sqlite', 'CREATE TABLE u (x); CREATE TABLE t (b text default ( 1 + 2 ), a int);');
    expect(sameCatalog(one, two)).toBe(true);
  });

  it('differs by a column', () => {
    const one = catalogOf('sqlite', 'CREATE TABLE t (a)');
    const two = catalogOf('sqlite', 'CREATE TABLE t (a, b)');
    expect(sameCatalog(one, two)).toBe(false);
  });
});
