import type { Statement } from '../sql/statement.ts';

/**
 * What statements do to a schema, in one shape for every dialect. The parser makes operations, the catalog applies them,
 * rules read them. Every identifier and guard keeps its place; offsets are into `statement.sql.text`.
 */

export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** An identifier as written: `text` without its quotes and escapes, not folded. `dialect.key` gives its identity. */
export interface Name extends Range {
  readonly text: string;
  readonly quoted: boolean;
}

/** `[database.][schema.]name`; the range spans all parts. */
export interface QualifiedName extends Range {
  readonly name: Name;
  readonly schema?: Name;
}

/** `IF EXISTS`, `IF NOT EXISTS`, `OR REPLACE`: where it stands. Absent: the statement has no such guard. */
export type GuardRange = Range;

/** A piece of SQL that computes a value. Only the names in it matter: the parser lists them, it does not evaluate. */
export interface Expression extends Range {
  /** As written, comments included. */
  readonly text: string;
  /** Column references in it, qualified or not; names inside subqueries are left out and `hasSubquery` is set. */
  readonly columns: readonly ColumnReference[];
  readonly functions: readonly QualifiedName[];
  readonly hasSubquery: boolean;
  /**
   * A constant: one literal, also signed or in parentheses (`literal`, what SQLite's ADD COLUMN takes), NULL, or anything else
   * (`CURRENT_TIMESTAMP` and every real computation are `computed`).
   */
  readonly form: 'null' | 'literal' | 'computed';
}

export interface ColumnReference extends Range {
  readonly table?: Name;
  readonly column: Name;
}

/** A type as written: `name` lower-cased with single blanks (`character varying`), arguments apart, `[]` counted. */
export interface TypeName extends Range {
  readonly name: string;
  readonly schema?: Name;
  /** The type's name as an identifier, when it could be a user's own type (quoted or one plain word). */
  readonly identifier?: Name;
  readonly arguments: readonly string[];
  readonly arrayDepth: number;
  /** UNSIGNED, ZEROFILL, BINARY, CHARACTER SET x, WITH TIME ZONE ..: lower-cased, in order. */
  readonly modifiers: readonly string[];
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface ForeignKeyTarget extends Range {
  readonly table: QualifiedName;
  /** Empty: the primary key of the table. */
  readonly columns: readonly Name[];
  readonly onDelete?: ReferentialAction;
  readonly onUpdate?: ReferentialAction;
  readonly deferrable?: 'deferred' | 'immediate' | 'not';
}

export interface ColumnDefinition extends Range {
  readonly name: Name;
  /** Absent where the dialect lets a column have no type (SQLite). */
  readonly type?: TypeName;
  /** `true`: NOT NULL; `false`: an explicit NULL; absent: nothing said. */
  readonly notNull?: boolean;
  readonly notNullRange?: Range;
  readonly default?: Expression;
  readonly primaryKey?: Range & { readonly name?: Name; readonly descending?: boolean };
  readonly unique?: Range & { readonly name?: Name };
  readonly autoIncrement?: Range;
  readonly identity?: 'always' | 'by default';
  readonly generated?: { readonly expression: Expression; readonly stored: boolean };
  readonly checks: readonly { readonly name?: Name; readonly expression: Expression }[];
  readonly references?: ForeignKeyTarget & { readonly name?: Name };
  readonly collation?: string;
  readonly comment?: string;
  /** MySQL and MariaDB: ON UPDATE CURRENT_TIMESTAMP. */
  readonly onUpdate?: Expression;
  /** Clauses that the parser skipped. */
  readonly opaque: readonly Range[];
}

/** One key of an index: a plain column or an expression. */
export interface IndexKey extends Range {
  readonly column?: Name;
  readonly expression?: Expression;
  /** MySQL and MariaDB: `body(20)`. */
  readonly prefixLength?: number;
  readonly descending?: boolean;
  readonly nulls?: 'first' | 'last';
  readonly collation?: string;
  readonly operatorClass?: string;
}

/** What may be said of any table constraint. `notValid`: existing rows are not looked at; `notEnforced`: no row ever is. */
interface ConstraintBase extends Range {
  readonly name?: Name;
  readonly ifNotExists?: GuardRange;
  readonly notValid?: boolean;
  readonly notEnforced?: boolean;
  readonly noInherit?: boolean;
  readonly opaque?: readonly Range[];
}

export type TableConstraint = ConstraintBase &
  (
    | {
        readonly kind: 'primary-key';
        readonly keys: readonly IndexKey[];
        readonly usingIndex?: Name;
        readonly include?: readonly Name[];
        readonly deferrable?: boolean;
      }
    | {
        readonly kind: 'unique';
        readonly keys: readonly IndexKey[];
        readonly usingIndex?: Name;
        readonly include?: readonly Name[];
        readonly nullsNotDistinct?: boolean;
        readonly deferrable?: boolean;
      }
    | { readonly kind: 'check'; readonly expression: Expression }
    | {
        readonly kind: 'foreign-key';
        readonly columns: readonly Name[];
        readonly target: ForeignKeyTarget;
        /** MySQL: name after FOREIGN KEY. */ readonly indexName?: Name;
      }
    | {
        readonly kind: 'exclude';
        readonly keys: readonly IndexKey[];
        readonly method?: string;
        readonly where?: Expression;
      }
    | { readonly kind: 'not-null'; readonly column: Name }
    /** MySQL and MariaDB: KEY, INDEX, FULLTEXT, SPATIAL inside a table. */
    | { readonly kind: 'index'; readonly keys: readonly IndexKey[]; readonly variant?: 'fulltext' | 'spatial' }
  );

/** A query body: kept as text for `src/query`, which loads a grammar only when its answer is needed. */
export interface QueryText extends Range {
  readonly text: string;
}

interface Base {
  readonly statement: Statement;
}

/** An operation inside `ALTER TABLE`, which names the table once for all of them. */
interface OnTable extends Base {
  readonly table: QualifiedName;
  /** `ALTER TABLE IF EXISTS t ..`. */
  readonly ifTableExists?: GuardRange;
}

export interface CreateTable extends Base {
  readonly kind: 'create-table';
  readonly table: QualifiedName;
  readonly ifNotExists?: GuardRange;
  readonly orReplace?: GuardRange;
  readonly temporary: boolean;
  readonly unlogged?: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  /** `LIKE other` with its INCLUDING words, lower-cased (`all`, `indexes`, ..); MySQL's `CREATE TABLE a LIKE b` too, with `all`. */
  readonly likes: readonly { readonly table: QualifiedName; readonly including: readonly string[] }[];
  readonly inherits: readonly QualifiedName[];
  readonly partitionOf?: QualifiedName;
  readonly partitionBy?: Range;
  /** PostgreSQL: the plain columns of its key. */
  readonly partitionKey?: readonly Name[];
  readonly asQuery?: QueryText;
  readonly strict?: boolean;
  readonly withoutRowid?: boolean;
  /** SQLite: CREATE VIRTUAL TABLE .. USING module. */
  readonly virtualModule?: string;
  readonly foreign?: boolean;
  /** Other table options, name lower-cased (`engine`, `charset`, `collate`, `comment` ..). */
  readonly options: Readonly<Record<string, string>>;
  readonly opaque: readonly Range[];
}

export interface AddColumn extends OnTable {
  readonly kind: 'add-column';
  readonly column: ColumnDefinition;
  readonly ifNotExists?: GuardRange;
  readonly position?: { readonly after?: Name; readonly first?: boolean };
}
export interface DropColumn extends OnTable {
  readonly kind: 'drop-column';
  readonly column: Name;
  readonly ifExists?: GuardRange;
  readonly cascade: boolean;
}
export interface RenameColumn extends OnTable {
  readonly kind: 'rename-column';
  readonly column: Name;
  readonly to: Name;
  readonly ifExists?: GuardRange;
}
export interface AlterColumn extends OnTable {
  readonly kind: 'alter-column';
  readonly column: Name;
  readonly ifExists?: GuardRange;
  readonly change:
    | { readonly kind: 'set-type'; readonly type: TypeName; readonly using?: Expression; readonly collation?: string }
    | { readonly kind: 'set-default'; readonly expression: Expression }
    | { readonly kind: 'drop-default' }
    | { readonly kind: 'set-not-null' }
    | { readonly kind: 'drop-not-null' }
    | { readonly kind: 'add-identity'; readonly identity: 'always' | 'by default' }
    | { readonly kind: 'set-identity' }
    | { readonly kind: 'drop-identity'; readonly ifExists?: GuardRange }
    | { readonly kind: 'set-expression'; readonly expression: Expression }
    | { readonly kind: 'drop-expression'; readonly ifExists?: GuardRange }
    /** Storage, statistics, options: no effect on the schema's shape. */
    | { readonly kind: 'other'; readonly words: string };
}
/** MySQL and MariaDB: MODIFY and CHANGE replace the whole definition. */
export interface ModifyColumn extends OnTable {
  readonly kind: 'modify-column';
  readonly column: Name;
  readonly definition: ColumnDefinition;
  readonly ifExists?: GuardRange;
  readonly position?: { readonly after?: Name; readonly first?: boolean };
}
export interface AddConstraint extends OnTable {
  readonly kind: 'add-constraint';
  readonly constraint: TableConstraint;
  readonly ifNotExists?: GuardRange;
  readonly notValid?: boolean;
}
export interface DropConstraint extends OnTable {
  readonly kind: 'drop-constraint';
  /** Absent for `DROP PRIMARY KEY`. */
  readonly constraint?: Name;
  /** What MySQL names: DROP FOREIGN KEY x, DROP CHECK x, DROP PRIMARY KEY. Absent: DROP CONSTRAINT. */
  readonly variant?: 'foreign-key' | 'primary-key' | 'check';
  readonly ifExists?: GuardRange;
  readonly cascade: boolean;
}
export interface RenameConstraint extends OnTable {
  readonly kind: 'rename-constraint';
  readonly constraint: Name;
  readonly to: Name;
}
export interface ValidateConstraint extends OnTable {
  readonly kind: 'validate-constraint';
  readonly constraint: Name;
}
export interface RenameTable extends OnTable {
  readonly kind: 'rename-table';
  readonly to: QualifiedName;
  /** `ALTER TABLE` in PostgreSQL renames views, indexes and sequences as well; this is the word that was written. */
  readonly written: 'table' | 'view' | 'materialized-view' | 'index' | 'sequence' | 'foreign-table';
}
export interface SetTableSchema extends OnTable {
  readonly kind: 'set-table-schema';
  readonly schema: Name;
}
/** ENABLE ROW LEVEL SECURITY, OWNER TO, SET (..), ENGINE=, AUTO_INCREMENT=, REPLICA IDENTITY, CLUSTER ..: needs the table, keeps its shape. */
export interface SetTableOption extends OnTable {
  readonly kind: 'set-table-option';
  readonly words: string;
  /** PostgreSQL: an index or trigger of the table that it names. */
  readonly needs?: { readonly kind: 'index' | 'trigger'; readonly name: Name };
}
/** PostgreSQL: INHERIT parent, NO INHERIT parent. */
export interface SetParent extends OnTable {
  readonly kind: 'set-parent';
  readonly parent: QualifiedName;
  readonly inherits: boolean;
}
export interface AttachPartition extends OnTable {
  readonly kind: 'attach-partition';
  readonly partition: QualifiedName;
}
export interface DetachPartition extends OnTable {
  readonly kind: 'detach-partition';
  readonly partition: QualifiedName;
}
export interface CreateIndex extends OnTable {
  readonly kind: 'create-index';
  /** Absent: the engine makes a name up. */
  readonly index?: QualifiedName;
  readonly unique: boolean;
  readonly variant?: 'fulltext' | 'spatial';
  readonly ifNotExists?: GuardRange;
  readonly orReplace?: GuardRange;
  readonly concurrently?: Range;
  readonly method?: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly Name[];
  readonly where?: Expression;
  readonly nullsNotDistinct?: boolean;
  /** Written inside ALTER TABLE .. ADD INDEX (MySQL, MariaDB). */
  readonly inAlterTable: boolean;
  readonly opaque: readonly Range[];
}
export interface DropIndex extends Base {
  readonly kind: 'drop-index';
  readonly index: QualifiedName;
  /** MySQL and MariaDB: `DROP INDEX i ON t`, `ALTER TABLE t DROP INDEX i`. */
  readonly table?: QualifiedName;
  readonly ifExists?: GuardRange;
  readonly concurrently?: Range;
  readonly cascade: boolean;
}
export interface RenameIndex extends Base {
  readonly kind: 'rename-index';
  readonly index: QualifiedName;
  readonly to: Name;
  readonly table?: QualifiedName;
  readonly ifExists?: GuardRange;
}
export interface DropTable extends Base {
  readonly kind: 'drop-table';
  readonly table: QualifiedName;
  readonly ifExists?: GuardRange;
  readonly cascade: boolean;
  readonly temporary?: boolean;
}
export interface CreateView extends Base {
  readonly kind: 'create-view';
  readonly view: QualifiedName;
  readonly materialized: boolean;
  readonly temporary: boolean;
  readonly orReplace?: GuardRange;
  readonly ifNotExists?: GuardRange;
  /** Empty: the query names them. */
  readonly columns: readonly Name[];
  readonly query: QueryText;
}
export interface DropView extends Base {
  readonly kind: 'drop-view';
  readonly view: QualifiedName;
  readonly materialized: boolean;
  readonly ifExists?: GuardRange;
  readonly cascade: boolean;
}
export interface CreateTrigger extends Base {
  readonly kind: 'create-trigger';
  readonly trigger: QualifiedName;
  readonly table: QualifiedName;
  readonly temporary: boolean;
  readonly orReplace?: GuardRange;
  readonly ifNotExists?: GuardRange;
  readonly timing: 'before' | 'after' | 'instead of';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly updateOf: readonly Name[];
  readonly when?: Expression;
  /** PostgreSQL: the function it calls. */
  readonly function?: QualifiedName;
  /** The statements between BEGIN and END (SQLite, MySQL, MariaDB). */
  readonly body?: QueryText;
}
export interface DropTrigger extends Base {
  readonly kind: 'drop-trigger';
  readonly trigger: QualifiedName;
  readonly table?: QualifiedName;
  readonly ifExists?: GuardRange;
  readonly cascade: boolean;
}
export interface CreateRoutine extends Base {
  readonly kind: 'create-routine';
  readonly routine: QualifiedName;
  readonly variant: 'function' | 'procedure' | 'aggregate';
  readonly orReplace?: GuardRange;
  readonly ifNotExists?: GuardRange;
  /** Input types as written and normalised, which PostgreSQL makes part of the identity. */
  readonly argumentTypes: readonly string[];
  readonly argumentNames: readonly string[];
  readonly returns?: string;
  readonly language?: string;
  readonly body?: QueryText;
}
export interface CreateType extends Base {
  readonly kind: 'create-type';
  readonly type: QualifiedName;
  readonly variant: 'enum' | 'composite' | 'range' | 'base' | 'shell' | 'domain';
  /** Enum labels, unquoted. */
  readonly labels: readonly string[];
  readonly attributes: readonly ColumnDefinition[];
  /** Domain: its base type, default and checks as a column definition of that name. */
  readonly domain?: ColumnDefinition;
  readonly ifNotExists?: GuardRange;
}
export interface AlterType extends Base {
  readonly kind: 'alter-type';
  readonly type: QualifiedName;
  readonly variant: 'type' | 'domain';
  readonly change:
    | {
        readonly kind: 'add-value';
        readonly label: string;
        readonly labelRange: Range;
        readonly ifNotExists?: GuardRange;
        readonly before?: string;
        readonly after?: string;
      }
    | { readonly kind: 'rename-value'; readonly label: string; readonly to: string }
    | { readonly kind: 'rename'; readonly to: Name }
    | { readonly kind: 'set-schema'; readonly schema: Name }
    | { readonly kind: 'other'; readonly words: string };
}
/** What only a name stands for in the catalog: sequences, schemas, extensions, policies, rules, roles, events .. */
export type NamedObjectKind =
  | 'schema'
  | 'extension'
  | 'sequence'
  | 'policy'
  | 'rule'
  | 'role'
  | 'collation'
  | 'statistics'
  | 'publication'
  | 'subscription'
  | 'event'
  | 'database'
  | 'operator'
  | 'cast'
  | 'foreign-data-wrapper'
  | 'server'
  | 'user-mapping'
  | 'text-search'
  | 'language'
  | 'access-method'
  | 'event-trigger'
  | 'tablespace'
  | 'conversion'
  | 'transform';
export interface CreateObject extends Base {
  readonly kind: 'create-object';
  readonly object: NamedObjectKind;
  readonly name: QualifiedName;
  /** Policies, rules, statistics: the table they stand on. */
  readonly table?: QualifiedName;
  readonly ifNotExists?: GuardRange;
  readonly orReplace?: GuardRange;
  readonly temporary?: boolean;
  /** Expressions inside, as far as they name columns (USING and WITH CHECK of a policy). */
  readonly expressions: readonly Expression[];
}
export interface AlterObject extends Base {
  readonly kind: 'alter-object';
  readonly object: NamedObjectKind | 'routine' | 'view' | 'materialized-view' | 'trigger' | 'index';
  readonly name: QualifiedName;
  readonly table?: QualifiedName;
  readonly ifExists?: GuardRange;
  /** Routines: the argument types, when a list was given. */
  readonly argumentTypes?: readonly string[];
  readonly change:
    | { readonly kind: 'rename'; readonly to: Name }
    | { readonly kind: 'set-schema'; readonly schema: Name }
    | { readonly kind: 'other'; readonly words: string };
}
export interface DropObject extends Base {
  readonly kind: 'drop-object';
  readonly object: NamedObjectKind | 'type' | 'domain' | 'function' | 'procedure' | 'routine' | 'aggregate';
  readonly name: QualifiedName;
  readonly table?: QualifiedName;
  readonly ifExists?: GuardRange;
  readonly cascade: boolean;
  /** Functions and procedures: the argument types, when a list was given. */
  readonly argumentTypes?: readonly string[];
}
export interface CommentOn extends Base {
  readonly kind: 'comment-on';
  readonly object: string;
  readonly name: QualifiedName;
  /** COMMENT ON COLUMN t.c: `name` is the table. */
  readonly column?: Name;
  /** Routines: the argument types, when a list was given. */
  readonly argumentTypes?: readonly string[];
  /** COMMENT ON CONSTRAINT x ON t and the like. */
  readonly table?: QualifiedName;
}
/** Rows are written, or read and thrown away. What exactly is read and written is `src/query`'s answer. */
export interface WriteRows extends Base {
  readonly kind: 'write-rows';
  readonly verb: 'insert' | 'replace' | 'update' | 'delete' | 'truncate' | 'merge' | 'copy' | 'load';
  readonly table?: QualifiedName;
  /** The column list of INSERT or COPY. */
  readonly columns: readonly Name[];
}
export interface Query extends Base {
  readonly kind: 'query';
}
export interface TransactionControl extends Base {
  readonly kind: 'transaction';
  readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollback-to';
  readonly name?: Name;
}
/** SET, RESET, PRAGMA, USE: `name` lower-cased, `value` as written. */
export interface SetSession extends Base {
  readonly kind: 'set-session';
  readonly command: 'set' | 'reset' | 'pragma' | 'use' | 'set-config';
  readonly name: string;
  readonly value?: string;
  readonly local: boolean;
}
/** PostgreSQL: `SELECT setval('s', ..)`. Neither name is there where the call puts it together. */
export interface SetSequence extends Base {
  readonly kind: 'set-sequence';
  readonly sequence?: QualifiedName;
  /** `pg_get_serial_sequence('table', 'column')`. */
  readonly ownedBy?: { readonly table: QualifiedName; readonly column: Name };
}
/** Code that the engine runs at once: DO blocks, CALL, PREPARE/EXECUTE. What it does is not read here. */
export interface RunCode extends Base {
  readonly kind: 'run-code';
  readonly variant: 'do' | 'call' | 'prepare' | 'execute' | 'deallocate';
  readonly name?: QualifiedName;
  readonly body?: QueryText;
  readonly language?: string;
}
/** Understood, and without effect on the schema: ANALYZE, VACUUM, GRANT, LOCK, EXPLAIN .. */
export interface NoSchemaEffect extends Base {
  readonly kind: 'no-schema-effect';
  readonly words: string;
  /** PostgreSQL, and ANALYZE and REINDEX of SQLite: the relations that it names, which have to be there. */
  readonly relations?: readonly QualifiedName[];
}
/** A statement, or a part of one, that the parser cannot read. Counted and shown; what it may touch is unsure. */
export interface Opaque extends Base {
  readonly kind: 'opaque';
  /** Why, in a few words: `unknown statement`, `expected a name`. */
  readonly reason: string;
  readonly at: Range;
  /** The table it certainly concerns, when that much was read. */
  readonly table?: QualifiedName;
}

export type Operation =
  | CreateTable
  | AddColumn
  | DropColumn
  | RenameColumn
  | AlterColumn
  | ModifyColumn
  | AddConstraint
  | DropConstraint
  | RenameConstraint
  | ValidateConstraint
  | RenameTable
  | SetTableSchema
  | SetTableOption
  | SetParent
  | AttachPartition
  | DetachPartition
  | CreateIndex
  | DropIndex
  | RenameIndex
  | DropTable
  | CreateView
  | DropView
  | CreateTrigger
  | DropTrigger
  | CreateRoutine
  | CreateType
  | AlterType
  | CreateObject
  | AlterObject
  | DropObject
  | CommentOn
  | WriteRows
  | Query
  | TransactionControl
  | SetSession
  | SetSequence
  | RunCode
  | NoSchemaEffect
  | Opaque;
