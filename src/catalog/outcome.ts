import type { Range } from '../ddl/operation.ts';
import type { Database, Origin, Table } from './catalog.ts';

/** What kind of fault an engine reports, the same for every dialect; the engine's words are in `text`. */
export type ErrorClass =
  | 'missing-table'
  | 'missing-column'
  | 'missing-index'
  | 'missing-constraint'
  | 'missing-type'
  | 'missing-object'
  | 'duplicate-table'
  | 'duplicate-column'
  | 'duplicate-index'
  | 'duplicate-constraint'
  | 'duplicate-type'
  | 'duplicate-object'
  | 'dependent-objects'
  | 'wrong-object'
  | 'not-null-without-default'
  | 'non-constant-default'
  | 'add-column-refused'
  | 'unique-violation'
  | 'check-violation'
  | 'foreign-key'
  | 'transaction'
  | 'unsupported'
  | 'syntax'
  | 'other';

export interface EngineError {
  readonly class: ErrorClass;
  /** The engine's own text, without its prefix (`ERROR: `, `SQLSTATE ..`) and position. */
  readonly text: string;
  /** The identifier at fault, in the statement's SQL: where the caret goes. */
  readonly at: Range;
  /** What it is about, as the engine stores the names: `table` alone, or a part of it. */
  readonly object: { readonly kind: string; readonly schema?: string; readonly table?: string; readonly name: string };
  /** Duplicates: where the thing that is already there comes from. */
  readonly existing?: Origin;
}

/** One thing that an operation changed, also in silence. */
export interface Change {
  readonly kind:
    | 'created'
    | 'dropped'
    | 'altered'
    | 'renamed'
    | 'rows-deleted'
    | 'rows-repeated'
    | 'rows-misplaced'
    | 'attributes-lost'
    | 'broken-by'
    | 'ambiguous';
  readonly object: EngineError['object'];
  /** What it did not say: an index dropped with its table, a body that now points to nothing. */
  readonly silent: boolean;
  readonly detail?: string;
  /** Where the changed thing came from. */
  readonly origin?: Origin;
}

/** The place and kind of the guard that let a statement pass without effect, and what was there instead. */
export interface SkippedBy {
  readonly guard: 'if-exists' | 'if-not-exists';
  readonly at: Range;
  /** What the guard found (IF NOT EXISTS), or null (IF EXISTS found nothing). */
  readonly existing: Origin;
  readonly object: EngineError['object'];
  /** How what is there differs from what was asked for, one line each; empty when equal; null when unknown. */
  readonly differs: readonly string[] | null;
}

export type Outcome =
  | { readonly kind: 'done'; readonly effects: readonly Change[] }
  | { readonly kind: 'skipped'; readonly by: SkippedBy }
  /** Accepted, and without effect. */
  | { readonly kind: 'ignored'; readonly why: string }
  /**
   * `always`: the engine refuses it. `rows`, `values`: it refuses it if the table holds rows, or such rows; the database
   * that goes with the outcome is then the one of an install where it passes.
   */
  | {
      readonly kind: 'failed';
      readonly condition: 'always' | 'rows' | 'values';
      readonly error: EngineError;
      /** The table whose rows decide, where rows do. */
      readonly rowsOf?: Table;
    }
  /** What happens cannot be known; `error` is what the engine would say if it failed. */
  | { readonly kind: 'unsure'; readonly why: string; readonly error?: EngineError };

/** A statement's outcome: one for each of its operations that was reached, and the database after it. */
export interface StatementResult {
  readonly database: Database;
  readonly outcomes: readonly Outcome[];
  /** Whether the same statement on the same catalog might do something else if its tables held rows. */
  readonly restsOnEmptiness: boolean;
}
