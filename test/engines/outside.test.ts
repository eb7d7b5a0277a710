import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/dialects/dialect.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { reachesOutside } from '../../src/engines/outside.ts';
import { splitSql } from '../../src/sql/split.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

function refusal(dialectName: DialectName, text: string): string | null {
  const { dialect } = engineOf(dialectName);
  const [statement] = splitSql(sqlTextOfFile({ path: 'x.sql', text }), dialect);
  if (statement === undefined) throw new Error(`no statement: ${text}`);
  return reachesOutside(statement, dialect, ['shop', 'test', 'mysql']);
}

const REFUSED: Readonly<Record<DialectName, readonly string[]>> = {
  sqlite: [
    `ATTACH DATABASE 'other.db' AS other`,
    `/* now */ attach 'x' as y`,
    `DETACH other`,
    `VACUUM INTO 'copy.db'`,
    `SELECT load_extension('x')`,
    `PRAGMA temp_store_directory = '/'`,
  ],
  postgres: [
    `CREATE DATABASE shop`,
    `ALTER DATABASE shop SET search_path = x`,
    `DROP DATABASE IF EXISTS shop`,
    `ALTER SYSTEM SET work_mem = '1GB'`,
    `CREATE ROLE reader`,
    `DROP USER reader`,
    `GRANT SELECT ON orders TO reader`,
    `DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
    `DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET x.y = 1'; EXECUTE 'drop database shop'; END $$`,
    `ALTER TABLE orders OWNER TO reader`,
    `SET ROLE reader`,
    `SET SESSION AUTHORIZATION reader`,
    `COPY orders TO PROGRAM 'cat'`,
    `COPY orders FROM '/etc/passwd'`,
    `CREATE FUNCTION f() RETURNS void AS $$ COPY t TO PROGRAM 'sh' $$ LANGUAGE sql`,
    `SELECT dblink('dbname=shop', 'DROP TABLE orders')`,
    `CREATE EXTENSION IF NOT EXISTS dblink`,
    `CREATE EXTENSION "postgres_fdw"`,
    `CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw`,
    `SELECT pg_read_file('/etc/passwd')`,
    `SELECT lo_export(1, '/x')`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity`,
    `CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p`,
    `LOAD 'auto_explain'`,
    `CREATE FUNCTION f() RETURNS int AS 'x.so', 'f' LANGUAGE C`,
    `UPDATE pg_catalog.pg_database SET datallowconn = false`,
  ],
  mysql: [
    `USE shop`,
    `CREATE DATABASE shop`,
    `DROP SCHEMA IF EXISTS shop`,
    `CREATE USER a`,
    `GRANT ALL ON *.* TO a`,
    `SET GLOBAL max_connections = 1`,
    `SET @@GLOBAL.sql_mode = ''`,
    `FLUSH PRIVILEGES`,
    `LOAD DATA INFILE 'x' INTO TABLE t`,
    `SELECT * FROM t INTO OUTFILE 'x'`,
    `SELECT load_file('x')`,
    `CREATE TABLE t (a INT) DATA DIRECTORY = '/x'`,
    `DROP TABLE shop.orders`,
    'DROP TABLE `shop`.`orders`',
    `DROP TABLE SHOP . orders`,
    `/*!40000 DROP TABLE shop.orders */`,
    `SET @s = 'DROP TABLE shop.orders'`,
    `DELETE FROM mysql.user`,
    `KILL 7`,
    `INSTALL PLUGIN x SONAME 'x.so'`,
  ],
  mariadb: [
    `USE shop`,
    `CREATE OR REPLACE DATABASE shop`,
    `DROP TABLE shop.orders`,
    `/*M! DROP DATABASE shop */`,
    `CREATE OR REPLACE USER a`,
    `CREATE TABLE t (a INT) ENGINE=CONNECT`,
  ],
};

const RUN: Readonly<Record<DialectName, readonly string[]>> = {
  sqlite: [`CREATE TABLE attach_points (a)`, `-- ATTACH 'x'\nCREATE TABLE t (a)`, `VACUUM`, `PRAGMA foreign_keys = ON`],
  postgres: [
    `CREATE TABLE role (id int, "user" text, owner text)`,
    `ALTER TABLE users ADD COLUMN role text`,
    `CREATE TABLE copy_jobs (source text DEFAULT 'http')`,
    `CREATE EXTENSION IF NOT EXISTS pgcrypto`,
    `SET search_path TO app`,
    `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
    `SELECT pg_catalog.set_config('search_path', '', false)`,
    `COMMENT ON TABLE users IS 'x'`,
    `INSERT INTO roles VALUES ('copy')`,
  ],
  mysql: [
    `CREATE TABLE users (id INT, role TEXT)`,
    `ALTER TABLE shopping ADD COLUMN test INT`,
    `SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()`,
    `SET @s = 'ALTER TABLE t ADD COLUMN c INT'`,
    `SET SESSION sql_mode = ''`,
    `INSERT INTO t VALUES ('shop')`,
  ],
  mariadb: [`CREATE OR REPLACE TABLE t (a INT)`, `SET FOREIGN_KEY_CHECKS = 0`],
};

describe.each(Object.keys(REFUSED) as DialectName[])('%s', (dialect) => {
  it.each(REFUSED[dialect])('does not run %s', (text) => {
    expect(refusal(dialect, text)).not.toBeNull();
  });

  it.each(RUN[dialect])('runs %s', (text) => {
    expect(refusal(dialect, text)).toBeNull();
  });
});
