import type { HostAction, HostCondition, HostValue } from '../host.ts';
import type { ActionReader } from './actions.ts';
import { STOP } from './failures.ts';
import { dottedName, unwrapped, type Case, type Expression, type Parameter, type StatementOf } from './syntax.ts';

const UNKNOWN: HostValue = { kind: 'unknown' };

/** Loops and `switch`. */
export class LoopReader {
  readonly #reader: ActionReader;

  constructor(reader: ActionReader) {
    this.#reader = reader;
  }

  each(statement: StatementOf<'each'>): readonly HostAction[] {
    const { values } = this.#reader;
    const before = this.#reader.calls.run(statement.over, STOP);
    const over = values.value(statement.over);
    const span = values.span(statement);
    const taken = statement.variables.flatMap((variable, index) => this.#patternOf(variable, index));
    const body = [...taken, ...this.#reader.actions(statement.body)];
    return [...before, { kind: 'for', ...this.#rounds(statement, over), body, span }];
  }

  /** The loop's variables and what they go over; an index or key that nothing uses is left out. */
  #rounds(
    statement: StatementOf<'each'>,
    over: HostValue,
  ): { readonly variables: readonly string[]; readonly over: HostValue } {
    const variables = statement.variables.map((variable, index) => nameOf(variable, index));
    if (!statement.counts) return { variables, over };
    const { values } = this.#reader;
    if (variables.length < 2) return { variables, over: values.derived('keys', over, [], statement.over) };
    if (variables[0] === '_')
      return { variables: variables.slice(1), over: values.derived('values', over, [], statement.over) };
    return { variables, over: values.derived('numbered', over, [], statement.over) };
  }

  #patternOf(variable: Parameter, index: number): readonly HostAction[] {
    if (variable.pattern === null) return [];
    const span = this.#reader.values.span(variable.pattern);
    return this.#reader.give(
      variable.pattern,
      { kind: 'name', path: [nameOf(variable, index)], span },
      variable.pattern,
    );
  }

  loop(statement: StatementOf<'loop'>): readonly HostAction[] {
    const { values } = this.#reader;
    const span = values.span(statement);
    const before = statement.before === null ? [] : this.#reader.actions([statement.before]);
    const rows = rowsAsked(statement.condition);
    if (rows !== undefined) {
      const body = this.#reader.actions(statement.body);
      return [...before, { kind: 'for', variables: ['<row>'], over: values.value(rows), body, span }];
    }
    const counted = this.#counted(statement);
    const body = this.#reader.actions(statement.body);
    if (counted !== undefined) return [...before, { kind: 'for', ...counted, body, span }];
    const asked = statement.condition === null ? null : values.condition(statement.condition);
    if (asked === null || (asked.condition === 'constant' && asked.value))
      return [...before, { kind: 'for', variables: [], over: { kind: 'list', items: [UNKNOWN] }, body, span }];
    const condition: HostCondition = { condition: 'unknown', words: values.words(statement), span };
    return [...before, { kind: 'if', condition, then: body, otherwise: [], span }];
  }

  /** `for (let i = version; i < list.length; i++)`, `while (version < LATEST) { .. version++ }` */
  #counted(
    statement: StatementOf<'loop'>,
  ): { readonly variables: readonly string[]; readonly over: HostValue } | undefined {
    const { values } = this.#reader;
    const condition = statement.condition === null ? undefined : unwrapped(statement.condition);
    if (condition?.kind !== 'binary' || !/^(?:<=?|!==?)$/.test(condition.operator)) return undefined;
    const name = dottedName(condition.left).join('.');
    if (name === '' || !stepsUp(statement, name)) return undefined;
    const end = values.value(condition.right);
    const behind =
      condition.operator === '<=' ? values.derived('sum', end, [{ kind: 'number', value: 1 }], condition) : end;
    return { variables: [name], over: values.derived('range', values.value(condition.left), [behind], condition) };
  }

  /** A `switch`: its cases are alternatives, or, where they fall through, steps of a ladder. */
  cases(statement: StatementOf<'switch'>): readonly HostAction[] {
    if (statement.cases.some((one) => one.fallsThrough && one.body.length > 0)) return this.#ladder(statement);
    const span = this.#reader.values.span(statement);
    const grouped = withSharedBodies(statement.cases);
    return grouped.reduceRight<readonly HostAction[]>((otherwise, one) => {
      const then = this.#reader.actions(one.body);
      if (one.values.length === 0) return then;
      return [{ kind: 'if', condition: this.#isOneOf(statement, one.values), then, otherwise, span }];
    }, []);
  }

  /** A case runs for its own values and for all from which the code falls into it. */
  #ladder(statement: StatementOf<'switch'>): readonly HostAction[] {
    const { values } = this.#reader;
    const span = values.span(statement);
    const actions: HostAction[] = [];
    let reached: Expression[] = [];
    for (const one of statement.cases) {
      reached.push(...one.values);
      const then = this.#reader.actions(one.body);
      if (then.length > 0) {
        const isDefault = one.values.length === 0;
        const condition: HostCondition = isDefault
          ? { condition: 'unknown', words: values.words(statement), span }
          : this.#isReached(statement, reached);
        actions.push({ kind: 'if', condition, then, otherwise: [], span });
      }
      if (!one.fallsThrough) reached = [];
    }
    return actions;
  }

  /** Versions that count up from the first on: all that are not greater than the last. */
  #isReached(statement: StatementOf<'switch'>, reached: readonly Expression[]): HostCondition {
    const numbers = reached.map((value) => (value.kind === 'number' ? value.value : Number.NaN));
    const countsUp = numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1);
    const last = reached.at(-1);
    const isFromStart = numbers[0] === 0 || numbers[0] === 1;
    if (!countsUp || !isFromStart || statement.of === null || last === undefined)
      return this.#isOneOf(statement, reached);
    const { values } = this.#reader;
    const span = values.span(statement.of);
    return { condition: 'compare', left: values.value(statement.of), operator: '<=', right: values.value(last), span };
  }

  #isOneOf(statement: StatementOf<'switch'>, cases: readonly Expression[]): HostCondition {
    const { values } = this.#reader;
    const { of } = statement;
    const conditions = cases.map((value): HostCondition => {
      if (of === null || dottedName(of).join('.') === 'true') return values.condition(value);
      const span = values.span(value);
      return { condition: 'compare', left: values.value(of), operator: '==', right: values.value(value), span };
    });
    const [only] = conditions;
    return conditions.length === 1 && only !== undefined ? only : { condition: 'or', of: conditions };
  }
}

/** `case 1: case 2: ..`: one body for both. */
function withSharedBodies(cases: readonly Case[]): readonly Case[] {
  const grouped: Case[] = [];
  let before: Expression[] = [];
  for (const one of cases) {
    if (one.body.length === 0 && one.fallsThrough) before.push(...one.values);
    else {
      grouped.push(one.values.length === 0 ? one : { ...one, values: [...before, ...one.values] });
      before = [];
    }
  }
  return grouped;
}

function nameOf(variable: Parameter, index: number): string {
  return variable.name === '' ? `<item ${index}>` : variable.name;
}

/** `rows.Next()`, `rs.next()`: goes over a query's rows. */
function rowsAsked(condition: Expression | null): Expression | undefined {
  const inner = condition === null ? undefined : unwrapped(condition);
  if (inner?.kind !== 'call' || inner.callee.kind !== 'member' || inner.arguments.length > 0) return undefined;
  return /^(?:Next|next|NextResultSet|moveToNext)$/.test(inner.callee.name) ? inner.callee.of : undefined;
}

/** Whether the loop's variable grows by one in each round. */
function stepsUp(statement: StatementOf<'loop'>, name: string): boolean {
  const steps = statement.step === null ? statement.body : [statement.step];
  return steps.some((step) => {
    if (step.kind !== 'expression' || step.value.kind !== 'assign') return false;
    const { targets, values, operator } = step.value;
    const [target] = targets;
    const [value] = values;
    return (
      target !== undefined &&
      dottedName(target).join('.') === name &&
      operator === '+=' &&
      value?.kind === 'number' &&
      value.value === 1
    );
  });
}
