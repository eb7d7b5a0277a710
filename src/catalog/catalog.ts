import type { CreateTrigger, Range } from '../ddl/operation.ts';
import type { Statement } from '../sql/statement.ts';
import type { Ledger } from './ledger.ts';
import type { PersistentMap } from './persistent-map.ts';

/**
 * The schema at one moment. All of it is immutable and shares what did not change. Names are kept as the engine keeps
 * them; keys (`dialect.key`) decide what is the same. Where migralint cannot know, it says so (`certain`, `open`,
 * `unknown`) and whatever rests on that is unsure.
 */
export interface Catalog {
  /** Tables, views, materialized views, sequences by `schema.name` key; indexes live in their table. */
  readonly relations: PersistentMap<Relation>;
  /** SQLite and PostgreSQL, where index names are unique in a schema: `schema.index` key -> key of its table. */
  readonly indexOwners: PersistentMap<string>;
  readonly triggers: PersistentMap<Trigger>;
  readonly routines: PersistentMap<Routine>;
  readonly types: PersistentMap<UserType>;
  /** Schemas, extensions, policies, rules, roles ..: `kind:name` key. */
  readonly others: PersistentMap<OtherObject>;
  /** Objects that are not listed may exist all the same: a baseline that no file shows. */
  readonly open: boolean;
}

/** Where an object, or a part of one, comes from; null for what a start state brought without a statement. */
export type Origin = { readonly statement: Statement; readonly at: Range } | null;

/** What every object and part has. */
interface Known {
  readonly origin: Origin;
  /** False: it may be there or not, or it is only supposed. Nothing certain may rest on it. */
  readonly certain: boolean;
}

export interface Column extends Known {
  /** As the engine stores it. */
  readonly name: string;
  /** In the dialect's canonical spelling; null for none (SQLite). */
  readonly type: string | null;
  readonly notNull: boolean;
  /** In canonical spelling; null for none. */
  readonly default: string | null;
  readonly generated: {
    readonly expression: string;
    readonly stored: boolean;
    readonly columns: readonly string[];
  } | null;
  readonly identity: 'always' | 'by default' | 'auto-increment' | null;
  readonly collation: string | null;
  /** MySQL and MariaDB: absent where the table's default holds. */
  readonly characterSet?: string;
  /** MySQL and MariaDB. */
  readonly onUpdate: string | null;
  readonly comment: string | null;
  /** Properties that this start state leaves open. */
  readonly unknown: readonly ColumnProperty[];
  /** The deploy that added it without a value, while nothing was written to the table since: see `holdsOnlyNulls`. */
  readonly nullInDeploy?: number;
  /** The deploy that added it with another value for each row, while nothing was written to the table since. */
  readonly distinctInDeploy?: number;
  /** The deploy that added it with one value for all rows, while nothing was written to the table since. */
  readonly sameInDeploy?: number;
}
export type ColumnProperty =
  'type' | 'not-null' | 'default' | 'generated' | 'identity' | 'collation' | 'on-update' | 'comment';

export interface Index extends Known {
  /** As the engine stores it, also where the engine made it up. */
  readonly name: string;
  readonly unique: boolean;
  readonly keys: readonly {
    /** Canonical text. */ readonly text: string;
    /** Key of the plain column, or null. */ readonly column: string | null;
    readonly descending: boolean;
  }[];
  readonly include: readonly string[];
  /** Canonical text of the predicate, or null. */
  readonly where: string | null;
  /** Keys of all columns that it reads anywhere: keys, expressions, predicate, INCLUDE. */
  readonly columns: readonly string[];
  readonly method: string | null;
  /** Made by a PRIMARY KEY or UNIQUE constraint, which owns it. */
  readonly ofConstraint: boolean;
  /** MySQL and MariaDB: made for a foreign key; it goes when another index serves it. */
  readonly implicit?: boolean;
}

export interface Constraint extends Known {
  readonly kind: 'primary-key' | 'unique' | 'check' | 'foreign-key' | 'exclude';
  /** Null where the engine gives none (SQLite). */
  readonly name: string | null;
  /** Keys of its columns; for a check, of those it reads. */
  readonly columns: readonly string[];
  /** Check and exclude: canonical text. */
  readonly expression: string | null;
  readonly target: {
    /** `schema.name` key of the table it points to. */
    readonly table: string;
    readonly columns: readonly string[];
    readonly onDelete: string;
    readonly onUpdate: string;
  } | null;
  readonly validated: boolean;
  /** Written on a column: SQLite's DROP COLUMN takes such a CHECK or REFERENCES with it. */
  readonly onColumn: string | null;
}

export interface Table extends Known {
  readonly kind: 'table';
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  readonly constraints: readonly Constraint[];
  readonly temporary: boolean;
  /** Lower-cased words that belong to the shape: `strict`, `without rowid`, `virtual fts5`, `partitioned` .. */
  readonly options: readonly string[];
  /** MySQL and MariaDB: the default of its columns; absent where the database decides. */
  readonly characterSet?: string;
  /** Keys of tables it inherits from or is a partition of. */
  readonly parents: readonly string[];
  /** It may have columns, indexes and constraints that are not listed. */
  readonly open: boolean;
  /** Keys of columns that it surely lacks, although it is open. */
  readonly absent: readonly string[];
  /** Keys of indexes that it surely lacks, although it is open. */
  readonly absentIndexes: readonly string[];
  /** The deploy that created or emptied it, and whether rows were written since: see `mayHoldRows`. */
  readonly madeInDeploy: number;
  readonly written: boolean;
  /** The deploy that copied rows of an older table into it: whoever wrote that knew them. */
  readonly filledInDeploy?: number;
  /** The statement since which it holds only what was written after: its CREATE TABLE, or one that deleted all rows. */
  readonly emptySince: Statement | null;
  /** The INSERTs of constant rows of which it still holds the rows: none was deleted or changed since. */
  readonly inserted?: readonly Statement[];
  /** Rules that its rows met until this deploy took them away, while nothing was written since. */
  readonly formerRules?: FormerRules;
}

export interface FormerRules {
  readonly deploy: number;
  readonly indexes: readonly Index[];
  readonly constraints: readonly Constraint[];
}

export interface View extends Known {
  readonly kind: 'view' | 'materialized-view';
  readonly schema: string;
  readonly name: string;
  readonly temporary: boolean;
  /** Its query, canonical text. */
  readonly text: string;
  /** Its query as the engine keeps it: as written, with what was renamed since. */
  readonly body: string;
  /** Output column names when they were listed, else null. */
  readonly columns: readonly string[] | null;
  /** Indexes of a materialized view. */
  readonly indexes: readonly Index[];
  /** PostgreSQL: what its query reads; absent where that could not be told. */
  readonly reads?: readonly ViewRead[];
}

/** The columns that a view reads of one relation. Not `sure`: these, or fewer. */
export interface ViewRead {
  /** `schema.name` key. */
  readonly relation: string;
  /** Keys. */
  readonly columns: readonly string[];
  readonly sure: boolean;
}

export interface Sequence extends Known {
  readonly kind: 'sequence';
  readonly schema: string;
  readonly name: string;
  /** `table.column` keys of the serial or identity column that owns it. */
  readonly ownedBy: { readonly table: string; readonly column: string } | null;
  /** Rows brought values of their own that it will give again: the first such statement, and the smallest of them. */
  readonly behind?: { readonly statement: Statement; readonly at: Range; readonly value: number };
}

export type Relation = Table | View | Sequence;

export interface Trigger extends Known {
  readonly schema: string;
  readonly name: string;
  /** Key of its table or view. */
  readonly table: string;
  readonly text: string;
  /** The whole statement as the engine keeps it: as written, with what was renamed since. */
  readonly body: string;
  readonly events: CreateTrigger['events'];
  readonly timing: CreateTrigger['timing'];
  /** FOR EACH ROW: it runs for each row that is written, and not at all where none is. */
  readonly forEachRow: boolean;
  /** Keys of UPDATE OF; empty: any column. */
  readonly updateOf: readonly string[];
  readonly temporary: boolean;
  /** PostgreSQL: keys of the columns in UPDATE OF and WHEN, which it depends on. */
  readonly columns?: readonly string[];
  /** PostgreSQL: `schema.name` of the function that it calls. */
  readonly calls?: string;
}

export interface Routine extends Known {
  readonly schema: string;
  readonly name: string;
  readonly variant: 'function' | 'procedure' | 'aggregate';
  readonly argumentTypes: readonly string[];
  readonly argumentNames: readonly string[];
  readonly returns: string | null;
  readonly text: string;
}

export interface UserType extends Known {
  readonly schema: string;
  readonly name: string;
  readonly variant: 'enum' | 'composite' | 'range' | 'base' | 'shell' | 'domain';
  readonly labels: readonly string[];
  readonly text: string;
}

export interface OtherObject extends Known {
  readonly kind: string;
  readonly schema: string;
  readonly name: string;
  /** Key of the table it stands on, or null. */
  readonly table: string | null;
  readonly text: string;
  /** PostgreSQL: keys of the columns that a policy or statistics read. A policy keeps them; statistics go with them. */
  readonly columns?: readonly string[];
}

/** What a connection carries from statement to statement. */
export interface Session {
  /** SQLite: PRAGMA foreign_keys; MySQL: foreign_key_checks. Null: unknown. */
  readonly foreignKeys: boolean | null;
  readonly inTransaction: boolean;
  /** PostgreSQL: a statement failed in this transaction; all but ROLLBACK are refused. */
  readonly aborted: boolean;
  /** PostgreSQL: schemas searched, first for creation; MySQL: the current database as its single entry. Null: unknown. */
  readonly searchPath: readonly string[] | null;
  /** PostgreSQL, inside a transaction: the search path after it. SET counts once committed, SET LOCAL not at all. */
  readonly searchPathAfter?: { readonly commit: readonly string[] | null; readonly rollback: readonly string[] | null };
  /** SQLite: PRAGMA legacy_alter_table. */
  readonly legacyAlterTable: boolean;
  /** MySQL and MariaDB: whether sql_mode is strict, which it is by default; null: unknown. */
  readonly strictMode?: boolean | null;
  /** PostgreSQL: false once check_function_bodies was switched off. */
  readonly checkFunctionBodies?: boolean;
  /** MySQL and MariaDB: settings kept in user variables, as mysqldump does (`SET @OLD = @@FOREIGN_KEY_CHECKS`). */
  readonly saved?: Readonly<Record<string, boolean | null>>;
}

/** A database: its schema, the connection's state, and what its ledger records. */
export interface Database {
  readonly catalog: Catalog;
  readonly session: Session;
  readonly ledger: Ledger;
  /** Counts deploys: a table made in an earlier deploy may hold rows. */
  readonly deploy: number;
  /** As it was at BEGIN, for ROLLBACK; null outside a transaction. */
  readonly atBegin: Catalog | null;
  /** Open savepoints, the innermost last. */
  readonly savepoints: readonly Savepoint[];
}

export interface Savepoint {
  /** Key of its name. */
  readonly name: string;
  readonly catalog: Catalog;
  /** SQLite: an outermost SAVEPOINT opens the transaction, and its RELEASE commits. */
  readonly opensTransaction: boolean;
}

/** Whether a table may hold rows: it stems from an earlier deploy, or this one wrote into it. */
export function mayHoldRows(table: Table, database: Database): boolean {
  return table.written || table.madeInDeploy < database.deploy || table.filledInDeploy === database.deploy;
}

/** Whether it may hold rows of which whoever wrote the deploy knows nothing: they may collide. */
export function mayHoldOtherRows(table: Table, database: Database): boolean {
  return table.madeInDeploy < database.deploy || (table.written && table.filledInDeploy !== database.deploy);
}

/** Whether a column holds nothing but NULL: this deploy added it without a value, and nothing was written since. */
export function holdsOnlyNulls(column: Column, database: Database): boolean {
  return column.nullInDeploy === database.deploy;
}
