import type { SourceFile } from '../../text/source-file.ts';
import type { HostValue } from '../host.ts';
import type { Expression, ExpressionOf, Parameter, Statement, StringLiteral } from './syntax.ts';
import type { ValueReader } from './values.ts';

/** A call that hands SQL to a database driver. */
export interface DriverCall {
  readonly sql: Expression;
  /** Words that the driver puts before the text: better-sqlite3's `pragma('user_version')`. */
  readonly before?: string;
  readonly bound: readonly Expression[];
  /** It runs all statements of a text. */
  readonly many: boolean;
  /** The method is for queries, whatever the text, which may stand elsewhere. */
  readonly asks?: boolean;
  /** What the driver says where this call is given several statements. */
  readonly refusesSeveral?: string;
  /** The variables that a row is read into: `.Scan(&name)`. */
  readonly into: readonly Expression[];
  /** Called when it is done, with the error first. */
  readonly callback?: ExpressionOf<'lambda'>;
}

/** What a function that is called with another one does with it. */
export type Runs =
  /** Calls it once, at once, perhaps in a transaction. */
  | {
      readonly how: 'once';
      readonly lambda: Expression;
      readonly transaction: boolean;
      /** It may hand back a function that does so, instead: better-sqlite3's `db.transaction(..)`. */ readonly mayKeep?: true;
    }
  /** Calls it for each item of the object that it is a method of. */
  | { readonly how: 'each'; readonly lambda: ExpressionOf<'lambda'> };

/** What a language with braces has of its own, beside its grammar. */
export interface Language {
  parse(text: string): readonly Statement[];
  /** The module's own path, and that of a module that it imports: empty where it is not the project's. */
  modulePath(path: string): readonly string[];
  importedPath(written: string, from: string): readonly string[];
  isTest(path: string, functionName: string): boolean;
  string(literal: StringLiteral, file: SourceFile, reader: ValueReader): HostValue;
  driverCall(call: ExpressionOf<'call'>, reader: ValueReader): DriverCall | undefined;
  /** A row that is read into variables: `row.Scan(&name)`. */
  rowRead(call: ExpressionOf<'call'>): { readonly from: Expression; readonly into: readonly Expression[] } | undefined;
  /** `BEGIN`, `COMMIT` or `ROLLBACK` through a method of the driver. */
  transactionControl(call: ExpressionOf<'call'>): 'begin' | 'commit' | 'rollback' | undefined;
  runs(call: ExpressionOf<'call'>): Runs | undefined;
  /** The value of a call of the language's own functions; undefined for all others. */
  knownCall(call: ExpressionOf<'call'>, reader: ValueReader): HostValue | undefined;
  /** A call that changes a list where it stands, and what the list is then: `sort.Strings(names)`. */
  changedInPlace(
    call: ExpressionOf<'call'>,
    reader: ValueReader,
  ): { readonly list: Expression; readonly value: HostValue } | undefined;
  /** The value of names that the language defines: `__dirname`. */
  knownName(path: readonly string[], at: Expression, reader: ValueReader): HostValue | undefined;
  /** Errors are values that functions return beside others. */
  readonly returnsErrors: boolean;
  /** Whether the expression ends the program or hands an error on. */
  givesUp(expression: Expression): boolean;
  /** Names of what is nothing: `nil`, `undefined`. */
  readonly nothing: ReadonlySet<string>;
}

/** The names that a parameter brings in. */
export function namesOf(parameter: Parameter): readonly string[] {
  if (parameter.pattern === null) return parameter.name === '' ? [] : [parameter.name];
  return boundNames(parameter.pattern);
}

/** The names that a pattern binds: `{ name, type: t }`, `[first, second]`. */
export function boundNames(pattern: Expression): readonly string[] {
  switch (pattern.kind) {
    case 'name':
      return [pattern.name];
    case 'same':
    case 'spread':
      return boundNames(pattern.of);
    case 'list':
      return pattern.items.flatMap(boundNames);
    case 'record':
      return pattern.fields.flatMap(({ value }) => boundNames(value));
    case 'assign':
      return pattern.targets.flatMap(boundNames);
    default:
      return [];
  }
}
