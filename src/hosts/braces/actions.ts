import type { HostAction, HostCondition, HostValue } from '../host.ts';
import { CallReader } from './calls.ts';
import { givesUp, handlingOf, leaves, STOP, type FailureWords } from './failures.ts';
import { boundNames } from './language.ts';
import { doesSomething, isQueryText } from './actions-of.ts';
import { LoopReader } from './loops.ts';
import { ReturnedErrors } from './returned-errors.ts';
import {
  dottedName,
  unwrapped,
  type Expression,
  type ExpressionOf,
  type Positioned,
  type Statement,
  type StatementOf,
} from './syntax.ts';
import { writtenAt, type ValueReader } from './values.ts';

/** Turns the statements of one function into what they do with a database, in order of execution. */
export class ActionReader {
  readonly values: ValueReader;
  readonly words: FailureWords;
  readonly calls: CallReader;
  readonly #loops: LoopReader;
  readonly #returned: ReturnedErrors;
  /** Names that the function gives a value: a flag among them says something, others come from outside. */
  readonly #assigned = new Set<string>();

  constructor(values: ValueReader, words: FailureWords) {
    this.values = values;
    this.words = words;
    this.calls = new CallReader(this);
    this.#loops = new LoopReader(this);
    this.#returned = new ReturnedErrors(this);
  }

  actions(statements: readonly Statement[]): readonly HostAction[] {
    const actions: HostAction[] = [];
    for (let index = 0; index < statements.length; index++) {
      const statement = statements[index];
      if (statement === undefined) break;
      if (statement.kind === 'try' && this.#handlerLeaves(statement)) {
        const rest = {
          ...statement,
          body: [...statement.body, ...statement.last, ...statements.slice(index + 1)],
          last: [],
        };
        return [...actions, ...this.#statement(rest)];
      }
      const checked = this.#returned.read(statements, index);
      if (checked === undefined) actions.push(...this.#statement(statement));
      else {
        actions.push(...checked.actions);
        index = checked.next - 1;
      }
    }
    return actions;
  }

  #statement(statement: Statement): readonly HostAction[] {
    const span = this.values.span(statement);
    switch (statement.kind) {
      case 'expression':
        return this.#expression(statement.value, statement);
      case 'block':
        return this.actions(statement.body);
      case 'if':
        return this.#if(statement);
      case 'each':
        return this.#loops.each(statement);
      case 'loop':
        return this.#loops.loop(statement);
      case 'try':
        return this.#try(statement);
      case 'switch':
        return this.#switch(statement);
      case 'return':
        return this.#return(statement);
      case 'throw':
        return [
          ...(statement.value === null ? [] : this.calls.run(statement.value, STOP)),
          { kind: 'leave', what: 'program', span },
        ];
      case 'continue':
        return [{ kind: 'leave', what: 'iteration', span }];
      case 'break':
        return [{ kind: 'leave', what: 'loop', span }];
      default:
        return [];
    }
  }

  #expression(value: Expression, statement: Statement): readonly HostAction[] {
    const inner = unwrapped(value);
    if (this.words.givesUp(inner) && inner.kind === 'call')
      return [...this.calls.run(inner, STOP), { kind: 'leave', what: 'program', span: this.values.span(statement) }];
    if (inner.kind !== 'assign') return this.calls.run(value, this.calls.policyOfUnused(inner));
    const run = inner.values.filter((one, index) => this.values.kept(inner.targets[index] ?? inner, one) === undefined);
    return [...run.flatMap((one) => this.calls.run(one, STOP)), ...this.assignments(inner)];
  }

  /** What an assignment gives to its targets. */
  assignments(assignment: ExpressionOf<'assign'>): readonly HostAction[] {
    const { targets, values, operator } = assignment;
    if (values.length === 0) return [];
    if (values.length === targets.length)
      return targets.flatMap((target, index) => {
        const value = values[index];
        return value === undefined ? [] : this.#assign(target, value, operator, assignment);
      });
    const [value] = values;
    const [first, ...others] = targets;
    if (value === undefined || first === undefined) return [];
    return [
      ...this.#assign(first, value, operator, assignment),
      ...others.flatMap((target) => this.#further(target, this.values.value(value), assignment)),
    ];
  }

  /** `value, ok := m[key]`: the second says whether there is a first. What else is returned is not known. */
  #further(target: Expression, value: HostValue, at: Positioned): readonly HostAction[] {
    const name = dottedName(target).join('.');
    if (/^(?:ok|found|exists)$/.test(name)) return this.give(target, value, at);
    return name === '' || name === '_' ? [] : this.give(target, { kind: 'unknown' }, at);
  }

  #assign(target: Expression, value: Expression, operator: string, at: Positioned): readonly HostAction[] {
    if (unwrapped(target).kind === 'index') return this.#collected(target, at);
    const read = this.values.given(target, value);
    if (operator === '+=') {
      const before = this.values.value(target);
      return this.give(target, this.values.derived('sum', before, [read], at), at);
    }
    return operator === ':=' || operator === '=' ? this.give(target, read, at) : [];
  }

  /** `columns[name] = true`: the keys are what the rows hold. */
  #collected(target: Expression, at: Positioned): readonly HostAction[] {
    const inner = unwrapped(target);
    if (inner.kind !== 'index') return [];
    const key = this.values.value(inner.index);
    return this.give(inner.of, this.values.derived('collected', this.values.value(inner.of), [key], at), at);
  }

  /** Gives a target, which may be a pattern, a value. */
  give(target: Expression, value: HostValue, at: Positioned): readonly HostAction[] {
    const inner = unwrapped(target);
    const span = this.values.span(at);
    for (const name of boundNames(inner)) this.#assigned.add(name);
    if (inner.kind === 'list')
      return inner.items.flatMap((item, index) =>
        this.give(item, this.values.derived('element', value, [{ kind: 'number', value: index }], item), at),
      );
    if (inner.kind === 'record')
      return inner.fields.flatMap(({ key, value: field }) => {
        const of = key === null ? value : this.values.derived('element', value, [this.values.value(key)], field);
        return this.give(field, of, at);
      });
    if (inner.kind === 'assign' && inner.targets[0] !== undefined) return this.give(inner.targets[0], value, at);
    const name = dottedName(inner).join('.');
    return name === '' || name === '_' ? [] : [{ kind: 'assign', name, value, span }];
  }

  #if(statement: StatementOf<'if'>): readonly HostAction[] {
    const before = statement.before === null ? [] : this.#statement(statement.before);
    const asked = this.calls.run(statement.condition, STOP);
    const then = this.actions(statement.then);
    const otherwise = this.actions(statement.otherwise);
    if (this.#isAlreadyDone(statement, then)) return [...before, ...asked, ...otherwise];
    const condition = this.values.condition(statement.condition);
    return [...before, ...asked, { kind: 'if', condition, then, otherwise, span: this.values.span(statement) }];
  }

  /**
   * `if (db) return db`, `if (!enabled) return`: a flag from outside, and nothing is done where it holds. The deploy that matters is
   * the one that goes on.
   */
  #isAlreadyDone(statement: StatementOf<'if'>, then: readonly HostAction[]): boolean {
    const [only, ...more] = statement.then;
    if (only?.kind !== 'return' || more.length > 0 || then.some(doesSomething)) return false;
    const flag = flagIn(statement.condition, this.values.around.language.nothing);
    return flag !== undefined && !this.#assigned.has(flag.join('.')) && !this.#assigned.has(flag[0] ?? '');
  }

  #try(statement: StatementOf<'try'>): readonly HostAction[] {
    const span = this.values.span(statement);
    const [handler] = statement.handlers;
    const body = this.actions(statement.body);
    const after = this.actions(statement.last);
    if (handler === undefined) return [...body, ...after];
    const { onError } = handlingOf(handler.body, this.words);
    const mended = givesUp(handler.body, this.words) ? [] : this.actions(handler.body).filter(doesSomething);
    const probe = this.#probe(statement, body, mended);
    if (probe !== undefined) return [...probe, ...after];
    const block: HostAction = { kind: 'block', body, onError, transaction: false, span };
    if (mended.length === 0) return [block, ...after];
    const failed: HostCondition = { condition: 'unknown', words: 'an error before', span };
    return [block, { kind: 'if', condition: failed, then: mended, otherwise: [], span }, ...after];
  }

  /** `try { SELECT column FROM table } catch { ALTER TABLE .. }`: the handler runs where the query fails. */
  #probe(
    statement: StatementOf<'try'>,
    body: readonly HostAction[],
    mended: readonly HostAction[],
  ): readonly HostAction[] | undefined {
    const executed = body.find(({ kind }) => kind === 'execute');
    if (executed?.kind !== 'execute' || !isQueryText(executed.sql)) return undefined;
    if (body.filter(doesSomething).length > 1) return undefined;
    const span = this.values.span(statement);
    const [handler] = statement.handlers;
    const otherwise = mended.length > 0 ? mended : this.actions(handler?.body ?? []);
    const condition: HostCondition = { condition: 'succeeds', sql: executed.sql, span };
    return [{ kind: 'if', condition, then: body, otherwise, span }];
  }

  /** A handler that swallows the error and leaves: what follows the `try` is not reached after an error. */
  #handlerLeaves(statement: StatementOf<'try'>): boolean {
    const [handler] = statement.handlers;
    if (handler === undefined) return false;
    const handling = handlingOf(handler.body, this.words);
    return handling.leaves && handling.onError.kind === 'swallow' && !statement.body.some((one) => leaves([one]));
  }

  #switch(statement: StatementOf<'switch'>): readonly HostAction[] {
    const before = statement.before === null ? [] : this.#statement(statement.before);
    const asked = statement.of === null ? [] : this.calls.run(statement.of, STOP);
    return [...before, ...asked, ...this.#loops.cases(statement)];
  }

  #return(statement: StatementOf<'return'>): readonly HostAction[] {
    const span = this.values.span(statement);
    const inner = statement.values.flatMap((value) => this.calls.run(value, STOP));
    if (statement.values.some((value) => this.#raises(unwrapped(value))))
      return [...inner, { kind: 'leave', what: 'program', span }];
    const [first] = statement.values;
    if (first === undefined || this.#isNothing(first)) return [...inner, { kind: 'return', value: null, span }];
    const value = this.values.value(first);
    return [...inner, { kind: 'return', value: value.kind === 'condition' ? value.condition : value, span }];
  }

  /** An error that is made here; one that is handed on may be none. */
  #raises(value: Expression): boolean {
    return value.kind === 'call' && !isAsked(value) && this.words.givesUp(value);
  }

  #isNothing(value: Expression): boolean {
    const inner = unwrapped(value);
    return inner.kind === 'name' && this.values.around.language.nothing.has(inner.name);
  }

  /** A text that the code does not write out. */
  written(text: string, at: Positioned): HostValue {
    return writtenAt(text, this.values.span(at));
  }
}

/** `rows.Err()`: an error that there may be. */
function isAsked(call: ExpressionOf<'call'>): boolean {
  return call.callee.kind === 'member' && call.callee.name === 'Err';
}

/** The names of a flag: `db`, `!this.enabled`, `db !== null`. */
function flagIn(condition: Expression, nothing: ReadonlySet<string>): readonly string[] | undefined {
  const inner = unwrapped(condition);
  if (inner.kind === 'not') return flagIn(inner.of, nothing);
  if (inner.kind === 'binary' && /^[!=]==?$/.test(inner.operator)) {
    const right = unwrapped(inner.right);
    const isPlain =
      right.kind === 'string' ||
      (right.kind === 'name' && (nothing.has(right.name) || /^(?:true|false)$/.test(right.name)));
    return isPlain ? flagIn(inner.left, nothing) : undefined;
  }
  if (inner.kind === 'binary' && /^(?:&&|\|\|)$/.test(inner.operator))
    return flagIn(inner.left, nothing) === undefined ? undefined : flagIn(inner.right, nothing);
  const path = dottedName(inner);
  return path.length === 0 ? undefined : path;
}
