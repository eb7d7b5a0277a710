import type { Span } from '../../text/source-file.ts';
import type { HostAction, HostCondition, HostOnError, HostValue } from '../host.ts';
import type { Meaning } from './meaning.ts';
import { conditionOf, not, UNKNOWN } from './meaning.ts';
import { baseType, isUndecided } from './shapes.ts';
import type { Parameter, Surroundings } from './surroundings.ts';
import type { Expression, Positioned } from './syntax.ts';

/** Records what an expression does, and says what it stands for; `policy` is what happens to an error in it. */
export type Evaluate = (recorder: Recorder, expression: Expression, policy: HostOnError) => Meaning;

/** What a branch does, and the variables that it leaves changed. */
export interface Branch {
  readonly actions: readonly HostAction[];
  readonly changes: ReadonlyMap<string, Meaning>;
}

/** Deeper trees than people write are unknown. */
const DEEPEST = 400;

/** Writes down one function's actions while its body is read, and knows what its variables stand for at each moment. */
export class Recorder {
  readonly around: Surroundings;
  readonly #evaluate: Evaluate;
  #actions: HostAction[] = [];
  readonly #variables = new Map<string, Meaning>();
  /** Variables that are assigned again: their value is left to the order of actions. */
  readonly #changing = new Set<string>();
  /** By variable, the type's own name, as far as the text shows it. */
  readonly #types = new Map<string, string>();
  /** Loop variables that each hold one statement of a text cut at `;`. */
  readonly #cut = new Set<string>();
  /** Actions that end the function with an error. */
  readonly #givingUp = new WeakSet<HostAction>();
  /** Per branch that is being read: the variables that it changed, as they were before it. */
  readonly #branches: Map<string, Meaning | undefined>[] = [];
  #depth = 0;

  constructor(around: Surroundings, parameters: readonly Parameter[], evaluate: Evaluate) {
    this.around = around;
    this.#evaluate = evaluate;
    this.#types.set('self', around.owner ?? '');
    for (const { name, type } of parameters) this.#types.set(name, baseType(type));
  }

  /** Records what the expression does, and says what it stands for. */
  evaluate(expression: Expression, policy: HostOnError): Meaning {
    if (this.#depth >= DEEPEST) return UNKNOWN;
    this.#depth++;
    const meaning = this.#evaluate(this, expression, policy);
    this.#depth--;
    return meaning;
  }

  /** What is recorded so far, since the innermost `collect` began. */
  get actions(): readonly HostAction[] {
    return this.#actions;
  }

  record(...actions: readonly HostAction[]): void {
    this.#actions.push(...actions);
  }

  /** The actions that `run` records, which are then not recorded here. */
  collect(run: () => void): readonly HostAction[] {
    const outer = this.#actions;
    this.#actions = [];
    run();
    const inner = this.#actions;
    this.#actions = outer;
    return inner;
  }

  /** As `collect`; what `run` does to variables is undone and handed back. */
  collectBranch(run: () => void): Branch {
    const before = new Map<string, Meaning | undefined>();
    this.#branches.push(before);
    const actions = this.collect(run);
    this.#branches.pop();
    const changes = new Map<string, Meaning>();
    for (const [name, meaning] of before) {
      changes.set(name, this.#variables.get(name) ?? UNKNOWN);
      if (meaning === undefined) this.#variables.delete(name);
      else this.#variables.set(name, meaning);
    }
    return { actions, changes };
  }

  recordIf(condition: HostCondition, then: readonly HostAction[], otherwise: readonly HostAction[], span: Span): void {
    if (then.length === 0 && otherwise.length === 0) return;
    // A branch that ends with an error under a condition that cannot be read is no deploy that goes on: leave it out.
    if (isUndecided(condition) && this.#endsInError(then)) this.record(...otherwise);
    else if (isUndecided(condition) && this.#endsInError(otherwise)) this.record(...then);
    else if (then.length === 0) {
      this.record({ kind: 'if', condition: not(condition), then: otherwise, otherwise: then, span });
    } else this.record({ kind: 'if', condition, then, otherwise, span });
  }

  #endsInError(actions: readonly HostAction[]): boolean {
    const last = actions.at(-1);
    return last !== undefined && this.#givingUp.has(last);
  }

  /** The function ends here with an error. */
  giveUp(span: Span): void {
    const action: HostAction = { kind: 'leave', what: 'program', span };
    this.#givingUp.add(action);
    this.record(action);
  }

  /** What the variable stands for; undefined where it is none, or where the order of actions decides. */
  settledVariable(name: string): Meaning | undefined {
    return this.#changing.has(name) ? undefined : this.#variables.get(name);
  }

  /** What the variable was last bound to. */
  variable(name: string): Meaning | undefined {
    return this.#variables.get(name);
  }

  bind(name: string, meaning: Meaning): void {
    if (name === '_') return;
    const branch = this.#branches.at(-1);
    if (branch !== undefined && !branch.has(name)) branch.set(name, this.#variables.get(name));
    this.#changing.delete(name);
    this.#variables.set(name, meaning);
  }

  /** Records that a variable gets a text or list: its value is left to the order of actions from here. */
  assign(name: string, value: HostValue, span: Span): void {
    this.#types.set(name, 'str');
    this.#changing.add(name);
    this.record({ kind: 'assign', name, value, span });
  }

  isChanging(name: string): boolean {
    return this.#changing.has(name);
  }

  leaveToActions(name: string): void {
    this.#changing.add(name);
  }

  /** A new variable of this name hides the one that the order of actions decided. */
  declare(name: string): void {
    this.#changing.delete(name);
  }

  /** A loop's variable has another value each time; `isCutText`: one statement of a text cut at `;`. */
  declareLoopVariable(name: string, isCutText: boolean): void {
    this.#variables.delete(name);
    this.#changing.delete(name);
    if (isCutText) this.#cut.add(name);
    this.#types.set(name, isCutText ? 'str' : '');
  }

  endLoopVariable(name: string): void {
    this.#cut.delete(name);
  }

  /** One statement of a cut text stands for the whole text, so several may come. */
  isCutVariable(value: HostValue): boolean {
    return value.kind === 'name' && value.path.length === 1 && this.#cut.has(value.path[0] ?? '');
  }

  /** The own name of a variable's type; empty where the text does not show it. */
  typeOfVariable(name: string): string {
    return this.#types.get(name) ?? '';
  }

  setType(name: string, type: string): void {
    this.#types.set(name, type);
  }

  conditionFrom(meaning: Meaning, at: Positioned): HostCondition {
    return conditionOf(meaning, this.words(at), this.span(at));
  }

  unknownCondition(at: Positioned): HostCondition {
    return { condition: 'unknown', words: this.words(at), span: this.span(at) };
  }

  span(range: Positioned): Span {
    const { tokens, file } = this.around;
    const start = tokens.start(range.from);
    return { file, start, end: Math.max(start, range.to > range.from ? tokens.end(range.to - 1) : start) };
  }

  /** The start of what is written there, in one line. */
  words(range: Positioned): string {
    const { start, end } = this.span(range);
    return this.around.file.text.slice(start, Math.min(end, start + 80)).replace(/\s+/g, ' ');
  }
}
