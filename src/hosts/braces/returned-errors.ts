import type { ErrorClass } from '../../catalog/outcome.ts';
import type { HostAction, HostOnError, HostValue } from '../host.ts';
import type { ActionReader } from './actions.ts';
import { asksCatalog, doesSomething, isQueryText } from './actions-of.ts';
import { givesUp, handlingOf, mentions, STOP, SWALLOW, testIn, type Handling } from './failures.ts';
import {
  childrenOf,
  dottedName,
  unwrapped,
  type Expression,
  type ExpressionOf,
  type Statement,
  type StatementOf,
} from './syntax.ts';

/** Statements behind a call in which its error is still looked for. */
const NEAR = 4;

/** What the statements behind a call do with the error that it returned. */
interface Check extends Handling {
  /** How many of them do nothing else. */
  readonly taken: number;
  /** What is done where there was no error, and what mends it. */
  readonly success: readonly Statement[];
  readonly mends: readonly Statement[];
}

/** Go: a call returns its error beside the value, and the next statements say what becomes of it. */
export class ReturnedErrors {
  readonly #reader: ActionReader;

  constructor(reader: ActionReader) {
    this.#reader = reader;
  }

  /** Reads a call whose error is kept, with the statements that look at the error; undefined for all other statements. */
  read(
    statements: readonly Statement[],
    index: number,
  ): { readonly actions: readonly HostAction[]; readonly next: number } | undefined {
    const statement = statements[index];
    if (statement === undefined || !this.#reader.values.around.language.returnsErrors) return undefined;
    if (statement.kind === 'if') return this.#readIf(statement, statements, index);
    const assignment = assignmentOf(statement);
    const error = assignment === undefined ? undefined : errorOf(assignment);
    if (assignment === undefined || error === undefined) return undefined;
    const looked = this.#looked(assignment, error);
    if (looked !== undefined) return { actions: looked, next: index + 1 };
    const rest = statements.slice(index + 1);
    const check = this.#check(error, rest);
    if (check.onError.kind !== 'stop' && this.#asks(assignment, error))
      return { actions: this.#probed(assignment, error), next: index + 1 };
    return this.#checked(assignment, error, rest, check, index + 1);
  }

  /** `if _, err := db.Exec(..); err != nil { .. }`, and checks of errors that no statement of ours returned. */
  #readIf(
    statement: StatementOf<'if'>,
    statements: readonly Statement[],
    index: number,
  ): { readonly actions: readonly HostAction[]; readonly next: number } | undefined {
    const assignment = statement.before === null ? undefined : assignmentOf(statement.before);
    const error = assignment === undefined ? nilTested(statement.condition) : errorOf(assignment);
    if (error === undefined || !mentions(statement.condition, error)) return undefined;
    const plain: Statement = { ...statement, before: null };
    const looked = assignment === undefined ? undefined : this.#looked(assignment, error);
    if (looked !== undefined) return { actions: [...looked, ...this.#reader.actions([plain])], next: index + 1 };
    const check = this.#check(error, [plain]);
    if (assignment === undefined) {
      if (check.onError.kind !== 'stop' || check.taken === 0) return undefined;
      return { actions: this.#reader.actions(check.success), next: index + 1 };
    }
    if (check.onError.kind !== 'stop' && this.#asks(assignment, error))
      return { actions: [...this.#probed(assignment, error), ...this.#reader.actions([plain])], next: index + 1 };
    const rest = statements.slice(index + 1);
    return this.#checked(assignment, error, [plain, ...rest], check, index);
  }

  /** `from`: the index of the first statement of `rest`. */
  #checked(
    assignment: ExpressionOf<'assign'>,
    error: string,
    rest: readonly Statement[],
    check: Check,
    from: number,
  ): { readonly actions: readonly HostAction[]; readonly next: number } {
    const span = this.#reader.values.span(assignment);
    const ran = assignment.values.flatMap((one) => this.#reader.calls.run(one, check.onError));
    const given = this.#given(assignment, error);
    const success = this.#reader.actions(check.success);
    if (!check.leaves || check.onError.kind !== 'swallow') {
      const mends = check.onError.kind === 'stop' ? [] : this.#reader.actions(check.mends).filter(doesSomething);
      const failed = { condition: 'unknown', words: 'an error before', span } as const;
      const mended: readonly HostAction[] =
        mends.length === 0 ? [] : [{ kind: 'if', condition: failed, then: mends, otherwise: [], span }];
      return { actions: [...ran, ...given, ...mended, ...success], next: from + check.taken };
    }
    // After an error nothing of what follows is reached, and nobody hears of it.
    const unheard = assignment.values.flatMap((one) => this.#reader.calls.run(one, STOP));
    const following = this.#reader.actions(rest.slice(check.taken));
    const body = [...unheard, ...given, ...success, ...following];
    if (!unheard.some(doesSomething)) return { actions: body, next: Number.MAX_SAFE_INTEGER };
    return {
      actions: [{ kind: 'block', body, onError: SWALLOW, transaction: false, span }],
      next: Number.MAX_SAFE_INTEGER,
    };
  }

  /** `info, err := os.Stat(file)`: the error says whether the file is there, as that of a query says whether it went well. */
  #looked({ values }: ExpressionOf<'assign'>, error: string): readonly HostAction[] | undefined {
    const [written] = values;
    const value = written === undefined ? undefined : this.#reader.values.value(written);
    if (value?.kind !== 'derived' || value.operation !== 'exists') return undefined;
    return [{ kind: 'assign', name: error, value, span: value.span }];
  }

  /** A query whose failure decides what follows: the error says whether it went well. */
  #probed(assignment: ExpressionOf<'assign'>, error: string): readonly HostAction[] {
    const span = this.#reader.values.span(assignment);
    const ran = assignment.values.flatMap((one) => this.#reader.calls.run(one, SWALLOW));
    const [value] = assignment.values;
    const sql = value === undefined ? undefined : this.#queryIn(value);
    if (value === undefined || sql === undefined) return ran;
    const outcome: HostValue = asksCatalog(sql)
      ? this.#reader.values.value(value)
      : { kind: 'condition', condition: { condition: 'succeeds', sql, span } };
    return [...ran, ...this.#given(assignment, error), { kind: 'assign', name: error, value: outcome, span }];
  }

  #asks(assignment: ExpressionOf<'assign'>, error: string): boolean {
    const [value] = assignment.values;
    return error !== '_' && value !== undefined && this.#queryIn(value) !== undefined;
  }

  #given(assignment: ExpressionOf<'assign'>, error: string): readonly HostAction[] {
    const targets = assignment.targets.filter((target) => dottedName(target).join('.') !== error);
    return targets.length === 0 ? [] : this.#reader.assignments({ ...assignment, targets });
  }

  /** The SQL of a query in the expression. */
  #queryIn(expression: Expression): HostValue | undefined {
    const inner = unwrapped(expression);
    if (inner.kind !== 'call') return undefined;
    const driver = this.#reader.values.around.language.driverCall(inner, this.#reader.values);
    if (driver === undefined) return undefined;
    const sql = this.#reader.values.sqlOf(driver);
    return isQueryText(sql) || driver.asks === true ? sql : undefined;
  }

  /** What becomes of the error, as far as the next statements tell. */
  #check(error: string, rest: readonly Statement[]): Check {
    const nothing: Check = { onError: STOP, leaves: false, taken: 0, success: [], mends: [] };
    if (error === '_') return { ...nothing, onError: SWALLOW };
    const tolerated = new Set<ErrorClass>();
    let isUnclear = false;
    let decided = 0;
    for (let taken = 0; taken < Math.min(rest.length, NEAR); taken++) {
      const statement = rest[taken];
      if (statement === undefined) break;
      if (statement.kind === 'return') {
        const isReturned = statement.values.some((value) => mentions(value, error));
        return { ...nothing, onError: isReturned ? policyFor(tolerated, isUnclear) : SWALLOW, taken: decided };
      }
      if (statement.kind !== 'if' || !mentions(statement.condition, error)) {
        if (decided > 0 || !isHarmless(statement)) break;
        continue;
      }
      const whole = this.#decides(statement, error, tolerated, rest, taken);
      decided = taken + 1;
      if (whole === 'unclear') isUnclear = true;
      else if (whole !== undefined) return whole;
    }
    return { ...nothing, onError: tolerated.size > 0 || isUnclear ? SWALLOW : STOP, taken: decided };
  }

  /** What an `if` about the error decides; undefined where the next statement goes on deciding. */
  #decides(
    statement: StatementOf<'if'>,
    error: string,
    tolerated: Set<ErrorClass>,
    rest: readonly Statement[],
    taken: number,
  ): Check | 'unclear' | undefined {
    const { words } = this.#reader;
    const test = testIn(statement.condition, words);
    const success = statement.otherwise;
    if (test.isNoError) return 'unclear';
    if (test.classes.length > 0) {
      const stops = givesUp(statement.then, words);
      if (test.negative) {
        const onError: HostOnError = stops ? { kind: 'tolerate', classes: [...tolerated, ...test.classes] } : SWALLOW;
        return { onError, leaves: false, taken: taken + 1, success, mends: [] };
      }
      if (stops) return 'unclear';
      for (const one of test.classes) tolerated.add(one);
      if (success.length === 0) return undefined;
      return { ...this.#merged(handlingOf(success, words), tolerated), taken: taken + 1, success: [], mends: [] };
    }
    if (isNilTest(statement.condition, error, '==')) {
      const handler = success.length > 0 ? success : rest.slice(taken + 1);
      const isElse = success.length > 0 || !givesUp(handler, words);
      const handling = isElse ? handlingOf(success, words) : handlingOf(handler, words);
      const mends = success.length > 0 && handling.onError.kind !== 'stop' ? success : [];
      return { ...this.#merged(handling, tolerated), leaves: false, taken: taken + 1, success: statement.then, mends };
    }
    const handling = handlingOf(statement.then, words);
    return { ...this.#merged(handling, tolerated), taken: taken + 1, success, mends: statement.then };
  }

  #merged(handling: Handling, tolerated: ReadonlySet<ErrorClass>): Handling {
    if (tolerated.size === 0 || handling.onError.kind === 'swallow') return handling;
    const classes = handling.onError.kind === 'tolerate' ? handling.onError.classes : [];
    return { onError: { kind: 'tolerate', classes: [...tolerated, ...classes] }, leaves: false };
  }
}

function policyFor(tolerated: ReadonlySet<ErrorClass>, isUnclear: boolean): HostOnError {
  if (tolerated.size > 0) return { kind: 'tolerate', classes: [...tolerated] };
  return isUnclear ? SWALLOW : STOP;
}

/** An assignment of what one call returned. */
function assignmentOf(statement: Statement): ExpressionOf<'assign'> | undefined {
  if (statement.kind !== 'expression' || statement.value.kind !== 'assign') return undefined;
  const [value, ...more] = statement.value.values;
  return value !== undefined && more.length === 0 && unwrapped(value).kind === 'call' ? statement.value : undefined;
}

/** The variable that takes the call's error: the last one, by its name. */
function errorOf(assignment: ExpressionOf<'assign'>): string | undefined {
  const last = assignment.targets.at(-1);
  const name = last === undefined ? '' : dottedName(last).join('.');
  return /(?:^|[a-z_])err(?:or)?\d*$/i.test(name) || name === '_' ? name : undefined;
}

/** The variable of `err != nil`. */
function nilTested(condition: Expression): string | undefined {
  const inner = unwrapped(condition);
  if (inner.kind === 'binary' && inner.operator === '!=' && dottedName(inner.right).join('.') === 'nil') {
    const name = dottedName(inner.left).join('.');
    return /err/i.test(name) ? name : undefined;
  }
  return inner.kind === 'call'
    ? undefined
    : childrenOf(inner)
        .map(nilTested)
        .find((name) => name !== undefined);
}

function isNilTest(condition: Expression, error: string, operator: string): boolean {
  const inner = unwrapped(condition);
  return (
    inner.kind === 'binary' &&
    inner.operator === operator &&
    dottedName(inner.right).join('.') === 'nil' &&
    dottedName(inner.left).join('.') === error
  );
}

/** `defer rows.Close()` and `var pgErr *pgconn.PgError` may stand between a call and the look at its error. */
function isHarmless(statement: Statement): boolean {
  if (statement.kind === 'expression') return statement.value.kind === 'assign' && statement.value.values.length === 0;
  return statement.kind === 'other' || statement.kind === 'type';
}
