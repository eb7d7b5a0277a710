import type { SourceFile, Span } from '../../text/source-file.ts';
import type { HostAction, HostCondition, HostOnError, HostOperation, HostValue } from '../host.ts';
import * as drivers from './drivers.ts';
import { givesUp, policyOfArms, policyOfHandler, STOP, SWALLOW } from './failures.ts';
import type { Meaning, Prepared, Query } from './meaning.ts';
import {
  comparable,
  compare,
  isComparison,
  conditionOf,
  isCondition,
  isPrepared,
  isQuery,
  isReading,
  leadingText,
  not,
  rowsOf,
  UNKNOWN,
  valueOf,
} from './meaning.ts';
import { Parser } from './parser.ts';
import { changesDatabase, answerOfBranches, withoutReturns, withoutLeaves, withTruths } from './reshape.ts';
import {
  baseType,
  isVariable,
  unwrapped,
  handlesItself,
  isResultMatch,
  isTruth,
  isNumber,
  isTextual,
  mergedTexts,
  isWrapper,
  isTool,
  isDecidable,
  isUndecided,
  succeeds,
  receiverChain,
  isEnumerate,
  withoutCut,
  isCut,
  emptyBlock,
  transactionName,
  committedName,
  returnedBy,
} from './shapes.ts';
import { formatParts, joinTexts, stringValue, unindented } from './strings.ts';
import type { Arm, Block, Expression, Pattern, Statement } from './syntax.ts';
import type { Tokens } from './tokens.ts';
import { findAll, holds, lastName } from './walk.ts';

/** What a body can see of the file around it. */
export interface Surroundings {
  readonly file: SourceFile;
  readonly tokens: Tokens;
  /** `crate::db::jobs`, for `self::` and `super::`. */
  readonly modulePath: readonly string[];
  /** The type of the `impl` around it: what `Self` and `self` mean. */
  readonly owner: string | null;
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Of this file, those of an `impl` or a `mod` block by `Store::SCHEMA`. */
  readonly constants: ReadonlyMap<string, HostValue>;
  /** `static MIGRATOR = migrate!()`, `mod embedded { embed_migrations!(..) }`: names that stand for a migration tool. */
  readonly tools: ReadonlyMap<string, HostValue>;
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
}

type Call = Extract<HostValue, { kind: 'call' }>;

/** A statement's result that nobody looks at: a driver's error is lost, a call's panic is not. */
const UNUSED: HostOnError = { kind: 'swallow' };
/** A result is looked at soon after it was kept, in this many statements: reading stays linear. */
const NEAR = 20;
/** Deeper trees than people write are unknown. */
const DEEPEST = 400;

const LOG_MACROS = new Set(
  `println eprintln print eprint info warn error debug trace log write writeln dbg span event`.split(/\s+/),
);
/** rusqlite_migration: what `M::up(..)` can be followed by. */
const MIGRATION_PARTS = new Set(['down', 'foreign_key_check', 'comment']);
const LIST_OPERATIONS: Readonly<Record<string, HostOperation>> = {
  enumerate: 'numbered',
  skip: 'from',
  rev: 'reversed',
};
const LISTS = new Set<HostValue['kind']>(['list', 'name', 'files', 'call', 'derived']);
const SQL_NAME = /sql|stmt|statement|ddl|schema|migration|batch|script|command|create|alter|index/i;

/** The actions of a function's body, in order of execution. */
export function readBody(
  block: Block,
  parameters: readonly Parameter[],
  returns: string,
  around: Surroundings,
): readonly HostAction[] {
  return new BodyReader(around, parameters).read(block, returns);
}

/** The value of a constant. */
export function readValue(expression: Expression, around: Surroundings): HostValue {
  return valueOf(new BodyReader(around, []).evaluate(expression, SWALLOW));
}

class BodyReader {
  private readonly around: Surroundings;
  private actions: HostAction[] = [];
  private readonly variables = new Map<string, Meaning>();
  /** Variables that are assigned again: their value is left to the order of actions. */
  private readonly changing = new Set<string>();
  private readonly types = new Map<string, string>();
  /** Loop variables that each hold one statement of a text cut at `;`. */
  private readonly cut = new Set<string>();
  /** Actions that end the function with an error. */
  private readonly givingUp = new WeakSet<HostAction>();
  private readonly branches: Map<string, Meaning | undefined>[] = [];
  private depth = 0;

  constructor(around: Surroundings, parameters: readonly Parameter[]) {
    this.around = around;
    this.types.set('self', around.owner ?? '');
    for (const { name, type } of parameters) {
      this.types.set(name, baseType(type));
    }
  }

  read(block: Block, returns: string): readonly HostAction[] {
    const answers = /\b(?:bool|str|String|Vec|\w*Set|[iu](?:32|64|size)|Option|Cow)\b/.test(returns);
    const meaning = this.inside(block, STOP);
    if (block.tail !== null) {
      const value = answers ? returnedBy(meaning) : null;
      if (value !== null) this.actions.push({ kind: 'return', value, span: this.span(block.tail) });
    }
    const actions = answerOfBranches(this.actions);
    return /\bbool\b/.test(returns) ? withTruths(actions) : actions;
  }

  /** A block's statements; what its tail stands for. */
  private inside(block: Block, policy: HostOnError): Meaning {
    const { statements, tail } = block;
    if (tail === null) return this.statements(statements, null, policy);
    return this.statements([...statements, { kind: 'expression', expression: tail }], tail, policy);
  }

  private statements(all: readonly Statement[], tail: Expression | null, policy: HostOnError): Meaning {
    let meaning: Meaning = UNKNOWN;
    let commits: readonly (string | null)[] | null = null;
    for (let index = 0; index < all.length; index++) {
      const statement = all[index];
      if (statement === undefined) continue;
      const isTail = statement.kind === 'expression' && statement.expression === tail;
      meaning = this.statement(statement, all, index, isTail ? policy : UNUSED);
      const name = transactionName(statement);
      if (name === null) continue;
      commits ??= all.map(committedName);
      const end = commits.indexOf(name, index + 1);
      if (end < 0) continue;
      this.transaction(all.slice(index + 1, end + 1), tail, policy, statement);
      index = end;
    }
    return meaning;
  }

  private transaction(all: readonly Statement[], tail: Expression | null, policy: HostOnError, begin: Statement): void {
    const body = this.collect(() => {
      this.statements(all, tail, policy);
    });
    if (body.length === 0) return;
    this.actions.push({ kind: 'block', body, onError: STOP, transaction: true, span: this.spanOfStatement(begin) });
  }

  private statement(statement: Statement, all: readonly Statement[], index: number, policy: HostOnError): Meaning {
    if (statement.kind === 'expression') return this.evaluate(statement.expression, policy);
    if (statement.kind === 'constant') this.bind(statement.name, this.evaluate(statement.value, SWALLOW));
    else this.letStatement(statement, all, index);
    return UNKNOWN;
  }

  private letStatement(statement: Extract<Statement, { kind: 'let' }>, all: readonly Statement[], index: number): void {
    const { pattern, value, type } = statement;
    const [name] = pattern.names;
    const isPlain = pattern.names.length === 1 && name !== undefined && name === pattern.head;
    const isMutable = this.around.tokens.is(pattern.from, 'mut');
    if (isPlain && type !== null) this.types.set(name, baseType(type));
    if (isPlain) this.changing.delete(name);
    if (value === null) {
      if (isPlain) this.changing.add(name);
      return;
    }
    if (isPlain && type === null) this.types.set(name, this.typeOf(value));
    const policy = this.policyOfLet(pattern, value, all, index);
    const target = isPlain && (value.kind === 'if' || value.kind === 'match') ? name : null;
    const meaning = target === null ? this.evaluate(value, policy) : this.branchingValue(value, policy, target);
    if (target !== null && this.changing.has(target)) return;
    if (isPlain && isMutable && isTextual(valueOf(meaning))) {
      this.assign(name, valueOf(meaning), this.span(value));
    } else for (const bound of pattern.names) this.bind(bound, meaning);
    if (statement.otherwise !== null)
      this.branch(not(this.conditionFrom(meaning, value)), statement.otherwise, null, this.span(value));
  }

  /** `let sql = if a { "x" } else { "y" }`: each branch assigns its own value. */
  private branchingValue(value: Expression, policy: HostOnError, target: string): Meaning {
    const before = this.actions.length;
    if (value.kind === 'if') this.ifExpression(value, policy, target);
    else if (value.kind === 'match') {
      const meaning = this.matchExpression(value, policy, target);
      if (!this.assignsSince(before, target)) return meaning;
    }
    if (!this.assignsSince(before, target)) return UNKNOWN;
    this.changing.add(target);
    return UNKNOWN;
  }

  private assignsSince(before: number, target: string): boolean {
    const assigns = (action: HostAction): boolean =>
      (action.kind === 'assign' && action.name === target) ||
      (action.kind === 'if' && (action.then.some(assigns) || action.otherwise.some(assigns)));
    return this.actions.slice(before).some(assigns);
  }

  /** `let _ = ..` loses the error; a result kept in a variable is judged by what is done with the variable. */
  private policyOfLet(pattern: Pattern, value: Expression, all: readonly Statement[], index: number): HostOnError {
    const name = pattern.head;
    if (name === '_' || (name.startsWith('_') && pattern.names.length === 1)) return SWALLOW;
    if (pattern.names.length !== 1 || handlesItself(value)) return STOP;
    for (const later of all.slice(index + 1, index + 1 + NEAR)) {
      const policy = this.policyOfUse(later, name);
      if (policy !== null) return policy;
    }
    return STOP;
  }

  private policyOfUse(statement: Statement, name: string): HostOnError | null {
    const whole =
      statement.kind === 'expression' ? statement.expression : statement.kind === 'let' ? statement.value : null;
    if (whole === null || !holds(whole, (inner) => isVariable(inner, name))) return null;
    for (const inner of findAll(whole, () => true)) {
      if (inner.kind === 'let' && isVariable(inner.value, name)) {
        const holder = findAll(whole, (outer) => outer.kind === 'if' && outer.condition === inner)[0];
        if (inner.pattern.head === 'Err' && holder?.kind === 'if')
          return policyOfHandler(holder.then, this.around.tokens);
        return SWALLOW;
      }
      if (inner.kind === 'match' && isVariable(inner.of, name) && isResultMatch(inner.arms))
        return policyOfArms(inner.arms, this.around.tokens);
      if (inner.kind === 'method' && isVariable(inner.receiver, name) && drivers.ERROR_DROPS.has(inner.name))
        return SWALLOW;
    }
    return STOP;
  }

  /** Adds what the expression does, and says what it stands for. */
  evaluate(expression: Expression, policy: HostOnError): Meaning {
    if (this.depth >= DEEPEST) return UNKNOWN;
    this.depth++;
    const meaning = this.evaluateKind(expression, policy);
    this.depth--;
    return meaning;
  }

  private evaluateKind(expression: Expression, policy: HostOnError): Meaning {
    switch (expression.kind) {
      case 'try':
        return this.evaluate(expression.of, STOP);
      case 'same':
        return this.evaluate(expression.of, policy);
      case 'not':
        return not(this.condition(expression.of));
      case 'string':
        return {
          kind: 'text',
          sql: stringValue(this.around.file, this.around.tokens, expression.token),
          hasPlaceholder: false,
        };
      case 'number':
        return { kind: 'number', value: expression.value };
      case 'boolean':
        return { kind: 'number', value: expression.value ? 1 : 0 };
      case 'path':
        return this.nameMeaning(expression.names, expression);
      case 'field':
        return this.fieldMeaning(expression);
      case 'binary':
        return this.binary(expression);
      case 'assign':
        return this.assignment(expression);
      case 'tuple':
      case 'array':
        return {
          kind: expression.kind === 'tuple' ? 'tuple' : 'list',
          items: expression.items.map((item) => valueOf(this.evaluate(item, SWALLOW))),
        };
      case 'struct':
        return {
          kind: 'tuple',
          items: expression.fields.map((field) => valueOf(this.evaluate(field.value, SWALLOW))),
          names: expression.fields.map((field) => field.name),
        };
      case 'call':
        return this.call(expression, policy);
      case 'method':
        return this.method(expression, policy);
      case 'macro':
        return this.macro(expression);
      default:
        return this.control(expression, policy);
    }
  }

  private control(expression: Expression, policy: HostOnError): Meaning {
    switch (expression.kind) {
      case 'block':
        return this.inside(expression, policy);
      case 'if':
        return this.ifExpression(expression, policy, null);
      case 'match':
        return this.matchExpression(expression, policy, null);
      case 'let':
        return this.condition(expression);
      case 'for':
        return this.forExpression(expression);
      case 'while':
        return this.whileExpression(expression);
      case 'loop':
        this.actions.push(
          ...withoutLeaves(
            this.collect(() => {
              this.evaluate(expression.body, UNUSED);
            }),
          ),
        );
        return UNKNOWN;
      case 'return':
        return this.returnExpression(expression);
      case 'jump':
        this.actions.push({ kind: 'leave', what: expression.what, span: this.span(expression) });
        return UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  private nameMeaning(names: readonly string[], at: Expression): Meaning {
    const [name] = names;
    if (name === undefined || name === 'None') return UNKNOWN;
    const tool = this.around.tools.get(names.at(-1) ?? '');
    if (tool !== undefined) return tool;
    if (names.length === 1 && !this.changing.has(name)) {
      const meaning = this.variables.get(name);
      if (meaning !== undefined) return meaning;
    }
    const path = this.absolute(names);
    const own = path.length === 2 ? this.around.constants.get(path.join('::')) : undefined;
    return own ?? { kind: 'name', path, span: this.span(at) };
  }

  private fieldMeaning(expression: Extract<Expression, { kind: 'field' }>): Meaning {
    const receiver = this.evaluate(expression.receiver, SWALLOW);
    if (isPrepared(receiver) || isCondition(receiver)) return receiver;
    if (receiver.kind === 'name')
      return { ...receiver, path: [...receiver.path, expression.name], span: this.span(expression) };
    if (receiver.kind !== 'tuple') return UNKNOWN;
    const index = receiver.names === undefined ? Number(expression.name) : receiver.names.indexOf(expression.name);
    return receiver.items[index] ?? UNKNOWN;
  }

  private binary(expression: Extract<Expression, { kind: 'binary' }>): Meaning {
    const { operator, left, right } = expression;
    if (operator === '&&' || operator === '||') {
      const of = [this.condition(left), this.condition(right)];
      if (of.every((one) => one.condition === 'unknown')) return this.unknownCondition(expression);
      return { condition: operator === '&&' ? 'and' : 'or', of };
    }
    const meanings = [rowsOf(this.evaluate(left, SWALLOW)), rowsOf(this.evaluate(right, SWALLOW))] as const;
    if (operator === '+') return this.joined(meanings.map(valueOf), expression);
    if (isComparison(operator)) {
      return compare(meanings[0], operator, meanings[1], this.span(expression)) ?? this.unknownCondition(expression);
    }
    return UNKNOWN;
  }

  private assignment(expression: Extract<Expression, { kind: 'assign' }>): Meaning {
    const { target } = expression;
    const meaning = this.evaluate(expression.value, lastName(target) === '_' ? SWALLOW : STOP);
    if (target.kind !== 'path' || target.names.length !== 1) return UNKNOWN;
    const name = target.names[0] ?? '';
    if (isTextual(valueOf(meaning))) this.assign(name, valueOf(meaning), this.span(expression));
    else this.bind(name, meaning);
    return UNKNOWN;
  }

  private assign(name: string, value: HostValue, span: Span): void {
    this.types.set(name, 'str');
    this.changing.add(name);
    this.actions.push({ kind: 'assign', name, value, span });
  }

  private bind(name: string, meaning: Meaning): void {
    if (name === '_') return;
    const branch = this.branches.at(-1);
    if (branch !== undefined && !branch.has(name)) branch.set(name, this.variables.get(name));
    this.changing.delete(name);
    this.variables.set(name, meaning);
  }

  private returnExpression(expression: Extract<Expression, { kind: 'return' }>): Meaning {
    const span = this.span(expression);
    if (expression.value !== null && givesUp(unwrapped(expression.value))) {
      this.giveUp(span);
      return UNKNOWN;
    }
    const value = expression.value === null ? null : returnedBy(this.evaluate(expression.value, STOP));
    this.actions.push({ kind: 'return', value, span });
    return UNKNOWN;
  }

  private giveUp(span: Span): void {
    const action: HostAction = { kind: 'leave', what: 'program', span };
    this.givingUp.add(action);
    this.actions.push(action);
  }

  private condition(expression: Expression): HostCondition {
    const inner = unwrapped(expression);
    if (inner.kind === 'let') {
      const meaning = this.evaluate(inner.value, SWALLOW);
      for (const name of inner.pattern.names) this.bind(name, meaning);
      const condition = this.conditionFrom(meaning, inner);
      const tested = inner.pattern.head === 'Err' || inner.pattern.head === 'Ok' ? succeeds(condition) : condition;
      return inner.pattern.head === 'Err' || inner.pattern.head === 'None' ? not(tested) : tested;
    }
    return this.conditionFrom(this.evaluate(inner, SWALLOW), inner);
  }

  private conditionFrom(meaning: Meaning, at: Expression): HostCondition {
    return conditionOf(meaning, this.words(at), this.span(at));
  }

  private unknownCondition(at: Expression): HostCondition {
    return { condition: 'unknown', words: this.words(at), span: this.span(at) };
  }

  private ifExpression(
    expression: Extract<Expression, { kind: 'if' }>,
    policy: HostOnError,
    target: string | null,
  ): Meaning {
    const { condition, then, otherwise } = expression;
    const handler = unwrapped(condition);
    if (handler.kind === 'let' && (handler.pattern.head === 'Err' || handler.pattern.head === 'Ok')) {
      return this.ifLetResult(expression, handler, target);
    }
    const tested = this.condition(condition);
    this.branch(tested, then, otherwise, this.span(expression), target, policy);
    return UNKNOWN;
  }

  /** `if let Err(e) = conn.execute(..) { .. }`: the body says what happens to the error. */
  private ifLetResult(
    expression: Extract<Expression, { kind: 'if' }>,
    test: Extract<Expression, { kind: 'let' }>,
    target: string | null,
  ): Meaning {
    const { then, otherwise } = expression;
    const isError = test.pattern.head === 'Err';
    const policy = isError
      ? policyOfHandler(then, this.around.tokens)
      : otherwise === null
        ? SWALLOW
        : policyOfHandler(otherwise, this.around.tokens);
    const meaning = this.evaluate(test.value, policy);
    const probe = rowsOf(meaning);
    if (!isError) for (const name of test.pattern.names) this.bind(name, meaning);
    if (isQuery(probe)) {
      const runs = succeeds(probe);
      this.branch(isError ? not(runs) : runs, then, otherwise, this.span(expression), target);
      return UNKNOWN;
    }
    const good = isError ? otherwise : then;
    const bad = isError ? then : otherwise;
    if (policy.kind === 'stop') {
      if (good !== null) this.evaluate(good, UNUSED);
      return UNKNOWN;
    }
    const unknown = this.unknownCondition(test);
    if (policy.kind === 'swallow') this.branch(unknown, good ?? emptyBlock(test), bad, this.span(expression), target);
    else if (good !== null) this.branch(unknown, good, null, this.span(expression), target);
    return UNKNOWN;
  }

  private branch(
    condition: HostCondition,
    then: Expression,
    otherwise: Expression | null,
    span: Span,
    target: string | null = null,
    policy: HostOnError = UNUSED,
  ): void {
    const first = this.branchActions(then, target, policy);
    const second =
      otherwise === null
        ? { actions: [], changes: new Map<string, Meaning>() }
        : this.branchActions(otherwise, target, policy);
    this.mergeVariables(condition, first.changes, second.changes);
    this.pushIf(condition, first.actions, second.actions, span);
  }

  private pushIf(
    condition: HostCondition,
    then: readonly HostAction[],
    otherwise: readonly HostAction[],
    span: Span,
  ): void {
    if (then.length === 0 && otherwise.length === 0) return;
    // A branch that ends with an error under a condition that cannot be read is no deploy that goes on: leave it out.
    if (isUndecided(condition) && this.endsInError(then)) this.actions.push(...otherwise);
    else if (isUndecided(condition) && this.endsInError(otherwise)) this.actions.push(...then);
    else if (then.length === 0)
      this.actions.push({ kind: 'if', condition: not(condition), then: otherwise, otherwise: then, span });
    else this.actions.push({ kind: 'if', condition, then, otherwise, span });
  }

  private endsInError(actions: readonly HostAction[]): boolean {
    const last = actions.at(-1);
    return last !== undefined && this.givingUp.has(last);
  }

  private branchActions(
    body: Expression,
    target: string | null,
    policy: HostOnError,
  ): { readonly actions: readonly HostAction[]; readonly changes: ReadonlyMap<string, Meaning> } {
    const before = new Map<string, Meaning | undefined>();
    this.branches.push(before);
    const actions = this.collect(() => {
      const meaning = this.evaluate(body, policy);
      if (target !== null && isTextual(valueOf(meaning))) this.assign(target, valueOf(meaning), this.span(body));
    });
    this.branches.pop();
    const changes = new Map<string, Meaning>();
    for (const [name, meaning] of before) {
      changes.set(name, this.variables.get(name) ?? UNKNOWN);
      if (meaning === undefined) this.variables.delete(name);
      else this.variables.set(name, meaning);
    }
    return { actions, changes };
  }

  /** `if name == "archived" { found = true }` after `let mut found = false` makes `found` the condition itself. */
  private mergeVariables(
    condition: HostCondition,
    first: ReadonlyMap<string, Meaning>,
    second: ReadonlyMap<string, Meaning>,
  ): void {
    for (const name of new Set([...first.keys(), ...second.keys()])) {
      const before = this.variables.get(name);
      if (before === undefined) continue;
      const becomesTrue = isNumber(before, 0) && isNumber(first.get(name), 1) && !second.has(name);
      const becomesFalse = isNumber(before, 1) && isNumber(first.get(name), 0) && !second.has(name);
      this.bind(name, becomesTrue ? condition : becomesFalse ? not(condition) : UNKNOWN);
    }
  }

  private collect(run: () => void): HostAction[] {
    const outer = this.actions;
    this.actions = [];
    run();
    const inner = this.actions;
    this.actions = outer;
    return inner;
  }

  private matchExpression(
    expression: Extract<Expression, { kind: 'match' }>,
    policy: HostOnError,
    target: string | null,
  ): Meaning {
    const { arms } = expression;
    if (isResultMatch(arms)) return this.matchResult(expression, target);
    const meaning = rowsOf(this.evaluate(expression.of, SWALLOW));
    const yes = arms.find((arm) => arm.pattern.head === 'Some' || arm.pattern.head === 'true');
    const no = arms.find(
      (arm) => arm.pattern.head === 'None' || arm.pattern.head === 'false' || arm.pattern.head === '_',
    );
    if (arms.length === 2 && yes !== undefined && no !== undefined && yes.guard === null) {
      for (const name of yes.pattern.names) this.bind(name, meaning);
      this.branch(this.conditionFrom(meaning, expression.of), yes.body, no.body, this.span(expression), target, policy);
      return UNKNOWN;
    }
    this.actions.push(...this.armChain(arms, meaning, expression, policy, target));
    return UNKNOWN;
  }

  /** Arms as a chain of conditions; one that is not a number compared with an answer cannot be read. */
  private armChain(
    arms: readonly Arm[],
    meaning: Meaning,
    at: Expression,
    policy: HostOnError,
    target: string | null,
  ): readonly HostAction[] {
    let chain: readonly HostAction[] = [];
    for (const [index, arm] of [...arms].reverse().entries()) {
      for (const name of arm.pattern.names) this.bind(name, meaning);
      const { actions } = this.branchActions(arm.body, target, policy);
      const isDefault =
        index === 0 && arm.guard === null && (arm.pattern.head === '_' || arm.pattern.names.length === 1);
      if (index === 0 && (isDefault || !isDecidable(meaning))) chain = actions;
      else {
        const otherwise = chain;
        chain = this.collect(() => {
          this.pushIf(this.armCondition(arm, meaning, at), actions, otherwise, this.span(at));
        });
      }
    }
    return chain;
  }

  private armCondition(arm: Arm, meaning: Meaning, at: Expression): HostCondition {
    const numbers = arm.guard === null ? this.numbersOf(arm.pattern) : [];
    const conditions = numbers.flatMap((value): HostCondition[] => {
      const compared = compare(meaning, '==', { kind: 'number', value }, this.span(at));
      return compared === null ? [] : [compared];
    });
    const [first] = conditions;
    if (first !== undefined) return conditions.length === 1 ? first : { condition: 'or', of: conditions };
    return { condition: 'unknown', words: this.words(arm.pattern), span: this.span(arm.pattern) };
  }

  /** `1` and `1 | 2`; none for other patterns. */
  private numbersOf(pattern: Pattern): readonly number[] {
    const { tokens } = this.around;
    const numbers: number[] = [];
    for (let index = pattern.from; index < pattern.to; index++) {
      const value = Number(tokens.words(index));
      if (Number.isInteger(value)) numbers.push(value);
      else if (!tokens.is(index, '|')) return [];
    }
    return numbers;
  }

  private matchResult(expression: Extract<Expression, { kind: 'match' }>, target: string | null): Meaning {
    const { arms } = expression;
    const policy = policyOfArms(arms, this.around.tokens);
    const meaning = this.evaluate(expression.of, policy);
    const probe = rowsOf(meaning);
    const good = arms.find((arm) => arm.pattern.head === 'Ok' && arm.guard === null);
    const handled = arms.filter((arm) => arm.pattern.head !== 'Ok' && !givesUp(unwrapped(arm.body)));
    for (const name of good?.pattern.names ?? []) this.bind(name, meaning);
    const [handler] = handled;
    if (isQuery(probe) && good !== undefined && policy.kind === 'swallow') {
      if (isTruth(good.body, true) && handler !== undefined && isTruth(handler.body, false)) return succeeds(probe);
      this.branch(succeeds(probe), good.body, handler?.body ?? null, this.span(expression), target);
      return UNKNOWN;
    }
    const value = this.goodArm(good, policy, expression, target);
    for (const arm of handled) {
      const { actions } = this.branchActions(arm.body, target, UNUSED);
      if (!holds(arm.body, givesUp))
        this.pushIf(
          this.unknownCondition(expression.of),
          actions.filter((action) => action.kind !== 'return'),
          [],
          this.span(expression),
        );
    }
    return value;
  }

  private goodArm(good: Arm | undefined, policy: HostOnError, at: Expression, target: string | null): Meaning {
    if (good === undefined) return UNKNOWN;
    if (policy.kind !== 'swallow') {
      const meaning = this.evaluate(good.body, STOP);
      if (target !== null && isTextual(valueOf(meaning))) this.assign(target, valueOf(meaning), this.span(good.body));
      return meaning;
    }
    const { actions } = this.branchActions(good.body, target, UNUSED);
    this.pushIf(this.unknownCondition(at), actions, [], this.span(at));
    return UNKNOWN;
  }

  private forExpression(expression: Extract<Expression, { kind: 'for' }>): Meaning {
    const over = rowsOf(this.evaluate(withoutCut(expression.over), STOP));
    if (isQuery(over)) {
      this.rowLoop(expression.pattern.names, over, expression.body, this.span(expression));
      return UNKNOWN;
    }
    const { names } = expression.pattern;
    const variables = isEnumerate(expression.over) ? names.slice(1) : names;
    this.loopOver(variables, valueOf(over), expression.body, isCut(expression.over), this.span(expression));
    return UNKNOWN;
  }

  private loopOver(
    variables: readonly string[],
    over: HostValue,
    body: Expression,
    isCutText: boolean,
    span: Span,
  ): void {
    for (const name of variables) {
      this.variables.delete(name);
      this.changing.delete(name);
      if (isCutText) this.cut.add(name);
      this.types.set(name, isCutText ? 'str' : '');
    }
    const { actions, changes } = this.branchActions(body, null, UNUSED);
    for (const name of changes.keys()) if (this.variables.has(name)) this.bind(name, UNKNOWN);
    if (isCutText) for (const name of variables) this.cut.delete(name);
    if (actions.length === 0) return;
    const items: HostValue = isCutText ? { kind: 'list', items: [over] } : over;
    if (items.kind === 'unknown')
      this.pushIf({ condition: 'unknown', words: 'loop', span }, withoutLeaves(actions), [], span);
    else this.actions.push({ kind: 'for', variables, over: items, body: actions, span });
  }

  /** For each row of a query: a test inside asks whether there is such a row, everything else cannot be known. */
  private rowLoop(names: readonly string[], rows: Query, body: Expression, span: Span): void {
    for (const name of names) this.bind(name, rows);
    const actions = withoutLeaves(
      this.collect(() => {
        this.evaluate(body, UNUSED);
      }),
    );
    const tests = actions.filter(
      (action) => action.kind === 'if' && action.condition.condition !== 'unknown' && !changesDatabase(action),
    );
    const others = actions.filter((action) => !tests.includes(action) && action.kind !== 'return');
    this.actions.push(...tests);
    this.pushIf({ condition: 'unknown', words: 'loop', span }, others, [], span);
  }

  private whileExpression(expression: Extract<Expression, { kind: 'while' }>): Meaning {
    const test = unwrapped(expression.condition);
    const meaning = test.kind === 'let' ? rowsOf(this.evaluate(test.value, STOP)) : UNKNOWN;
    if (test.kind === 'let' && isQuery(meaning)) {
      this.rowLoop(test.pattern.names, meaning, expression.body, this.span(expression));
      return UNKNOWN;
    }
    const { actions } = this.branchActions(expression.body, null, UNUSED);
    this.pushIf(this.unknownCondition(expression.condition), withoutLeaves(actions), [], this.span(expression));
    return UNKNOWN;
  }

  private call(expression: Extract<Expression, { kind: 'call' }>, policy: HostOnError): Meaning {
    const { callee } = expression;
    if (givesUp(expression)) {
      for (const value of expression.arguments) this.evaluate(value, SWALLOW);
      this.giveUp(this.span(expression));
      return UNKNOWN;
    }
    if (callee.kind !== 'path') {
      this.evaluate(callee, SWALLOW);
      for (const value of expression.arguments) this.argument(value, policy);
      return UNKNOWN;
    }
    const values = expression.arguments.map((value) =>
      this.argument(value, isWrapper(callee.names) && policy.kind === 'stop' ? STOP : SWALLOW),
    );
    return (
      this.knownCall(callee.names, values, expression) ??
      this.projectCall(this.absolute(callee.names), values, policy, expression)
    );
  }

  /** An argument's meaning; a closure or async block that is handed over is taken to run at once. */
  private argument(value: Expression, policy: HostOnError, isTransaction = false): Meaning {
    const inner = unwrapped(value);
    if (inner.kind !== 'closure') return this.evaluate(value, policy);
    this.closure(inner.body, policy, isTransaction);
    return UNKNOWN;
  }

  private closure(body: Expression, policy: HostOnError, isTransaction: boolean): Meaning {
    let meaning: Meaning = UNKNOWN;
    const actions = withoutReturns(
      this.collect(() => {
        meaning = this.evaluate(body, STOP);
      }),
    );
    const onError = policy === UNUSED ? STOP : policy;
    if (actions.length === 0) return meaning;
    if (onError.kind === 'stop' && !isTransaction) this.actions.push(...actions);
    else
      this.actions.push({ kind: 'block', body: actions, onError, transaction: isTransaction, span: this.span(body) });
    return meaning;
  }

  private knownCall(names: readonly string[], values: readonly Meaning[], at: Expression): Meaning | null {
    const name = names.at(-1) ?? '';
    const path = this.imported(names);
    const [first] = values;
    if (
      drivers.QUERY_FUNCTIONS.has(name) &&
      (path[0] === 'sqlx' || path[0] === 'diesel' || name === 'raw_sql' || name === 'sql_query')
    ) {
      return {
        prepared: valueOf(first ?? UNKNOWN),
        // sqlx runs every statement of a query's text on SQLite (sqlx-sqlite, VirtualStatement).
        many: name === 'raw_sql' || path[0] === 'sqlx' || this.isCutVariable(valueOf(first ?? UNKNOWN)),
        arguments: [],
        span: this.span(at),
      };
    }
    if (name === 'read_to_string') return this.fileValue(valueOf(first ?? UNKNOWN), at);
    const type = names.at(-2) ?? '';
    if (type === 'Statement' && name.startsWith('from_'))
      return this.preparedFrom(valueOf(values[1] ?? UNKNOWN), values.slice(2), at);
    if (type === 'Migrations') return this.tool(['rusqlite_migration', 'Migrations', name], values.map(valueOf), at);
    if (type === 'Migrator' && name === 'new') return this.tool(['sqlx', 'migrate'], values.map(valueOf), at);
    if (name === 'runner' && names.includes('migrations'))
      return this.around.tools.get(names[0] ?? '') ?? this.tool(['refinery', 'embed_migrations'], [], at);
    if (isWrapper(names)) return first ?? UNKNOWN;
    return null;
  }

  /** One statement of a cut text stands for the whole text, so several may come. */
  private isCutVariable(value: HostValue): boolean {
    return value.kind === 'name' && value.path.length === 1 && this.cut.has(value.path[0] ?? '');
  }

  private preparedFrom(sql: HostValue, values: readonly Meaning[], at: Expression): Prepared {
    return { prepared: sql, many: false, arguments: values.map(valueOf), span: this.span(at) };
  }

  private tool(callee: readonly string[], values: readonly HostValue[], at: Expression): Call {
    return { kind: 'call', callee, arguments: values, span: this.span(at) };
  }

  private fileValue(path: HostValue, at: Expression): HostValue {
    if (path.kind === 'text') return { kind: 'file', path: path.sql.text.replace(/^\/+/, ''), span: this.span(at) };
    return UNKNOWN;
  }

  private projectCall(
    callee: readonly string[],
    values: readonly Meaning[],
    policy: HostOnError,
    at: Expression,
  ): Meaning {
    const name = callee.at(-1) ?? '';
    if (/^[A-Z]/.test(name) || drivers.isForeignCall(this.imported(callee))) return UNKNOWN;
    const call: Call = { kind: 'call', callee, arguments: values.map(valueOf), span: this.span(at) };
    const isAnswer = drivers.onlyAnswers(name);
    if (!isAnswer) this.actions.push({ ...call, onError: policy === UNUSED ? STOP : policy });
    return call;
  }

  private method(expression: Extract<Expression, { kind: 'method' }>, policy: HostOnError): Meaning {
    const { name, receiver } = expression;
    if (name === 'unwrap' || name === 'expect') return this.evaluate(receiver, STOP);
    if (name === 'unwrap_or_else' || name === 'or_else')
      return this.evaluate(receiver, this.policyOfClosure(expression, policy));
    if (drivers.ERROR_PASSES.has(name)) return this.evaluate(receiver, policy);
    if (drivers.ERROR_DROPS.has(name)) return this.dropped(expression);
    if (name === 'for_each' || name === 'try_for_each') return this.forEach(expression);
    if (name === 'pragma_update' || name === 'pragma_query_value') return this.pragma(expression, policy);
    const meaning = this.evaluate(receiver, policy === UNUSED ? STOP : policy);
    return (
      this.driverMethod(expression, meaning, policy) ??
      this.toolMethod(expression, meaning, policy) ??
      this.textMethod(expression, meaning) ??
      this.listMethod(expression, meaning) ??
      this.rowMethod(expression, rowsOf(meaning)) ??
      this.otherMethod(expression, meaning, policy)
    );
  }

  private policyOfClosure(expression: Extract<Expression, { kind: 'method' }>, policy: HostOnError): HostOnError {
    const [handler] = expression.arguments;
    if (handler?.kind !== 'closure') return SWALLOW;
    const own = policyOfHandler(handler.body, this.around.tokens);
    return own.kind === 'stop' && policy !== UNUSED && expression.name === 'or_else' ? policy : own;
  }

  private dropped(expression: Extract<Expression, { kind: 'method' }>): Meaning {
    const meaning = rowsOf(this.evaluate(expression.receiver, SWALLOW));
    if (expression.name === 'is_err') return not(succeeds(this.conditionFrom(meaning, expression)));
    if (expression.name === 'is_ok') return succeeds(this.conditionFrom(meaning, expression));
    return meaning;
  }

  private forEach(expression: Extract<Expression, { kind: 'method' }>): Meaning {
    const [body] = expression.arguments;
    const over = this.evaluate(withoutCut(expression.receiver), STOP);
    if (body?.kind !== 'closure') return UNKNOWN;
    const names = body.parameters.flatMap((parameter) => parameter.names);
    this.loopOver(
      isEnumerate(expression.receiver) ? names.slice(1) : names,
      valueOf(over),
      body.body,
      isCut(expression.receiver),
      this.span(expression),
    );
    return UNKNOWN;
  }

  /** rusqlite writes a PRAGMA for the caller; its text stands nowhere, so every place in it is the call's. */
  private pragma(expression: Extract<Expression, { kind: 'method' }>, policy: HostOnError): Meaning {
    const span = this.span(expression);
    const [, name, value] = expression.arguments;
    const words = [name, value].map((part) => (part === undefined ? '' : this.literalWords(part)));
    const text =
      expression.name === 'pragma_update' ? `PRAGMA ${words[0] ?? ''} = ${words[1] ?? ''}` : `PRAGMA ${words[0] ?? ''}`;
    if (words[0] === '' || (expression.name === 'pragma_update' && words[1] === '')) return UNKNOWN;
    const sql: HostValue = {
      kind: 'text',
      sql: { file: this.around.file, text, segments: [{ start: 0, hostStart: span.start }] },
      hasPlaceholder: false,
    };
    if (expression.name === 'pragma_query_value') return { condition: 'query', sql, arguments: [], span };
    this.actions.push({ kind: 'execute', sql, many: false, onError: policy, span });
    return UNKNOWN;
  }

  private literalWords(expression: Expression): string {
    const inner = unwrapped(expression);
    if (inner.kind === 'string') return stringValue(this.around.file, this.around.tokens, inner.token).text;
    if (inner.kind === 'number') return String(inner.value);
    return inner.kind === 'boolean' ? (inner.value ? 'ON' : 'OFF') : '';
  }

  private driverMethod(
    expression: Extract<Expression, { kind: 'method' }>,
    receiver: Meaning,
    policy: HostOnError,
  ): Meaning | null {
    const { name } = expression;
    if (isPrepared(receiver)) return this.preparedMethod(expression, receiver, policy);
    const runsMany = drivers.RUN_MANY.has(name);
    if (!runsMany && !drivers.RUN_ONE.has(name) && !drivers.ASK.has(name) && !drivers.PREPARE.has(name)) return null;
    const [first, ...others] = expression.arguments;
    if (first === undefined || isCondition(receiver)) return null;
    const sql = this.evaluate(first, SWALLOW);
    if (isPrepared(sql)) return this.preparedMethod(expression, sql, policy);
    if (!this.isSql(valueOf(sql), expression, runsMany)) return null;
    const bound = others.flatMap((value) => this.boundValues(value));
    const isCutText = this.isCutVariable(valueOf(sql));
    const prepared: Prepared = {
      prepared: valueOf(sql),
      many: runsMany || isCutText || (name === 'execute' && others.length === 0),
      arguments: bound,
      span: this.span(expression),
    };
    if (drivers.PREPARE.has(name)) return prepared;
    return runsMany || drivers.RUN_ONE.has(name) ? this.run(prepared, policy) : this.ask(prepared, expression, policy);
  }

  private preparedMethod(
    expression: Extract<Expression, { kind: 'method' }>,
    prepared: Prepared,
    policy: HostOnError,
  ): Meaning {
    const { name } = expression;
    if (drivers.RUN_ONE.has(name)) return this.run({ ...prepared, span: this.span(expression) }, policy);
    if (name === 'bind')
      return {
        ...prepared,
        arguments: [
          ...prepared.arguments,
          ...expression.arguments.map((value) => valueOf(this.evaluate(value, SWALLOW))),
        ],
      };
    if (!drivers.ASK.has(name)) return this.mapped(expression, prepared);
    const bound = expression.arguments.slice(0, 1).flatMap((value) => this.boundValues(value));
    return this.ask({ ...prepared, arguments: [...prepared.arguments, ...bound] }, expression, policy);
  }

  private run(prepared: Prepared, policy: HostOnError): Meaning {
    const onError = policy === UNUSED ? SWALLOW : policy;
    // Running a query only tells whether it can run: `execute("SELECT archived FROM jobs").is_err()`.
    if (!isReading(prepared.prepared))
      this.actions.push({ kind: 'execute', sql: prepared.prepared, many: prepared.many, onError, span: prepared.span });
    else return rowsOf(prepared);
    return UNKNOWN;
  }

  private ask(prepared: Prepared, expression: Extract<Expression, { kind: 'method' }>, policy: HostOnError): Meaning {
    const rows = rowsOf(prepared);
    if (!isReading(prepared.prepared) && prepared.prepared.kind === 'text') return this.run(prepared, policy);
    return this.mapped(expression, rows);
  }

  /** Bound values: `params![a, b]`, `[a, b]`, `(a, b)`, `&[&a]`. */
  private boundValues(value: Expression): readonly HostValue[] {
    const inner = unwrapped(value);
    if (inner.kind === 'closure' || inner.kind === 'path') return [];
    const meaning = valueOf(this.evaluate(inner, SWALLOW));
    return meaning.kind === 'list' || meaning.kind === 'tuple' ? meaning.items : [meaning];
  }

  /** Whether the first argument of a driver's method is SQL, and not a connection or a request to something else. */
  private isSql(value: HostValue, expression: Extract<Expression, { kind: 'method' }>, isCertain: boolean): boolean {
    if (value.kind === 'text' || value.kind === 'joined') return true;
    if (value.kind === 'file') return true;
    if (value.kind === 'call')
      return (
        isCertain ||
        (expression.name === 'execute' && expression.arguments.length === 2 && SQL_NAME.test(value.callee.at(-1) ?? ''))
      );
    if (value.kind !== 'name') return false;
    const name = value.path.at(-1) ?? '';
    if (isCertain || /^[A-Z][A-Z0-9_]*$/.test(name) || SQL_NAME.test(value.path.join('.'))) return true;
    const type = this.types.get(value.path[0] ?? '') ?? '';
    return type === 'str' || type === 'String';
  }

  private toolMethod(
    expression: Extract<Expression, { kind: 'method' }>,
    receiver: Meaning,
    policy: HostOnError,
  ): Meaning | null {
    const { name } = expression;
    const onError = policy === UNUSED ? SWALLOW : policy;
    if (!isPrepared(receiver) && !isCondition(receiver) && receiver.kind === 'call' && isTool(receiver.callee)) {
      if (/^(?:run|to_latest|to_version|run_async|run_direct|run_to)$/.test(name))
        this.actions.push({ ...receiver, onError, span: this.span(expression) });
      return receiver;
    }
    if (!isCondition(receiver) && !isPrepared(receiver) && isTextual(receiver) && MIGRATION_PARTS.has(name))
      return receiver;
    if (name !== 'run_pending_migrations') return null;
    const value =
      expression.arguments[0] === undefined ? UNKNOWN : valueOf(this.evaluate(expression.arguments[0], SWALLOW));
    const call = value.kind === 'call' ? value : this.tool(['diesel_migrations', 'embed_migrations'], [], expression);
    this.actions.push({ ...call, onError, span: this.span(expression) });
    return UNKNOWN;
  }

  private textMethod(expression: Extract<Expression, { kind: 'method' }>, receiver: Meaning): Meaning | null {
    const { name } = expression;
    if (name === 'push_str') {
      const variable = lastName(unwrapped(expression.receiver));
      const added =
        expression.arguments[0] === undefined ? UNKNOWN : valueOf(this.evaluate(expression.arguments[0], SWALLOW));
      if (variable === '' || !this.changing.has(variable)) return UNKNOWN;
      this.assign(variable, this.joined([valueOf(receiver), added], expression), this.span(expression));
      return UNKNOWN;
    }
    if (
      (name !== 'join' && name !== 'concat') ||
      isPrepared(receiver) ||
      isCondition(receiver) ||
      receiver.kind !== 'list'
    )
      return null;
    const separator =
      expression.arguments[0] === undefined ? null : valueOf(this.evaluate(expression.arguments[0], SWALLOW));
    const parts = receiver.items.flatMap((item, index) =>
      index === 0 || separator === null ? [item] : [separator, item],
    );
    return this.joined(parts, expression);
  }

  /** `LIST.iter().enumerate().skip(done)` */
  private listMethod(expression: Extract<Expression, { kind: 'method' }>, receiver: Meaning): Meaning | null {
    const operation = LIST_OPERATIONS[expression.name];
    const isList = !isPrepared(receiver) && !isCondition(receiver) && LISTS.has(receiver.kind);
    if (operation === undefined || !isList) return null;
    const values = expression.arguments.map((value) => comparable(this.evaluate(value, SWALLOW)) ?? UNKNOWN);
    return { kind: 'derived', operation, of: receiver, arguments: values, span: this.span(expression) };
  }

  /** What is asked of rows, or of the answer of one of the project's functions. */
  private rowMethod(expression: Extract<Expression, { kind: 'method' }>, rows: Meaning): Meaning | null {
    const { name } = expression;
    const isAnswer =
      isCondition(rows) ||
      (!isPrepared(rows) && (rows.kind === 'call' || rows.kind === 'name' || rows.kind === 'list'));
    if (!isAnswer) return null;
    if (name === 'contains' || name === 'eq_ignore_ascii_case' || name === 'contains_key')
      return this.contains(expression, rows);
    if (!isCondition(rows) && rows.kind !== 'call') return name === 'any' ? this.mapped(expression, rows) : null;
    if (name === 'is_none' || name === 'is_empty') return not(this.conditionFrom(rows, expression));
    if (name === 'is_some') return this.conditionFrom(rows, expression);
    if (
      name === 'any' ||
      name === 'find' ||
      name === 'position' ||
      name === 'is_some_and' ||
      name === 'map_or' ||
      drivers.KEEPS_VALUE.has(name)
    )
      return this.mapped(expression, rows);
    return isCondition(rows) ? rows : null;
  }

  private contains(expression: Extract<Expression, { kind: 'method' }>, collection: Meaning): Meaning {
    const [argument] = expression.arguments;
    const item = argument === undefined ? UNKNOWN : valueOf(this.evaluate(argument, SWALLOW));
    const span = this.span(expression);
    if (item.kind === 'unknown') return this.unknownCondition(expression);
    // The text of a definition is searched, not a list of names.
    if (isQuery(collection) && /\bselect\s+sql\b/i.test(leadingText(collection.sql)))
      return this.unknownCondition(expression);
    if (isQuery(collection)) return { ...collection, looksFor: item };
    if (isPrepared(collection)) return this.unknownCondition(expression);
    if (!isCondition(collection) && collection.kind === 'name' && item.kind === 'text')
      return this.unknownCondition(expression);
    const within =
      !isCondition(collection) && collection.kind === 'call'
        ? conditionOf(collection, this.words(expression), span)
        : collection;
    return { condition: 'contains', item, collection: within, span };
  }

  /** A closure over rows may say what is looked for: `.any(|c| c == "archived")`. */
  private mapped(expression: Extract<Expression, { kind: 'method' }>, rows: Meaning): Meaning {
    const closure = expression.arguments.find((value) => value.kind === 'closure');
    if (closure?.kind !== 'closure') return rows;
    for (const name of closure.parameters.flatMap((parameter) => parameter.names)) this.bind(name, rows);
    let inner: Meaning = UNKNOWN;
    const actions = this.collect(() => {
      inner = rowsOf(this.evaluate(closure.body, SWALLOW));
    });
    const changes = actions.filter(changesDatabase);
    if (changes.length > 0) this.pushIf(this.unknownCondition(expression), changes, [], this.span(expression));
    if (isCondition(inner)) return inner;
    return expression.name === 'any' || expression.name === 'find' ? this.unknownCondition(expression) : rows;
  }

  private otherMethod(
    expression: Extract<Expression, { kind: 'method' }>,
    receiver: Meaning,
    policy: HostOnError,
  ): Meaning {
    const { name } = expression;
    const isTransaction = drivers.BEGIN.has(name);
    const values = expression.arguments.map((value) => this.argument(value, policy, isTransaction));
    if (drivers.KEEPS_VALUE.has(name) || isCondition(receiver)) return receiver;
    const runsClosure = expression.arguments.some((value) => unwrapped(value).kind === 'closure');
    const isDriver = drivers.RUN_ONE.has(name) || drivers.ASK.has(name) || drivers.PREPARE.has(name);
    if (isTransaction || runsClosure || drivers.isStandardMethod(name)) return UNKNOWN;
    if (isDriver && lastName(unwrapped(expression.receiver)) !== 'self') return UNKNOWN;
    const callee = this.calleeOf(expression);
    return callee === null ? UNKNOWN : this.projectCall(callee, values, policy, expression);
  }

  private calleeOf(expression: Extract<Expression, { kind: 'method' }>): readonly string[] | null {
    const type = this.typeOf(expression.receiver);
    if (type !== '' && !['str', 'String', 'Vec', 'Connection'].includes(type)) return [type, expression.name];
    const chain = receiverChain(expression.receiver);
    return chain === null ? null : [...chain, expression.name];
  }

  /** The name of the expression's type where the text shows it: a parameter's type, `Store::open(..)`, `self`. */
  private typeOf(expression: Expression): string {
    const inner = expression.kind === 'try' || expression.kind === 'same' ? expression.of : expression;
    if (inner !== expression) return this.typeOf(inner);
    if (
      inner.kind === 'method' &&
      /^(?:unwrap|expect|context|with_context|map_err|clone|as_ref|lock|as_mut)$/.test(inner.name)
    )
      return this.typeOf(inner.receiver);
    if (inner.kind === 'path' && inner.names.length === 1) return this.types.get(inner.names[0] ?? '') ?? '';
    if (inner.kind === 'struct') return this.absolute(inner.names).at(-1) ?? '';
    if (inner.kind !== 'call' || inner.callee.kind !== 'path') return '';
    const type = this.absolute(inner.callee.names).at(-2) ?? '';
    return /^[A-Z]/.test(type) && !drivers.isForeignCall([type]) ? type : '';
  }

  private macro(expression: Extract<Expression, { kind: 'macro' }>): Meaning {
    const name = expression.names.at(-1) ?? '';
    if (LOG_MACROS.has(name)) return UNKNOWN;
    if (givesUp(expression)) {
      this.giveUp(this.span(expression));
      return UNKNOWN;
    }
    const items = this.macroItems(expression);
    if (name === 'format' || name === 'formatcp' || name === 'formatdoc')
      return this.format(items, name === 'formatdoc', expression);
    if (name === 'concat' || name === 'concatcp')
      return this.joined(
        items.map((item) => valueOf(this.evaluate(item, SWALLOW))),
        expression,
      );
    if (name === 'indoc' || name === 'unindent') return this.indoc(items);
    if (name === 'vec' || name === 'params' || name === 'smallvec' || name === 'params_from_iter') {
      return { kind: 'list', items: items.map((item) => valueOf(this.evaluate(item, SWALLOW))) };
    }
    if (name === 'include_str' || name === 'include_bytes') return this.included(items, expression);
    if (drivers.QUERY_MACROS.has(name)) return this.queryMacro(name, items, expression);
    return this.toolMacro(name, items, expression);
  }

  private toolMacro(name: string, items: readonly Expression[], at: Extract<Expression, { kind: 'macro' }>): Meaning {
    const values = (): HostValue[] => items.map((item) => valueOf(this.evaluate(item, SWALLOW)));
    if (name === 'migrate') return this.tool(['sqlx', 'migrate'], values(), at);
    if (name === 'embed_migrations') {
      const crate = this.imported(at.names)[0];
      return this.tool(
        [crate === 'refinery' || crate === 'refinery_macros' ? 'refinery' : 'diesel_migrations', 'embed_migrations'],
        values(),
        at,
      );
    }
    if (name === 'env')
      return {
        kind: 'text',
        sql: { file: this.around.file, text: '', segments: [{ start: 0, hostStart: this.span(at).start }] },
        hasPlaceholder: false,
      };
    if (name === 'include_dir') return this.includedFolder(items, at);
    if (['join', 'try_join', 'ensure', 'assert', 'assert_eq', 'assert_ne', 'debug_assert'].includes(name)) values();
    return UNKNOWN;
  }

  private queryMacro(name: string, items: readonly Expression[], at: Expression): Meaning {
    const isTyped = name.startsWith('query_as');
    const [sql, ...bound] = items.slice(isTyped ? 1 : 0);
    const value = sql === undefined ? UNKNOWN : valueOf(this.evaluate(sql, SWALLOW));
    return {
      prepared: value,
      many: false,
      arguments: bound.map((item) => valueOf(this.evaluate(item, SWALLOW))),
      span: this.span(at),
    };
  }

  private macroItems(expression: Extract<Expression, { kind: 'macro' }>): readonly Expression[] {
    const { tokens } = this.around;
    return new Parser(tokens, expression.open + 1, tokens.partner(expression.open)).list();
  }

  /** A path that starts at the manifest's folder loses that start: `concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql")`. */
  private included(items: readonly Expression[], at: Expression): Meaning {
    const value = items[0] === undefined ? UNKNOWN : valueOf(this.evaluate(items[0], SWALLOW));
    return value.kind === 'text'
      ? { kind: 'file', path: value.sql.text.replace(/^\/+/, ''), span: this.span(at) }
      : UNKNOWN;
  }

  private includedFolder(items: readonly Expression[], at: Expression): Meaning {
    const value = items[0] === undefined ? UNKNOWN : valueOf(this.evaluate(items[0], SWALLOW));
    if (value.kind !== 'text') return UNKNOWN;
    const folder = value.sql.text.replace(/^\$CARGO_MANIFEST_DIR\/?/, '');
    return { kind: 'files', folder, pattern: '*', sorted: true, span: this.span(at) };
  }

  private indoc(items: readonly Expression[]): Meaning {
    const value = items[0] === undefined ? UNKNOWN : valueOf(this.evaluate(items[0], SWALLOW));
    return value.kind === 'text' ? { ...value, sql: unindented(value.sql) } : value;
  }

  private format(items: readonly Expression[], isDoc: boolean, at: Expression): Meaning {
    const [template, ...values] = items;
    const text = template === undefined ? UNKNOWN : valueOf(this.evaluate(template, SWALLOW));
    if (text.kind !== 'text') return UNKNOWN;
    const named = new Map<string, HostValue>();
    const positional: HostValue[] = [];
    for (const value of values) {
      const known = valueOf(this.evaluate(value.kind === 'assign' ? value.value : value, SWALLOW));
      if (value.kind === 'assign') named.set(lastName(value.target), known);
      else positional.push(known);
    }
    const parts = formatParts(isDoc ? unindented(text.sql) : text.sql).map((part): HostValue => {
      if ('text' in part) return { kind: 'text', sql: part.text, hasPlaceholder: false };
      if (typeof part.argument === 'number') return positional[part.argument] ?? UNKNOWN;
      return named.get(part.argument) ?? valueOf(this.nameMeaning([part.argument], at));
    });
    return this.joined(parts, at);
  }

  /** One text where all parts are texts of this file, a joined value otherwise. */
  private joined(parts: readonly HostValue[], at: Expression): HostValue {
    const flat = parts.flatMap((part) => (part.kind === 'joined' ? part.parts : [part]));
    if (flat.every((part) => part.kind === 'unknown')) return UNKNOWN;
    if (!flat.some((part) => part.kind === 'text')) return { kind: 'joined', parts: flat, span: this.span(at) };
    const texts = flat.flatMap((part) => (part.kind === 'text' ? [part.sql] : []));
    const whole = texts.length === flat.length ? joinTexts(texts) : null;
    return whole === null
      ? { kind: 'joined', parts: mergedTexts(flat), span: this.span(at) }
      : { kind: 'text', sql: whole, hasPlaceholder: false };
  }

  /** `self::`, `super::` and `Self` made absolute. */
  private absolute(names: readonly string[]): readonly string[] {
    const { modulePath, owner } = this.around;
    let rest = names;
    if (rest[0] === 'Self' && owner !== null) return [owner, ...rest.slice(1)];
    if (rest[0] !== 'self' && rest[0] !== 'super') return names;
    if (rest.length === 1) return names;
    let base = modulePath;
    if (rest[0] === 'self') rest = rest.slice(1);
    while (rest[0] === 'super') {
      base = base.slice(0, -1);
      rest = rest.slice(1);
    }
    return [...base, ...rest];
  }

  private imported(names: readonly string[]): readonly string[] {
    const path = this.around.imports.get(names[0] ?? '');
    return path === undefined ? names : [...path, ...names.slice(1)];
  }

  private span(range: { readonly from: number; readonly to: number }): Span {
    const { tokens, file } = this.around;
    const start = tokens.start(range.from);
    return { file, start, end: Math.max(start, range.to > range.from ? tokens.end(range.to - 1) : start) };
  }

  private spanOfStatement(statement: Statement): Span {
    if (statement.kind === 'let') return this.span(statement.value ?? statement.pattern);
    return this.span(statement.kind === 'constant' ? statement.value : statement.expression);
  }

  private words(range: { readonly from: number; readonly to: number }): string {
    const { start, end } = this.span(range);
    return this.around.file.text.slice(start, Math.min(end, start + 80)).replace(/\s+/g, ' ');
  }
}
