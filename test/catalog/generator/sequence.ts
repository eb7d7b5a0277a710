import fc from 'fast-check';
import { applyStatement, emptyDatabase } from '../../../src/catalog/apply.ts';
import type { Database } from '../../../src/catalog/catalog.ts';
import { parseSql } from '../../../src/ddl/parse.ts';
import type { DialectName, Engine } from '../../../src/dialects/dialect.ts';
import { sqlTextOfFile } from '../../../src/text/sql-text.ts';
import { Choices } from './choices.ts';
import { mariadbObjects, mysqlObjects } from './mariadb-objects.ts';
import { mariadbStatements } from './mariadb.ts';
import { Names } from './names.ts';
import { postgresObjects } from './postgres-objects.ts';
import { postgresStatements } from './postgres.ts';
import { sqliteObjects } from './sqlite-objects.ts';
import { sqliteStatements } from './sqlite.ts';

/** Makes one statement, or a few that belong together, over what is there. */
export type Maker = (choices: Choices, names: Names, database: Database) => string | readonly string[];

/** Makers with how often each is used. */
export type Makers = readonly (readonly [weight: number, maker: Maker])[];

const MAKERS: Readonly<Record<DialectName, Makers>> = {
  sqlite: sqliteStatements,
  postgres: postgresStatements,
  mysql: mariadbStatements,
  mariadb: mariadbStatements,
};

/** Policies, rules, partitions, sequences and rows: less is known of them, so a run asks for them by name. */
const OBJECTS: Readonly<Record<DialectName, Makers>> = {
  sqlite: sqliteObjects,
  postgres: postgresObjects,
  mysql: mysqlObjects,
  mariadb: mariadbObjects,
};

/** More than a statement asks for; what is missing counts as zero. */
const NUMBERS_PER_STATEMENT = 48;

/** Random statements that make sense together; `-- rows` before one fills the tables that are there (see `compare`). */
export function sequences(engine: Engine, length: number, withObjects: boolean): fc.Arbitrary<readonly string[]> {
  const { name } = engine.dialect;
  const makers = withObjects ? [...MAKERS[name], ...OBJECTS[name]] : MAKERS[name];
  const deck = makers.flatMap(([weight, maker]) => Array.from({ length: weight }, () => maker));
  const numbers = fc.array(fc.nat(9999), {
    minLength: NUMBERS_PER_STATEMENT,
    maxLength: NUMBERS_PER_STATEMENT,
    size: 'max',
  });
  const step = fc.record({ maker: fc.nat(deck.length - 1), hasRows: fc.nat(99), numbers });
  return fc
    .array(step, { minLength: Math.ceil(length / 3), maxLength: length, size: 'max' })
    .map((steps) => written(steps, deck, engine));
}

interface Step {
  readonly maker: number;
  readonly hasRows: number;
  readonly numbers: readonly number[];
}

function written(steps: readonly Step[], deck: readonly Maker[], engine: Engine): readonly string[] {
  let database = emptyDatabase(engine);
  const statements: string[] = [];
  for (const [at, step] of steps.entries()) {
    const choices = new Choices(step.numbers);
    // A sequence begins with tables; without them nothing else means much.
    const maker = (at < 2 ? deck[0] : deck[step.maker]) ?? (() => []);
    const made = [maker(choices, new Names(choices, database, engine.dialect), database)].flat();
    const rows = at > 2 && step.hasRows >= 96 ? '-- rows\n' : '';
    for (const [part, text] of made.entries()) {
      statements.push(`${part === 0 ? rows : ''}${text};`);
      database = after(database, `${text};`, engine);
    }
  }
  return statements;
}

function after(database: Database, text: string, engine: Engine): Database {
  let current = database;
  for (const { operations } of parseSql(sqlTextOfFile({ path: 'generated.sql', text }), engine.dialect))
    current = applyStatement(current, operations, engine).database;
  return current;
}
