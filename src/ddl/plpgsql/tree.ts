import type { ParsedStatement } from '../parse.ts';
import type { Name, Range } from '../operation.ts';

/**
 * The body of a PL/pgSQL routine or DO block (PostgreSQL manual, chapter 43). Offsets are into the text that the body stands in.
 * Expressions and queries stay texts: `src/query` reads them, with PostgreSQL's own grammar.
 */
export interface Block extends Range {
  readonly kind: 'block';
  readonly label: string | null;
  readonly declarations: readonly Declaration[];
  readonly statements: readonly BodyStatement[];
  readonly handlers: readonly Handler[];
}

/** A piece of SQL inside the body: an expression, or a query. */
export interface Fragment extends Range {
  readonly text: string;
}

export interface Declaration extends Range {
  readonly name: Name;
  /** As written, without NOT NULL and COLLATE: `text`, `record`, `users%ROWTYPE`. */
  readonly type: string;
  readonly value: Fragment | null;
}

/** `WHEN duplicate_object OR SQLSTATE '42P07' THEN ..`. */
export interface Handler extends Range {
  /** Names of conditions in lower case, or five characters of a SQLSTATE in upper case. */
  readonly conditions: readonly string[];
  readonly statements: readonly BodyStatement[];
}

export type BodyStatement =
  Block | If | Case | Loop | Execute | Perform | Raise | Return | Assign | Leave | PlainSql | Other | Unread;

export interface Branch extends Range {
  /** IF, ELSIF, WHEN: where the word stands. */
  readonly at: Range;
  readonly condition: Fragment;
  readonly statements: readonly BodyStatement[];
}

export interface If extends Range {
  readonly kind: 'if';
  readonly branches: readonly Branch[];
  readonly otherwise: readonly BodyStatement[];
}

export interface Case extends Range {
  readonly kind: 'case';
  /** What each WHEN is compared with; null where each is a condition. */
  readonly subject: Fragment | null;
  readonly branches: readonly Branch[];
  /** Null: without ELSE, and then no match is an error. */
  readonly otherwise: readonly BodyStatement[] | null;
}

export interface Loop extends Range {
  readonly kind: 'loop';
  readonly label: string | null;
  readonly head: LoopHead;
  readonly statements: readonly BodyStatement[];
}

export type LoopHead =
  | { readonly kind: 'forever' }
  | { readonly kind: 'while'; readonly condition: Fragment }
  | { readonly kind: 'range'; readonly variable: Name; readonly bounds: readonly Fragment[]; readonly reverse: boolean }
  | { readonly kind: 'query'; readonly variables: readonly Name[]; readonly query: Fragment }
  | { readonly kind: 'execute'; readonly variables: readonly Name[]; readonly command: Fragment }
  | { readonly kind: 'array'; readonly variables: readonly Name[]; readonly array: Fragment };

/** EXECUTE of a string. */
export interface Execute extends Range {
  readonly kind: 'execute';
  readonly command: Fragment;
  readonly into: readonly Name[];
}

/** PERFORM: `query` is the SELECT that it stands for, of the same length. */
export interface Perform extends Range {
  readonly kind: 'perform';
  readonly query: Fragment;
}

export interface Raise extends Range {
  readonly kind: 'raise';
  readonly level: 'debug' | 'log' | 'info' | 'notice' | 'warning' | 'exception';
  /** The format; null for RAISE alone, of a condition, and where USING brings the message. */
  readonly message: string | null;
  readonly values: readonly Fragment[];
  /** `unique_violation`, or a SQLSTATE. */
  readonly condition: string | null;
  readonly options: readonly { readonly name: string; readonly value: Fragment }[];
  /** RAISE alone, in a handler: the error that was caught. */
  readonly again: boolean;
}

/** RETURN ends the routine; RETURN NEXT and RETURN QUERY do not. */
export interface Return extends Range {
  readonly kind: 'return';
  readonly value: Fragment | null;
  readonly ends: boolean;
}

export interface Assign extends Range {
  readonly kind: 'assign';
  readonly variable: Name;
  /** `r.f := ..`: the field. */
  readonly field: Name | null;
  /** A field or an element of it is set. */
  readonly isPart: boolean;
  readonly value: Fragment;
}

export interface Leave extends Range {
  readonly kind: 'exit' | 'continue';
  readonly label: string | null;
  readonly when: Fragment | null;
}

/** A statement of SQL as it stands. */
export interface PlainSql extends Range {
  readonly kind: 'sql';
  readonly parsed: ParsedStatement;
  /** Its text, with INTO and its variables blanked out. */
  readonly query: Fragment;
  readonly into: readonly Name[];
  /** INTO STRICT: no row, or a second one, is an error. */
  readonly strict: boolean;
}

/** NULL, and what moves cursors or reads diagnostics: nothing of it reaches the schema. Variables that it sets are not known after it. */
export interface Other extends Range {
  readonly kind: 'other';
  readonly word: string;
  readonly sets: readonly Name[];
  /** ASSERT: its condition. */
  readonly condition: Fragment | null;
}

export interface Unread extends Range {
  readonly kind: 'unread';
  readonly reason: string;
}
