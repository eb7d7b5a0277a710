import type { Name, QualifiedName, Range } from '../ddl/operation.ts';

/**
 * What a query or a writing statement names, in one shape for every grammar: which tables stand where, and which columns are
 * asked of them. Nothing is looked up yet: `src/catalog/apply/query` does that. Offsets are into the text that was read.
 */
export type StatementTree = (QueryTree | WriteTree) & {
  /** Of the whole statement: the functions that it calls, as far as the grammar tells (PostgreSQL). */
  readonly calls?: readonly FunctionCall[];
};

export interface FunctionCall {
  readonly name: QualifiedName;
  /** Types of the arguments as an error shows them; null where they are not literals. */
  readonly types: readonly string[] | null;
}

/** A column that an expression names: `c`, `t.c`, `s.t.c`. */
export interface ColumnMention extends Range {
  readonly kind: 'column';
  /** One to three parts; the last is the column. */
  readonly path: readonly Name[];
}

/** What an expression holds that has to be looked up. */
export type Mention = ColumnMention | QueryTree;

/** Where in a statement an expression stands; MySQL names it in its errors. */
export type Clause = 'list' | 'on' | 'where' | 'group' | 'having' | 'window' | 'order' | 'set' | 'values';

/** `WITH name (columns) AS (query)`. The query may write, too (PostgreSQL). */
export interface CommonTable {
  readonly name: Name;
  readonly columns: readonly Name[];
  readonly query: StatementTree;
}

/** SELECT, VALUES, and what UNION, EXCEPT and INTERSECT make of them. */
export interface QueryTree {
  readonly kind: 'query';
  readonly commonTables: readonly CommonTable[];
  readonly recursive: boolean;
  /** The parts of a set operation, in the order in which they stand; one where there is none. */
  readonly arms: readonly Arm[];
  /** How the second arm and those after it are joined on: `UNION ALL`. */
  readonly operators: readonly string[];
  /** ORDER BY and LIMIT of the whole. */
  readonly order: readonly Mention[];
}

export type Arm = SelectArm | ValuesArm | NestedArm;

export interface SelectArm {
  readonly kind: 'select';
  readonly sources: readonly Source[];
  readonly items: readonly Item[];
  /** WHERE, GROUP BY, HAVING and WINDOW, in the engine's order. */
  readonly clauses: readonly ClauseTree[];
}

export interface ValuesArm {
  readonly kind: 'values';
  readonly rows: readonly Row[];
}

/** A query in parentheses, with an ORDER BY or a WITH of its own. */
export interface NestedArm {
  readonly kind: 'nested';
  readonly query: QueryTree;
}

export interface Row extends Range {
  /** One for each value, in order. */
  readonly values: readonly Value[];
}

export interface Value {
  /** A literal as written, or DEFAULT; null for what is computed. */
  readonly literal: Literal | null;
  readonly mentions: readonly Mention[];
}

export type Literal =
  | { readonly kind: 'string' | 'number'; readonly text: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'default' };

export interface ClauseTree {
  readonly clause: Clause;
  readonly mentions: readonly Mention[];
}

/** An item of a select list or of RETURNING. */
export type Item =
  | {
      readonly kind: 'star';
      /** `t` of `t.*`. */
      readonly of: Name | null;
      readonly at: Range;
    }
  | {
      readonly kind: 'value';
      /** The name of the output column: its alias, or the name of the column; null where the engine makes one up. */
      readonly name: Name | null;
      readonly mentions: readonly Mention[];
    };

/** What stands in FROM. Joins are laid flat. */
export interface Source {
  readonly from:
    | { readonly kind: 'table'; readonly table: QualifiedName }
    | { readonly kind: 'query'; readonly query: StatementTree; readonly lateral: boolean }
    /** A function that gives rows: which columns it has is not known. */
    | { readonly kind: 'function'; readonly mentions: readonly Mention[] };
  readonly alias: Name | null;
  /** `AS t (a, b)`. */
  readonly columns: readonly Name[];
  /** The columns of USING; `natural`: all that both sides share. */
  readonly using: readonly Name[];
  readonly natural: boolean;
  readonly on: readonly Mention[];
}

export interface Assignment {
  readonly column: Name;
  /** MySQL: `UPDATE t JOIN u .. SET u.a = 1`. */
  readonly table: Name | null;
  readonly value: Value;
}

/** ON CONFLICT, ON DUPLICATE KEY UPDATE. */
export interface ConflictClause extends Range {
  /** The keys between the parentheses; null where none are given. An expression among them makes `isPlain` false. */
  readonly target: { readonly columns: readonly ColumnMention[]; readonly isPlain: boolean } | null;
  /** PostgreSQL: ON CONSTRAINT name. */
  readonly constraint: Name | null;
  readonly sets: readonly Assignment[];
  readonly doesNothing: boolean;
  readonly clauses: readonly ClauseTree[];
}

/** INSERT, REPLACE, UPDATE, DELETE, MERGE. */
export interface WriteTree {
  readonly kind: 'write';
  readonly verb: 'insert' | 'update' | 'delete' | 'merge';
  readonly commonTables: readonly CommonTable[];
  readonly recursive: boolean;
  /** The table that is written; null where MySQL names several and only the query tells. */
  readonly target: QualifiedName | null;
  readonly alias: Name | null;
  /** INSERT: the list of columns, null where none is given. */
  readonly columns: readonly Name[] | null;
  /** INSERT: where the rows come from; null for DEFAULT VALUES. */
  readonly rows: QueryTree | null;
  /** What INSERT does with a row whose key is there: `ignore` and `replace` without a further clause. */
  readonly onDuplicate: 'fail' | 'ignore' | 'replace';
  readonly conflicts: readonly ConflictClause[];
  readonly sets: readonly Assignment[];
  /** MERGE: the column lists of its INSERT branches. */
  readonly merged: readonly { readonly columns: readonly Name[]; readonly count: number }[];
  /** FROM of UPDATE, USING of DELETE and MERGE, all tables of a MySQL join. */
  readonly sources: readonly Source[];
  readonly clauses: readonly ClauseTree[];
  readonly returning: readonly Item[];
}

/** What a trigger runs: its condition, and its statements. */
export interface BodyTree {
  /** The table that it stands on, and the columns of UPDATE OF. */
  readonly table: QualifiedName;
  readonly updateOf: readonly Name[];
  readonly when: readonly Mention[];
  readonly statements: readonly StatementTree[];
}
