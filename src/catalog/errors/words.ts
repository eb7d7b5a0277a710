import type { Engine } from '../../dialects/dialect.ts';
import { mysqlWords } from './mysql.ts';
import { postgresWords } from './postgres.ts';
import { sqliteWords } from './sqlite.ts';

/** An object as the engine stores it, and as the statement wrote it (without quotes). */
export interface Mention {
  readonly schema: string;
  readonly name: string;
  readonly written: string;
}

/** What kind of statement looks a table up: engines word the same fault differently. */
export type TablePlace =
  | 'alter'
  | 'index'
  | 'trigger'
  | 'drop'
  | 'rename'
  | 'rows'
  | 'foreign-key'
  | 'like'
  | 'partition'
  | 'comment'
  | 'drop-index';

/** Where a column is named. */
export type ColumnPlace =
  | 'index-key'
  | 'index-expression'
  | 'include'
  | 'key'
  | 'check'
  | 'generated'
  | 'foreign-key'
  | 'referenced'
  | 'drop'
  | 'alter'
  | 'rename'
  | 'modify'
  | 'rows'
  | 'update-of'
  | 'comment'
  | 'position';

/** What kinds of relation share the name space of tables. */
export type RelationKind = 'table' | 'view' | 'materialized-view' | 'sequence' | 'index';

/**
 * The engine's exact words, without prefix and position. Each function says one thing; the arguments are what the engine
 * puts into it. Faults that one dialect alone knows are functions of that dialect's file.
 */
export interface EngineWords {
  missingTable(table: Mention, place: TablePlace): string;
  /** `table`: the one that it stands on, for triggers, policies and rules. */
  missingObject(kind: string, object: Mention, table?: string): string;
  duplicateRelation(existing: RelationKind, wanted: RelationKind, object: Mention): string;
  duplicateObject(kind: string, object: Mention, table?: string): string;
  missingColumn(column: string, table: Mention, place: ColumnPlace): string;
  duplicateColumn(column: string, table: Mention): string;
  missingIndex(index: Mention, table: Mention | null): string;
  duplicateIndex(index: Mention): string;
  missingConstraint(constraint: string, table: Mention): string;
  duplicateConstraint(constraint: string, table: Mention): string;
  /** A second primary key. */
  secondPrimaryKey(table: Mention): string;
  /** The object is of another kind than the statement is for: DROP TABLE of a view. */
  wrongKind(existing: RelationKind, wanted: RelationKind, object: Mention): string;
  /** Adding it to a table that holds rows. */
  notNullWithoutDefault(column: string, table: Mention): string;
  uniqueViolation(index: string, table: Mention, columns: readonly string[]): string;
  checkViolation(constraint: string | null, table: Mention, expression: string): string;
  foreignKeyViolation(constraint: string | null, table: Mention): string;
}

/** The words of an engine; MariaDB's differ from MySQL's in places. */
export function wordsOf(engine: Engine): EngineWords {
  switch (engine.dialect.name) {
    case 'sqlite':
      return sqliteWords;
    case 'postgres':
      return postgresWords;
    case 'mysql':
      return mysqlWords('mysql');
    case 'mariadb':
      return mysqlWords('mariadb');
  }
}
