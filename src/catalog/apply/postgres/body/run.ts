import type { Operation, Range } from '../../../../ddl/operation.ts';
import type { BodyStatement, Fragment } from '../../../../ddl/plpgsql/tree.ts';
import type { Statement } from '../../../../sql/statement.ts';
import type { Database } from '../../../catalog.ts';
import type { EngineError, SkippedBy, StatementResult } from '../../../outcome.ts';
import type { Draft, IsVariable } from '../../draft.ts';
import { callsOf } from './calls.ts';
import { declaredName, type Variables } from './declared.ts';
import { either, type Exits, type Failure, type State } from './flow.ts';
import { stateOf } from './error-conditions.ts';
import { differInShape } from './same-shape.ts';

export type ApplyInside = (
  database: Database,
  operations: readonly Operation[],
  isVariable: IsVariable,
) => StatementResult;

/** More statements than this are not run: loops in loops. */
const MOST_STEPS = 20_000;

/** One run of a body: what all of its statements share, and what has been found out on the way. */
export class Run {
  readonly draft: Draft;
  readonly apply: ApplyInside;
  /** The statement that the body stands in: places are offsets into its text. */
  readonly statement: Statement;
  /** Declared types of the variables. */
  readonly types = new Map<string, string>();
  readonly doubts: { readonly why: string; readonly error?: EngineError }[] = [];
  /** Guards that passed something over, the first one first. */
  readonly skipped: SkippedBy[] = [];
  /** More than none: what is being run may not be run, or may not be all. */
  uncertain = 0;
  /** A declaration or statement was not read: any name may be a variable. */
  hasUnread = false;
  #steps = 0;
  readonly #runStatements: (run: Run, statements: readonly BodyStatement[], state: State) => Exits;

  constructor(
    draft: Draft,
    apply: ApplyInside,
    statement: Statement,
    runStatements: (run: Run, statements: readonly BodyStatement[], state: State) => Exits,
  ) {
    this.draft = draft;
    this.apply = apply;
    this.statement = statement;
    this.#runStatements = runStatements;
  }

  statements(statements: readonly BodyStatement[], state: State): Exits {
    return this.#runStatements(this, statements, state);
  }

  /** The same where it is not sure that they are run. */
  perhaps(statements: readonly BodyStatement[], state: State): Exits {
    this.uncertain++;
    const exits = this.statements(statements, state);
    this.uncertain--;
    return exits;
  }

  /** Whether another statement may be run. */
  step(): boolean {
    return ++this.#steps <= MOST_STEPS;
  }

  /** It has run for too long: what it may have touched is not sure, and nothing more is run. */
  get isExhausted(): boolean {
    return this.#steps > MOST_STEPS;
  }

  doubt(why: string, error?: EngineError): void {
    this.doubts.push(error === undefined ? { why } : { why, error });
  }

  skip(by: SkippedBy): void {
    if (this.uncertain === 0) this.skipped.push(by);
  }

  /** One way or the other: where they leave different schemas, which one is not known. */
  either(left: State | null, right: State | null, why: string): State | null {
    if (left !== null && right !== null && differInShape(left.database.catalog, right.database.catalog))
      this.doubt(why);
    return either(left, right);
  }

  failure(error: EngineError, at: Range): Failure {
    const { start, end } = at;
    return { error: { ...error, at: { start, end } }, state: stateOf(error) };
  }

  /** Names that stand for variables here. */
  isVariable(variables: Variables): IsVariable {
    return ([first = '']) => this.hasUnread || variables.has(first) || SPECIAL.has(first);
  }

  /** The types of what a fragment calls are not looked at, but what the project's own functions may do is. */
  calls(fragment: Fragment, state: State): State {
    return callsOf(this, fragment, state);
  }

  nameOf(name: Parameters<typeof declaredName>[0]): string {
    return declaredName(name, this.draft.engine.dialect);
  }
}

/** Variables that every body has (manual, 43.5.5, 43.6.8 and 43.10.1), and the labels of which they are part. */
const SPECIAL: ReadonlySet<string> = new Set(['found', 'sqlstate', 'sqlerrm', 'new', 'old', 'tg_op', 'tg_name', 'tg_when',
  'tg_level', 'tg_relid', 'tg_relname', 'tg_table_name', 'tg_table_schema', 'tg_nargs', 'tg_argv', 'tg_tag', 'tg_event']); // prettier-ignore
