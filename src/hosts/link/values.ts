import type { Guard } from '../../deployment.ts';
import type { SourceFile, Span } from '../../text/source-file.ts';
import type { SqlText } from '../../text/sql-text.ts';
import type { HostFunction, HostModule } from '../host.ts';

/** A value of host code, with names and calls already followed as far as the text shows them. */
export type Value =
  | TextValue
  /** A path as written; relative to the file that wrote it, or from the project's root where it starts with `/`. */
  | { readonly kind: 'path'; readonly path: string; readonly from: SourceFile }
  | { readonly kind: 'files'; readonly files: readonly SourceFile[] }
  /** `identities`: only items that the ledger does not record yet are taken: `MIGRATIONS[version:]`. */
  | { readonly kind: 'list'; readonly items: readonly Value[]; readonly identities?: readonly string[] }
  | { readonly kind: 'dictionary'; readonly entries: readonly (readonly [Value, Value])[] }
  /** A record: `Migration(version=2, sql="..")`. */
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Value> }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'function'; readonly of: CodeFunction }
  | RowsValue
  | { readonly kind: 'truth'; readonly guard: Guard }
  | { readonly kind: 'named'; readonly name: string; readonly value: Value }
  | { readonly kind: 'unknown' };

export interface TextValue {
  readonly kind: 'text';
  readonly sql: SqlText;
  readonly hasPlaceholder: boolean;
  /** Reached this place as an argument or as a loop's variable: another call has another value. */
  readonly bound: boolean;
  /** Stands for each part of the text in turn, as it is cut at this: `script.split(";")`. */
  readonly cut?: string;
}

/** What a query returned. */
export interface RowsValue {
  readonly kind: 'rows';
  readonly sql: Value;
  readonly arguments: readonly Value[];
  /** Added to the number that the query returned: `version + 1`. */
  readonly plus?: number;
  /** Put together as a set or map of names, so that an element of it says whether the name is there. */
  readonly collected?: true;
  /** Asked in a loop over files: the name of the round's file, without extension. */
  readonly round?: string;
  readonly span: Span;
}

/** A function of the project, in its module. A module's own body is a function without a declaration. */
export interface CodeFunction {
  readonly module: HostModule;
  readonly function: HostFunction | null;
}

export const UNKNOWN: Value = { kind: 'unknown' };

/** A text that stands for a place in another file's name, a number or a part of a text. */
export function textAt(text: string, span: Span, bound = false): TextValue {
  const segments = Array.from({ length: Math.max(1, text.length) }, (_, start) => ({ start, hostStart: span.start }));
  return { kind: 'text', sql: { file: span.file, text, segments, assembled: true }, hasPlaceholder: false, bound };
}

/** The value as it is seen by the function or the iteration that it is handed to. */
export function bound(value: Value): Value {
  return value.kind === 'text' && !value.bound ? { ...value, bound: true } : value;
}

/** A value as a name that is compared: what a folder's listing gives of a file is its name. */
export function knownName(value: Value): string | undefined {
  return value.kind === 'path' ? value.path.slice(value.path.lastIndexOf('/') + 1) : knownText(value);
}

/** The plain characters of a value that is fully known, or undefined. */
export function knownText(value: Value): string | undefined {
  if (value.kind === 'number') return String(value.value);
  return value.kind === 'text' && !value.hasPlaceholder ? value.sql.text : undefined;
}
