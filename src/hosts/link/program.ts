import type { Guard, OnError } from '../../deployment.ts';
import type { Span } from '../../text/source-file.ts';
import type { SqlText } from '../../text/sql-text.ts';
import { asksOfTables } from '../../query/plain-query.ts';
import type { HostAction, HostValue } from '../host.ts';
import { hasSchemaWords, isToolCall } from './code.ts';
import { guardOf } from './conditions.ts';
import type { Draft } from './draft.ts';
import type { Evaluator, Scope } from './evaluate.ts';
import { isNameOfRound } from './file-names.ts';
import { lastPart } from './files.ts';
import { decided, isFalse, isTrue, negated } from './guards.ts';
import { columnAdded } from './named-helpers.ts';
import { isLedgerName, meaningOf } from './queries.ts';
import { askedBefore, variablesIn } from './remembered.ts';
import { testRows } from './row-tests.ts';
import { knownName, knownText, UNKNOWN, type CodeFunction, type TextValue, type Value } from './values.ts';

/** Above this many calls one entry is no upgrade any more but a whole application. */
const MOST_DRAFTS = 20_000;
const DEEPEST = 40;
/** Each answer that is remembered doubles what ran since. */
const MOST_REMEMBERED = 3;

const STOP: OnError = { kind: 'stop' };

/** How a run of actions ended: at its end, or earlier. */
type Ending = 'end' | 'iteration' | 'return' | 'program';

interface Flow {
  readonly drafts: readonly Draft[];
  readonly ending: Ending;
}

/** Calls of a migration tool. */
export interface ToolCall {
  readonly tool: string;
  readonly argument: string | null;
  readonly file: string;
}

/** Follows one entry point through calls, branches and loops, and drafts what reaches the database. */
export class ProgramReader {
  readonly toolCalls: ToolCall[] = [];
  /** Functions in which statements were found. */
  readonly via = new Set<CodeFunction>();
  readonly folders = new Set<string>();
  readonly #evaluator: Evaluator;
  readonly #stack = new Set<CodeFunction>();
  #count = 0;

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  entry(node: CodeFunction): readonly Draft[] {
    this.#stack.add(node);
    const actions = node.function === null ? node.module.body : node.function.body;
    return this.#run(actions, this.#evaluator.scopeOf(node)).drafts;
  }

  #run(actions: readonly HostAction[], scope: Scope): Flow {
    const drafts: Draft[] = [];
    /** How much had run when a variable got its value. */
    const assigned = new Map<string, number>();
    let remembered = 0;
    for (let index = 0; index < actions.length; index++) {
      const action = actions[index];
      if (action === undefined) break;
      if (action.kind === 'return' || action.kind === 'leave') return { drafts, ending: endingOf(action) };
      if (action.kind === 'assign') assigned.set(action.name, drafts.length);
      if (action.kind === 'if') {
        const flow = this.#branches(action, actions.slice(index + 1), scope);
        const asked = variablesIn(action.condition).flatMap((name) => assigned.get(name) ?? []);
        const since = Math.min(...asked, drafts.length);
        const [first, ...more] = flow.drafts;
        const whole = first === undefined ? undefined : askedBefore(first, drafts.slice(since));
        if (whole === undefined || ++remembered > MOST_REMEMBERED) drafts.push(...flow.drafts);
        else drafts.splice(since, drafts.length, whole, ...more);
        if (flow.ending !== 'end') return { drafts, ending: flow.ending };
        if (flow.tookRest) return { drafts, ending: 'end' };
        continue;
      }
      if (action.kind === 'for') {
        const over = this.#evaluator.value(action.over, scope);
        if (over.kind === 'rows') {
          const leaves = this.#rowsLoop(action, over, scope, drafts);
          if (isFalse(leaves)) continue;
          const rest = this.#run(actions.slice(index + 1), scope);
          return { drafts: [...drafts, ...gated(leaves, [], rest.drafts, action.span)], ending: 'end' };
        }
      }
      const flow = this.#action(action, scope);
      drafts.push(...flow.drafts);
      if (flow.ending !== 'end') return { drafts, ending: flow.ending };
    }
    return { drafts, ending: 'end' };
  }

  /** A loop over a query's rows: what it finds out about them, and what it runs for each. Says when it ends the function. */
  #rowsLoop(action: HostAction & { kind: 'for' }, over: Value, scope: Scope, drafts: Draft[]): Guard {
    drafts.push(...this.#unknownRounds(action, over, scope, new Map(scope.locals)).drafts);
    this.#evaluator.bind(action.variables, over, scope);
    return testRows(action.body, scope, this.#evaluator);
  }

  #action(action: HostAction, scope: Scope): Flow {
    switch (action.kind) {
      case 'execute':
        return ended(this.#execute(action, scope));
      case 'call':
        return this.#call(action, scope);
      case 'for':
        return this.#loop(action, scope);
      case 'assign':
        this.#assign(action, scope);
        return ended([]);
      case 'block':
        return this.#block(action, scope);
      case 'transaction':
        return ended([{ kind: 'control', what: action.what, ...methodName(action) }]);
      default:
        return ended([]);
    }
  }

  /**
   * An `if`. Where one branch leaves the function, what follows the `if` belongs to the other. A branch that does
   * nothing but raise an
   * error is a refusal to go on: what follows is read as if it had not been taken.
   */
  #branches(
    action: HostAction & { kind: 'if' },
    rest: readonly HostAction[],
    scope: Scope,
  ): Flow & { readonly tookRest: boolean } {
    const guard = guardOf(action.condition, scope, this.#evaluator);
    if (isTrue(guard)) return { ...this.#run(action.then, scope), tookRest: false };
    if (isFalse(guard)) return { ...this.#run(action.otherwise, scope), tookRest: false };
    const before = new Map(scope.locals);
    const then = this.#run(action.then, scope);
    const afterThen = new Map(scope.locals);
    restore(scope, before);
    const otherwise = this.#run(action.otherwise, scope);
    if (then.ending === 'program' && !then.drafts.some(runsSomething)) return { ...otherwise, tookRest: false };
    if (otherwise.ending === 'program' && !otherwise.drafts.some(runsSomething)) {
      restore(scope, afterThen);
      return { ...then, tookRest: false };
    }
    if (then.ending === 'end' && otherwise.ending === 'end') {
      merge(scope, before, afterThen, guard);
      return { drafts: gated(guard, then.drafts, otherwise.drafts, action.span), ending: 'end', tookRest: false };
    }
    return this.#leavingBranches(action, guard, then, otherwise, afterThen, rest, scope);
  }

  #leavingBranches(
    action: HostAction & { kind: 'if' },
    guard: Guard,
    then: Flow,
    otherwise: Flow,
    afterThen: ReadonlyMap<string, Value>,
    rest: readonly HostAction[],
    scope: Scope,
  ): Flow & { readonly tookRest: boolean } {
    if (then.ending !== 'end' && otherwise.ending !== 'end') {
      return { drafts: gated(guard, then.drafts, otherwise.drafts, action.span), ending: then.ending, tookRest: true };
    }
    if (then.ending === 'end') restore(scope, afterThen);
    const following = this.#run(rest, scope);
    const thenDrafts = then.ending === 'end' ? [...then.drafts, ...following.drafts] : then.drafts;
    const otherwiseDrafts = otherwise.ending === 'end' ? [...otherwise.drafts, ...following.drafts] : otherwise.drafts;
    return { drafts: gated(guard, thenDrafts, otherwiseDrafts, action.span), ending: 'end', tookRest: true };
  }

  #execute(action: HostAction & { kind: 'execute' }, scope: Scope): readonly Draft[] {
    const text = this.#evaluator.text(this.#evaluator.value(action.sql, scope), action.span);
    if (text === undefined || ++this.#count > MOST_DRAFTS) return [];
    const words = firstWords(text.sql.text);
    const control = transactionControl(words, text.sql.text);
    if (control !== undefined) return [{ kind: 'control', what: control }];
    if (words.startsWith('$') || !mayBeSql(words, text.sql.text)) return [];
    if (isQuery(words, text.sql.text)) return queryOf(action, text);
    const record = this.#record(action, text, scope);
    if (record !== undefined) return [record];
    this.via.add(scope.node);
    const many = action.many || text.cut !== undefined;
    const { refusesSeveral } = action;
    const refusal = text.cut !== undefined || refusesSeveral === undefined ? {} : { refusesSeveral };
    const throughDriver = { at: action.span, ...refusal };
    const cut = text.cut === undefined ? {} : { cutAt: text.cut };
    const call = { sql: text.sql, onError: action.onError, many, throughDriver, ...cut };
    const draft: Draft = { kind: 'call', call, commitsFirst: action.commitsFirst === true };
    return [draft, ...versionInScript(text.sql.text)];
  }

  /** A statement that writes to the ledger: `INSERT INTO schema_migrations ..`, `PRAGMA user_version = 3`. */
  #record(action: HostAction & { kind: 'execute' }, text: TextValue, scope: Scope): Draft | undefined {
    const sql = text.sql.text;
    if (sql.length > 1_000 || hasSeveralStatements(sql)) return undefined;
    const version = /^\s*pragma\s+(?:\w+\.)?user_version\s*=\s*(\S+?)\s*;?\s*$/i.exec(sql);
    if (version !== null) return versionRecorded(version[1]);
    const insert =
      /^\s*(?:insert(?:\s+or\s+\w+|\s+ignore)?\s+into|replace\s+into|update)\s+["`[]?(?:\w+\.)?(\w+)/i.exec(sql);
    const isVersionKey = /'\w*version'/i.test(sql);
    if (insert === null) return undefined;
    const bound = this.#boundValues(action, scope);
    if (isVersionKey) return { kind: 'recorded', identity: versionWritten(sql, bound) };
    const isOfFile = bound.some((value) => isNameOfRound(knownName(value), scope.round));
    if (!isOfFile && !isLedgerName(insert[1] ?? '')) return undefined;
    return { kind: 'recorded', identity: recordedIdentity(sql, bound) };
  }

  #boundValues(action: HostAction & { kind: 'execute' }, scope: Scope): readonly Value[] {
    return (action.arguments ?? []).map((value) => this.#evaluator.value(value, scope));
  }

  #call(action: HostAction & { kind: 'call' }, scope: Scope): Flow {
    this.#mutation(action, scope);
    const target = this.#evaluator.callee(action.callee, scope);
    if (target === undefined && isToolCall(action.callee)) return ended(this.#toolCall(action, scope));
    if (target === undefined) return ended(this.#columnAdded(action, scope));
    if (target.function === null || !this.#isWorthFollowing(target, action.arguments, scope)) return ended([]);
    if (this.#stack.has(target) || this.#stack.size > DEEPEST || this.#count > MOST_DRAFTS) return ended([]);
    this.#stack.add(target);
    const inner = this.#evaluator.enter(target, action.arguments, action.span, scope);
    const { drafts, ending } = this.#run(target.function.body, inner);
    this.#stack.delete(target);
    // Where errors are values, a function that returns none deals with its errors itself.
    const onError = target.function.returnsError === false ? STOP : action.onError;
    const leaves: Ending = ending === 'program' ? 'program' : 'end';
    if (onError.kind === 'stop' || drafts.length === 0) return { drafts, ending: leaves };
    return ended([{ kind: 'block', actions: drafts, onError, transaction: false }]);
  }

  /** A helper that is not there to be read, whose name says that it adds a column where it is missing. */
  #columnAdded(action: HostAction & { kind: 'call' }, scope: Scope): readonly Draft[] {
    const values = action.arguments.map((value) => this.#evaluator.value(value, scope));
    const added = columnAdded(action.callee, values, action.span);
    if (added === undefined) return [];
    const { table, column, sql } = added;
    this.via.add(scope.node);
    const guard: Guard = { test: 'column', table, name: column, not: true, at: action.span };
    const call: Draft = {
      kind: 'call',
      call: { sql: sql.sql, onError: action.onError, many: false },
      commitsFirst: false,
    };
    return [{ kind: 'if', guard, then: [call], otherwise: [] }];
  }

  /** Functions that touch a schema, and those that run what they are handed. */
  #isWorthFollowing(target: CodeFunction, values: readonly HostValue[], scope: Scope): boolean {
    const { code } = this.#evaluator;
    if (code.isRelevant(target)) return true;
    if (values.some((value) => this.#isRelevantFunction(this.#evaluator.value(value, scope)))) return true;
    if (!code.reachesExecute(target)) return false;
    if (isRecorder(target) || isPartOfConstructor(target, scope.node)) return true;
    return values.some((value) => mayHoldSchema(this.#evaluator.value(value, scope)));
  }

  /** A function that is handed to one that calls it: `withTransaction(db, (tx) => migrate(tx))`. */
  #isRelevantFunction(value: Value): boolean {
    return value.kind === 'function' && this.#evaluator.code.isRelevant(value.of);
  }

  /** A migration tool: what it runs is in its files, or in the list that it is given. */
  #toolCall(action: HostAction & { kind: 'call' }, scope: Scope): readonly Draft[] {
    const listed = action.callee[0] === 'rusqlite_migration' ? this.#listedSteps(action, scope) : [];
    if (listed.length > 0) return listed;
    const argument = action.arguments
      .map((value) => knownText(this.#evaluator.value(value, scope)))
      .find((text) => text !== undefined);
    const call: ToolCall = { tool: action.callee.join('::'), argument: argument ?? null, file: action.span.file.path };
    const isKnown = this.toolCalls.some(
      (known) => known.tool === call.tool && known.argument === call.argument && known.file === call.file,
    );
    if (!isKnown) this.toolCalls.push(call);
    return [];
  }

  /** rusqlite_migration: `Migrations::new(vec![M::up(".."), ..])`, all that is pending in one transaction. */
  #listedSteps({ arguments: [list], onError, span }: HostAction & { kind: 'call' }, scope: Scope): readonly Draft[] {
    const rounds = list === undefined ? undefined : this.#evaluator.rounds(this.#evaluator.value(list, scope));
    const steps = (rounds ?? []).flatMap((item, index): readonly Draft[] => {
      const text = this.#evaluator.text(item, span);
      if (text === undefined || ++this.#count > MOST_DRAFTS) return [];
      const call: Draft = { kind: 'call', call: { sql: text.sql, onError: STOP, many: true }, commitsFirst: false };
      return [{ kind: 'step', identity: String(index + 1), file: text.sql.file.path, actions: [call] }];
    });
    if (steps.length === 0) return [];
    this.via.add(scope.node);
    return [{ kind: 'block', actions: steps, onError, transaction: true }];
  }

  /** `list.append(item)`. */
  #mutation(action: HostAction & { kind: 'call' }, scope: Scope): void {
    const method = action.callee.at(-1);
    if (method === undefined || !/^(?:append|extend|insert|push|add|set)$/.test(method)) return;
    const name = action.callee.slice(0, -1).join('.');
    const list = scope.locals.get(name);
    if (list === undefined) return;
    const [argument] = action.arguments;
    const item = argument === undefined ? UNKNOWN : this.#evaluator.value(argument, scope);
    if (item.kind === 'rows') {
      scope.locals.set(name, { ...item, collected: true });
      return;
    }
    const isPlain = list.kind === 'list' && (method === 'append' || method === 'push');
    scope.locals.set(name, isPlain ? { kind: 'list', items: [...list.items, item] } : UNKNOWN);
  }

  #assign(action: HostAction & { kind: 'assign' }, scope: Scope): void {
    scope.locals.set(action.name, this.#evaluator.value(action.value, scope));
  }

  #block(action: HostAction & { kind: 'block' }, scope: Scope): Flow {
    const { drafts, ending } = this.#run(action.body, scope);
    const { onError } = action;
    if (drafts.length === 0 || (onError.kind === 'stop' && !action.transaction)) return { drafts, ending };
    return { drafts: [{ kind: 'block', actions: drafts, onError, transaction: action.transaction }], ending };
  }

  #loop(action: HostAction & { kind: 'for' }, scope: Scope): Flow {
    const over = this.#evaluator.value(action.over, scope);
    const rounds = this.#evaluator.rounds(over);
    const before = new Map(scope.locals);
    if (rounds === undefined) return this.#unknownRounds(action, over, scope, before);
    if (over.kind === 'files')
      for (const file of over.files) this.folders.add(file.path.slice(0, Math.max(0, file.path.lastIndexOf('/'))));
    const drafts: Draft[] = [];
    for (const [index, item] of rounds.entries()) {
      if (this.#count > MOST_DRAFTS) break;
      this.#evaluator.bind(action.variables, item, scope);
      const flow = this.#run(action.body, inRound(item, scope));
      const identity = over.kind === 'list' ? over.identities?.[index] : undefined;
      if (identity === undefined) drafts.push(...flow.drafts);
      else drafts.push(...gated({ test: 'recorded', identity, not: true }, flow.drafts, [], action.span));
      if (flow.ending === 'return' || flow.ending === 'program') return { drafts, ending: flow.ending };
    }
    return ended(drafts);
  }

  /** Statements with no unknown part run some number of times; those that name the loop's variable are not known. */
  #unknownRounds(
    action: HostAction & { kind: 'for' },
    over: Value,
    scope: Scope,
    before: ReadonlyMap<string, Value>,
  ): Flow {
    this.#evaluator.bind(action.variables, over.kind === 'rows' ? UNKNOWN : over, scope);
    const { drafts } = this.#run(action.body, scope);
    restore(scope, before);
    const guard: Guard = { test: 'unknown', words: 'how often the loop runs', at: action.span };
    return ended(drafts.length === 0 ? [] : [{ kind: 'if', guard, then: drafts, otherwise: [] }]);
  }
}

/** The name of the driver's method, which is the statement too: `connection.rollback()`. */
function methodName(action: HostAction & { kind: 'transaction' }): { readonly sql?: SqlText } {
  const { file, start, end } = action.span;
  const at = file.text.slice(start, end).lastIndexOf(action.what);
  return at < 0 ? {} : { sql: { file, text: action.what, segments: [{ start: 0, hostStart: start + at }] } };
}

/** What runs in one round of a loop over files. */
function inRound(item: Value, scope: Scope): Scope {
  const path =
    item.kind === 'path' ? item : item.kind === 'list' ? item.items.find((part) => part.kind === 'path') : undefined;
  return path?.kind === 'path' ? { ...scope, round: lastPart(path.path).replace(/\.[^.]*$/, '') } : scope;
}

function ended(drafts: readonly Draft[]): Flow {
  return { drafts, ending: 'end' };
}

function endingOf(action: HostAction & { kind: 'return' | 'leave' }): Ending {
  if (action.kind === 'return') return 'return';
  return action.what === 'program' ? 'program' : 'iteration';
}

/** An `if` on the ledger around what is then recorded is a step; any other stays an `if`. */
function gated(guard: Guard, then: readonly Draft[], otherwise: readonly Draft[], span: Span): readonly Draft[] {
  if (then.length === 0 && otherwise.length === 0) return [];
  const gate = stepGate(guard, then);
  if (gate !== undefined) return [stepFor(gate, then, span), ...otherwise.filter((draft) => draft.kind !== 'control')];
  const inverse = stepGate(negated(guard), otherwise);
  if (inverse !== undefined && then.length === 0) return [stepFor(inverse, otherwise, span)];
  return [{ kind: 'if', guard, then, otherwise }];
}

function stepFor(identity: string, actions: readonly Draft[], span: Span): Draft {
  return { kind: 'step', identity, file: fileOf(actions) ?? span.file.path, actions };
}

/** The step that a guard lets run once, if it is such a guard. */
function stepGate(guard: Guard, drafts: readonly Draft[]): string | undefined {
  if (!drafts.some(runsSomething)) return undefined;
  if ('all' in guard) return recordedAfter(guard.all, drafts);
  if (!('test' in guard) || guard.test !== 'recorded' || guard.not !== true) return undefined;
  if (guard.identity !== undefined) return isAroundSteps(drafts) ? undefined : guard.identity;
  const recorded = recordedIn(drafts);
  return recorded.length === 1 && recorded[0] === '1' ? '1' : undefined;
}

/** `if (version < LATEST) { if (version < 1) .. if (version < 2) .. }`: the steps are those inside. */
function isAroundSteps(drafts: readonly Draft[]): boolean {
  return drafts.filter(runsSomething).every((draft) => draft.kind === 'step' && /^\d+$/.test(draft.identity));
}

/** `version == 1`: 1 is recorded and 2 is not, so the step is 2. */
function recordedAfter(guards: readonly Guard[], drafts: readonly Draft[]): string | undefined {
  if (!guards.every((guard) => 'test' in guard && guard.test === 'recorded' && guard.identity !== undefined))
    return undefined;
  const missing = guards.filter((guard) => 'test' in guard && guard.test === 'recorded' && guard.not === true);
  const [only] = missing;
  if (missing.length !== 1 || only === undefined || !('test' in only) || only.test !== 'recorded') return undefined;
  return recordedIn(drafts).at(-1) ?? only.identity;
}

function recordedIn(drafts: readonly Draft[]): readonly string[] {
  return drafts.flatMap((draft) => {
    if (draft.kind === 'recorded') return draft.identity === null ? [] : [draft.identity];
    if (draft.kind === 'block') return recordedIn(draft.actions);
    return draft.kind === 'if' ? [...recordedIn(draft.then), ...recordedIn(draft.otherwise)] : [];
  });
}

function runsSomething(draft: Draft): boolean {
  switch (draft.kind) {
    case 'call':
      return draft.reads !== true;
    case 'step':
      return true;
    case 'block':
      return draft.actions.some(runsSomething);
    case 'if':
      return draft.then.some(runsSomething) || draft.otherwise.some(runsSomething);
    default:
      return false;
  }
}

function fileOf(drafts: readonly Draft[]): string | undefined {
  for (const draft of drafts) {
    if (draft.kind === 'call') return draft.call.sql.file.path;
    const inner =
      draft.kind === 'block'
        ? fileOf(draft.actions)
        : draft.kind === 'if'
          ? (fileOf(draft.then) ?? fileOf(draft.otherwise))
          : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function restore(scope: Scope, locals: ReadonlyMap<string, Value>): void {
  scope.locals.clear();
  for (const [name, value] of locals) scope.locals.set(name, value);
}

/**
 * After both branches: what they agree on; what a branch changed is unknown, but what a query returned stays what
 * it was.
 */
function merge(
  scope: Scope,
  before: ReadonlyMap<string, Value>,
  afterThen: ReadonlyMap<string, Value>,
  guard: Guard,
): void {
  const names = new Set([...afterThen.keys(), ...scope.locals.keys()]);
  for (const name of names) {
    const old = before.get(name);
    const left = afterThen.get(name);
    const right = scope.locals.get(name);
    if (left === right) continue;
    if (left?.kind === 'truth' && right?.kind === 'truth')
      scope.locals.set(name, { kind: 'truth', guard: decided(guard, left.guard, right.guard) });
    else if (old?.kind === 'rows') scope.locals.set(name, old);
    else if (isVersionOrNone(left, right)) scope.locals.set(name, left?.kind === 'rows' ? left : (right ?? UNKNOWN));
    else if (left === undefined || right === undefined) scope.locals.set(name, left ?? right ?? UNKNOWN);
    else scope.locals.set(name, UNKNOWN);
  }
}

/** The stored version, or 0 where nothing stores one: on a database of which nothing is recorded, that is the same. */
function isVersionOrNone(left: Value | undefined, right: Value | undefined): boolean {
  const [rows, number] = left?.kind === 'rows' ? [left, right] : [right, left];
  return rows?.kind === 'rows' && number?.kind === 'number' && number.value === 0 && meaningOf(rows).asks === 'version';
}

/** Statements begin with one of these words; a command or an address that a method of the same name is given does not. */
const FIRST_WORDS =
  /^(?:create|alter|drop|insert|update|delete|replace|merge|select|with|pragma|set|use|show|do|call|truncate|vacuum|analyze|attach|detach|comment|reindex|rename|lock|unlock|grant|revoke|savepoint|release|rollback|begin|commit|start|end|copy|refresh|cluster|declare|exec|if|delimiter|optimize|repair|check|flush|import|values|table|\$)/;

function mayBeSql(words: string, sql: string): boolean {
  return FIRST_WORDS.test(words) || hasSchemaWords(sql);
}

/** The first word of the SQL, comments stepped over, in lower case. */
function firstWords(sql: string): string {
  let at = 0;
  for (;;) {
    while (at < sql.length && /[\s;]/.test(sql.charAt(at))) at++;
    if (sql.startsWith('--', at)) at = endOf(sql, '\n', at);
    else if (sql.startsWith('/*', at)) at = endOf(sql, '*/', at);
    else return sql.slice(at, at + 40).toLowerCase();
  }
}

function endOf(sql: string, mark: string, at: number): number {
  const end = sql.indexOf(mark, at + 2);
  return end < 0 ? sql.length : end + mark.length;
}

function transactionControl(words: string, sql: string): 'begin' | 'commit' | 'rollback' | undefined {
  if (sql.length > 200 || hasSeveralStatements(sql)) return undefined;
  if (/^(?:begin|start\s+transaction)\b/.test(words)) return 'begin';
  if (/^(?:commit|end)\b/.test(words)) return 'commit';
  return /^rollback\b/.test(words) && !/\bto\b/.test(words) ? 'rollback' : undefined;
}

function hasSeveralStatements(sql: string): boolean {
  const end = sql.indexOf(';');
  return end >= 0 && sql.slice(end + 1).trim() !== '';
}

/** SQL that only asks; a text that holds more than that is kept whole. */
function isQuery(words: string, sql: string): boolean {
  if (words === '') return true;
  if (/^(?:select|show|describe|explain|values)\b/.test(words))
    return !hasSeveralStatements(sql) || !hasSchemaWords(sql);
  if (/^with\b/.test(words)) return !/\b(?:insert|update|delete)\b/i.test(sql);
  if (!words.startsWith('pragma')) return false;
  return (
    !hasSeveralStatements(sql) &&
    !sql.includes('=') &&
    !/\b(?:foreign_keys|legacy_alter_table|defer_foreign_keys|writable_schema)\b/i.test(sql)
  );
}

/** A query of the project's own tables, with nothing in it that is not known. */
function queryOf({ onError }: HostAction & { kind: 'execute' }, { sql, hasPlaceholder }: TextValue): readonly Draft[] {
  const [, table = ''] = /\bfrom\s+["`[]?(?:\w+\.)?(\w+)/i.exec(sql.text) ?? [];
  const isHeard = onError.kind !== 'swallow';
  if (!isHeard || hasPlaceholder || !asksOfTables(sql.text) || isLedgerName(table)) return [];
  return [{ kind: 'call', call: { sql, onError, many: false }, commitsFirst: false, reads: true }];
}

/** The identity that a statement writes into the ledger: a literal, or the argument that is bound in its place. */
function recordedIdentity(sql: string, values: readonly Value[]): string | null {
  const texts = values.flatMap((value) => knownName(value.kind === 'named' ? value.value : value) ?? []);
  const written = identityWritten(sql);
  const literal = /^'([^']*)'$|^(\d+)$/.exec(written ?? '');
  return literal === null ? (texts[0] ?? null) : (literal[1] ?? literal[2] ?? null);
}

/** What stands for the identity in `VALUES (1, ?)`, `(id, version) VALUES (1, 5)`, `SET version = 5`. */
function identityWritten(sql: string): string | undefined {
  const [, columns, list] = /(?:\(([^()]*)\)\s*)?values\s*\(([^()]*)\)/i.exec(sql) ?? [];
  if (list === undefined) return /\bset\s+\w+\s*=\s*('[^']*'|\S+)/i.exec(sql)?.[1];
  const parts = list.split(',').map((part) => part.trim());
  const names = (columns ?? '').split(',').map((name) => name.trim().replace(/["`[\]]/g, ''));
  const at = [/version/i, /migration|name|file|revision|step/i].map((word) =>
    names.findIndex((name) => word.test(name)),
  );
  const named = at.find((index) => index >= 0);
  if (named !== undefined) return parts[named];
  // Without names of columns a number beside what is bound is the key of the table's one row.
  return parts.find((part) => /^(?:\?|\$\d|[:@]\w)/.test(part)) ?? parts[0];
}

/** The number that is written beside a version's key. */
function versionWritten(sql: string, values: readonly Value[]): string | null {
  const literal = /version'\s*,\s*'?(\d+)|=\s*'?(\d+)/i.exec(sql);
  if (literal !== null) return literal[1] ?? literal[2] ?? null;
  return values.map((value) => knownText(value) ?? '').find((text) => /^\d+$/.test(text)) ?? null;
}

/** A function that does nothing but write to a ledger: `record(conn, name)`. */
function isRecorder(target: CodeFunction): boolean {
  return (target.function?.body ?? []).some((action) => {
    if (action.kind !== 'execute' || action.sql.kind !== 'text') return false;
    const table = /^\s*(?:insert(?:\s+or\s+\w+|\s+ignore)?\s+into|replace\s+into|update)\s+["`[]?(?:\w+\.)?(\w+)/i.exec(
      action.sql.sql.text,
    )?.[1];
    return table !== undefined && isLedgerName(table);
  });
}

/** A method that the constructor of its class calls: it runs whenever the database is opened. */
function isPartOfConstructor(target: CodeFunction, caller: CodeFunction): boolean {
  const name = caller.function?.name ?? '';
  const isSameClass = target.module === caller.module && target.function?.owner === caller.function?.owner;
  return isSameClass && target.function?.owner !== undefined && /^(?:__init__|constructor|new|open)$/.test(name);
}

function mayHoldSchema(value: Value): boolean {
  switch (value.kind) {
    case 'text':
      return hasSchemaWords(value.sql.text);
    case 'path':
      return value.path.endsWith('.sql');
    case 'files':
    case 'function':
      return true;
    case 'list':
      return value.items.some(mayHoldSchema);
    case 'dictionary':
      return value.entries.some(([, item]) => mayHoldSchema(item));
    case 'object':
      return [...value.fields.values()].some(mayHoldSchema);
    case 'named':
      return mayHoldSchema(value.value);
    default:
      return false;
  }
}

/** A script that makes everything and says so at its end: `CREATE TABLE ..; PRAGMA user_version = 3;`. */
function versionInScript(sql: string): readonly Draft[] {
  if (!sql.includes('user_version')) return [];
  const versions = [...sql.matchAll(/(?:^|;)\s*pragma\s+(?:\w+\.)?user_version\s*=\s*([^\s;]+)/gim)];
  const last = versions.at(-1);
  return last === undefined ? [] : [versionRecorded(last[1])];
}

function versionRecorded(written: string | undefined): Draft {
  return { kind: 'recorded', identity: written !== undefined && /^\d+$/.test(written) ? written : null };
}
