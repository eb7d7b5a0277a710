import type { ErrorClass } from '../catalog/outcome.ts';
import type { SourceFile, Span } from '../text/source-file.ts';
import type { SqlText } from '../text/sql-text.ts';

/**
 * What a host language must tell: which functions a file has, and what each does with a database, in order of execution.
 * The language's file knows its syntax; `link.ts`, which is the same for all, follows calls, constants, arguments and
 * loops until every statement has its place in a deployment's program.
 */
export interface Host {
  readonly name: string;
  /** With the dot. */
  readonly extensions: readonly string[];
  /** Reads one file. Never throws; what it cannot read becomes `unknown`. */
  read(file: SourceFile): HostModule;
}

export interface HostModule {
  readonly file: SourceFile;
  /** The language's own path of the module, dotted or with `::`: `starpunk.migrations`, `crate::db::jobs::model`. */
  readonly path: readonly string[];
  readonly functions: readonly HostFunction[];
  /** Module-level names with a value that is known from the text. */
  readonly constants: ReadonlyMap<string, HostValue>;
  /** Names that an import brings in -> the path they stand for. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Names that an import brings in from outside of the project: a call on one is none of the project's. */
  readonly foreign?: ReadonlySet<string>;
  /** What runs when the module is loaded (Python module level). */
  readonly body: readonly HostAction[];
}

/** Under `Class.` and this name a module's constants may hold the names of a record's fields, in their order. */
export const RECORD_FIELDS = '<fields>';

export interface HostFunction {
  readonly name: string;
  /** The class or impl it belongs to. */
  readonly owner?: string;
  readonly parameters: readonly string[];
  readonly body: readonly HostAction[];
  readonly span: Span;
  /** Where errors are values: whether one of its results is an error. Absent: an error ends it in its own way. */
  readonly returnsError?: boolean;
  /** Inside a test (`#[test]`, `#[cfg(test)]`, `test_*`): not a deploy. */
  readonly test: boolean;
}

/** A value as far as the text shows it. */
export type HostValue =
  /** A string; `sql.text` is its value, placeholders included as runs of the same length. */
  | { readonly kind: 'text'; readonly sql: SqlText; readonly hasPlaceholder: boolean }
  /** A constant, a local variable, a parameter, or a path to one: `SCHEMA_SQL`, `schema::JOBS`, `name`. */
  | { readonly kind: 'name'; readonly path: readonly string[]; readonly span: Span }
  /** The text of a file that the code reads or embeds; the path as written, relative to the host file or the manifest. */
  | { readonly kind: 'file'; readonly path: string; readonly span: Span }
  /** All files of a folder that match, in the order in which the code takes them. */
  | {
      readonly kind: 'files';
      readonly folder: string;
      readonly pattern: string;
      readonly sorted: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'list'; readonly items: readonly HostValue[] }
  /** Pairs and longer tuples: dict items, arrays of tuples. */
  | {
      readonly kind: 'tuple';
      readonly items: readonly HostValue[];
      /** Fields of a record, one for each item: `m.sql` is the name path `m`, `sql`; without them `m.1` is `m`, `1`. */ readonly names?: readonly string[];
    }
  /** Several parts made one string: `format!("ALTER TABLE {t} ..")`, f-strings; parts that are names may become known. */
  | { readonly kind: 'joined'; readonly parts: readonly HostValue[]; readonly span: Span }
  /** The result of calling a function of the project: `discover()`. */
  | {
      readonly kind: 'call';
      readonly callee: readonly string[];
      readonly arguments: readonly HostValue[];
      readonly span: Span;
    }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [HostValue, HostValue])[] }
  /** What a query returned, or any part of it. `looksFor`: only rows in which this value stands. */
  | {
      readonly kind: 'rows';
      readonly sql: HostValue;
      readonly arguments: readonly HostValue[];
      readonly looksFor?: HostValue;
      readonly span: Span;
    }
  /** A variable that holds a condition's result: `fresh = cur.fetchone() is None`. */
  | { readonly kind: 'condition'; readonly condition: HostCondition }
  /** Computed from another value in a way that the linker can follow. */
  | {
      readonly kind: 'derived';
      readonly operation: HostOperation;
      readonly of: HostValue;
      readonly arguments: readonly HostValue[];
      readonly span: Span;
    }
  /** An argument given by name. */
  | { readonly kind: 'named'; readonly name: string; readonly value: HostValue }
  | { readonly kind: 'unknown' };

/** What languages do with values, under one name each; a language's file maps its own methods to these. */
export type HostOperation =
  /** Keeps what matters: `.strip()`, `.read_text()`, `.fetchall()`, `list(..)`, `.iter()`. */
  | 'same'
  /** Of a path: its last part, that without extension, the folder, further parts appended, its last part replaced, files in it. */
  | 'file-name'
  | 'file-stem'
  | 'parent'
  | 'path'
  | 'sibling'
  | 'files'
  | 'exists'
  /** Of lists and dictionaries. `numbered`: pairs of index and item, counted from the argument or 0; `from`: without the first n. */
  | 'sorted'
  | 'sorted-by-number'
  | 'reversed'
  | 'entries'
  | 'keys'
  | 'values'
  | 'numbered'
  | 'element'
  | 'from'
  | 'length'
  | 'range'
  /** Of lists of records: the field that the argument names of each; what the function in the argument returns for each. */
  | 'column'
  | 'mapped'
  /** The list, set or map of what the argument holds: of rows, all of them. */
  | 'collected'
  /** Of strings: cut at the argument, `separator.join(list)`, a template filled in (named arguments as `named`), read as a number. */
  | 'split'
  | 'joined'
  | 'filled'
  | 'number'
  | 'text'
  /** Numbers added, lists or strings put together. */
  | 'sum';

export type HostOnError =
  /** `?`, `.unwrap()`, an uncaught exception. */
  | { readonly kind: 'stop' }
  /** `let _ =`, `.ok()`, `except: pass`. */
  | { readonly kind: 'swallow' }
  /** Only errors of these classes, told by their text or code. */
  | { readonly kind: 'tolerate'; readonly classes: readonly ErrorClass[] };

export type HostAction =
  /** SQL handed to a driver. `many`: the API runs several statements (`execute_batch`, `executescript`). */
  | {
      readonly kind: 'execute';
      readonly sql: HostValue;
      /** Bound to the statement's parameters. */ readonly arguments?: readonly HostValue[];
      readonly many: boolean;
      /** What the driver says where several statements are given to this call; absent: it takes them, or that is not known. */
      readonly refusesSeveral?: string;
      /** Ends an open transaction before it runs (Python's `executescript`). */ readonly commitsFirst?: true;
      readonly onError: HostOnError;
      readonly span: Span;
    }
  /** A call of a function that may be the project's own. */
  | {
      readonly kind: 'call';
      readonly callee: readonly string[];
      readonly arguments: readonly HostValue[];
      readonly onError: HostOnError;
      readonly span: Span;
    }
  | {
      readonly kind: 'if';
      readonly condition: HostCondition;
      readonly then: readonly HostAction[];
      readonly otherwise: readonly HostAction[];
      readonly span: Span;
    }
  | {
      readonly kind: 'for';
      readonly variables: readonly string[];
      readonly over: HostValue;
      readonly body: readonly HostAction[];
      readonly span: Span;
    }
  | { readonly kind: 'assign'; readonly name: string; readonly value: HostValue; readonly span: Span }
  /** `try` or a transaction scope: an error inside ends it. */
  | {
      readonly kind: 'block';
      readonly body: readonly HostAction[];
      readonly onError: HostOnError;
      readonly transaction: boolean;
      readonly span: Span;
    }
  /** Transaction control through the driver's own methods. */
  | { readonly kind: 'transaction'; readonly what: 'begin' | 'commit' | 'rollback'; readonly span: Span }
  /** `continue`, `break`, `raise` or `exit`: what follows in the iteration, the loop or the program is not reached. */
  | { readonly kind: 'leave'; readonly what: 'iteration' | 'loop' | 'program'; readonly span: Span }
  | { readonly kind: 'return'; readonly value: HostValue | HostCondition | null; readonly span: Span };

/** A condition as far as the text shows it. */
export type HostCondition =
  | { readonly condition: 'not'; readonly of: HostCondition }
  | { readonly condition: 'and' | 'or'; readonly of: readonly HostCondition[] }
  /** A call of one of the project's functions, such as `column_exists(conn, "t", "c")`: its body is looked at. */
  | {
      readonly condition: 'call';
      readonly callee: readonly string[];
      readonly arguments: readonly HostValue[];
      readonly span: Span;
    }
  /** A query whose result decides: `SELECT 1 FROM sqlite_master WHERE name = ?`, `PRAGMA table_info(t)`, with its bound arguments. */
  | {
      readonly condition: 'query';
      readonly sql: HostValue;
      readonly arguments: readonly HostValue[];
      /** What the result is compared with, e.g. a column name looked for among the rows. */ readonly looksFor?: HostValue;
      readonly span: Span;
    }
  /** `name in collection`; the collection may hold what a query returned. */
  | {
      readonly condition: 'contains';
      readonly item: HostValue;
      readonly collection: HostValue | HostCondition;
      readonly span: Span;
    }
  | {
      readonly condition: 'compare';
      readonly left: HostValue;
      readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
      readonly right: HostValue;
      readonly span: Span;
    }
  /** Whether a query runs without an error: `try: SELECT c FROM t`. */
  | { readonly condition: 'succeeds'; readonly sql: HostValue; readonly span: Span }
  | { readonly condition: 'constant'; readonly value: boolean }
  /** What a value is: `typeof step === 'string'`. */
  | {
      readonly condition: 'is';
      readonly value: HostValue;
      readonly what: 'text' | 'function' | 'list';
      readonly span: Span;
    }
  /** A value taken as true or false: a variable that holds a condition's result. */
  | { readonly condition: 'value'; readonly value: HostValue; readonly span: Span }
  | { readonly condition: 'unknown'; readonly words: string; readonly span: Span };
