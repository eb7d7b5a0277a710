import type { Span } from '../../text/source-file.ts';
import type { HostAction, HostCondition, HostOnError, HostValue } from '../host.ts';
import { reachesDatabase } from '../reaches-database.ts';
import { driverCallOf, type DriverCall } from './drivers.ts';
import { endsProgram, isExit, policyOf, suppressionOf } from './errors.ts';
import { dottedName } from './parser.ts';
import type { Expression, Loop, Statement } from './syntax.ts';
import type { ValueReader } from './values.ts';

/** What the drivers imported by a file do. */
export interface DriverHabits {
  /** `execute` takes one statement only. */
  readonly single: boolean;
  /** Every driver of the file refuses a second statement in `execute`, and says so. */
  readonly refusesSeveral: boolean;
  /** What has arguments goes to PostgreSQL as a prepared statement: psycopg 3, asyncpg. */
  readonly preparesWithArguments: boolean;
  /** `with connection:` is a transaction for DDL too. sqlite3 opens one only before INSERT, UPDATE and DELETE. */
  readonly scopeIsTransaction: boolean;
  /** The first statement opens a transaction, DDL included, that lasts until `commit()`: psycopg without autocommit. */
  readonly implicitTransactions: boolean;
}

const STOP: HostOnError = { kind: 'stop' };

/** Python's sqlite3 (Modules/_sqlite/statement.c), a Warning before 3.12 and a ProgrammingError since. */
const SEVERAL_REFUSED = 'You can only execute one statement at a time.';

/** PostgreSQL's extended protocol takes one statement (protocol-flow, 55.2.3). */
const SEVERAL_PREPARED = 'cannot insert multiple commands into a prepared statement';

/** Calls that run the function given to them, and at which argument it stands. */
const RUNNERS: ReadonlyMap<string, number> = new Map([
  ['to_thread', 0],
  ['run_in_executor', 1],
  ['run_sync', 0],
  ['run_in_threadpool', 0],
  ['submit', 0],
  ['call_soon', 0],
]);

/** Turns the statements of one file's functions into what they do with a database, in order of execution. */
export class ActionReader {
  readonly #values: ValueReader;
  readonly #habits: DriverHabits;

  constructor(values: ValueReader, habits: DriverHabits) {
    this.#values = values;
    this.#habits = habits;
  }

  /** A function's or module's actions. */
  functionBody(statements: readonly Statement[]): readonly HostAction[] {
    const actions = this.actions(statements);
    if (!this.#habits.implicitTransactions) return actions;
    const [first] = actions;
    return first === undefined ? [] : [begin(first.span), ...actions.flatMap(reopened)];
  }

  actions(statements: readonly Statement[]): readonly HostAction[] {
    const actions: HostAction[] = [];
    for (const [index, statement] of statements.entries()) {
      if (statement.kind === 'try' && givesUp(statement)) {
        const rest = { ...statement, body: [...statement.body, ...statements.slice(index + 1)] };
        return [...actions, ...this.#statement(rest)];
      }
      actions.push(...this.#statement(statement));
    }
    return actions;
  }

  #statement(statement: Statement): readonly HostAction[] {
    const span = this.#values.span(statement);
    switch (statement.kind) {
      case 'expression':
        return isExit(statement.value)
          ? [...this.#expression(statement.value), { kind: 'leave', what: 'program', span }]
          : this.#expression(statement.value);
      case 'assign':
        return [...this.#expression(statement.value), ...this.#assignments(statement)];
      case 'return':
        return this.#return(statement.value, span);
      case 'raise':
        return [
          ...(statement.value === null ? [] : this.#expression(statement.value)),
          { kind: 'leave', what: 'program', span },
        ];
      case 'continue':
        return [{ kind: 'leave', what: 'iteration', span }];
      case 'break':
        return [{ kind: 'leave', what: 'loop', span }];
      case 'if':
        return this.#if(statement, span);
      case 'for':
        return [
          ...this.#expression(statement.loop.over),
          {
            kind: 'for',
            variables: statement.loop.targets,
            over: this.#values.value(statement.loop.over),
            body: this.actions(statement.body),
            span,
          },
          ...this.actions(statement.otherwise),
        ];
      case 'while':
        return this.#while(statement, span);
      case 'try':
        return this.#try(statement, span);
      case 'with':
        return this.#with(statement, span);
      case 'alternatives':
        return statement.bodies.map((body) => ({
          kind: 'if',
          condition: unknownCondition('match', span),
          then: this.actions(body),
          otherwise: [],
          span,
        }));
      default:
        return [];
    }
  }

  #return(value: Expression | null, span: Span): readonly HostAction[] {
    if (value === null) return [{ kind: 'return', value: null, span }];
    const returned = isTruthValue(value) ? this.#values.condition(value) : this.#values.value(value);
    return [...this.#expression(value), { kind: 'return', value: returned, span }];
  }

  #if(statement: Statement & { kind: 'if' }, span: Span): readonly HostAction[] {
    const condition = this.#values.condition(statement.condition);
    const then = this.actions(statement.then);
    const otherwise = this.actions(statement.otherwise);
    return [...this.#expression(statement.condition), { kind: 'if', condition, then, otherwise, span }];
  }

  /** `while True` is taken as one round; how often another loop runs is not known. */
  #while(statement: Statement & { kind: 'while' }, span: Span): readonly HostAction[] {
    const body = this.actions(statement.body);
    const condition = this.#values.condition(statement.condition);
    const counted = this.#counted(statement);
    if (counted !== undefined) {
      const { asked, ...rounds } = counted;
      const loop: HostAction = { kind: 'for', ...rounds, body, span };
      return asked === null ? [loop] : [{ kind: 'if', condition: asked, then: [loop], otherwise: [], span }];
    }
    if (condition.condition === 'constant' && condition.value) {
      return [{ kind: 'for', variables: [], over: { kind: 'list', items: [{ kind: 'unknown' }] }, body, span }];
    }
    return [{ kind: 'if', condition: unknownCondition('while', span), then: body, otherwise: [], span }];
  }

  /** `while version < LATEST:` with `version += 1` inside takes each number in between; `version and ..` is asked before. */
  #counted(statement: Statement & { kind: 'while' }):
    | {
        readonly variables: readonly string[];
        readonly over: HostValue;
        readonly asked: HostCondition | null;
      }
    | undefined {
    const { body } = statement;
    const whole = statement.condition;
    const isBoth = whole.kind === 'binary' && whole.operator === 'and';
    const condition = isBoth ? whole.right : whole;
    if (condition.kind !== 'binary' || condition.operator !== '<' || condition.left.kind !== 'name') return undefined;
    const { name } = condition.left;
    const counts = body.some(
      (inner) => inner.kind === 'assign' && inner.adds && dottedName(inner.targets[0] ?? condition).join('.') === name,
    );
    if (!counts || (isBoth && dottedName(whole.left).join('.') !== name)) return undefined;
    const of = this.#values.value(condition.left);
    const values = [this.#values.value(condition.right)];
    return {
      variables: [name],
      over: { kind: 'derived', operation: 'range', of, arguments: values, span: this.#values.span(condition) },
      asked: isBoth ? this.#values.condition(whole.left) : null,
    };
  }

  #assignments(statement: Statement & { kind: 'assign' }): readonly HostAction[] {
    const value = this.#values.value(statement.value);
    const span = this.#values.span(statement);
    return statement.targets.flatMap((target): readonly HostAction[] => {
      const name = dottedName(target).join('.');
      if (name === '') return this.#unpacked(target, value, span);
      const before = { kind: 'name', path: name.split('.'), span } as const;
      if (!statement.adds) return [{ kind: 'assign', name, value, span }];
      return [
        {
          kind: 'assign',
          name,
          value: { kind: 'derived', operation: 'sum', of: before, arguments: [value], span },
          span,
        },
      ];
    });
  }

  /** `a, b = pair`. */
  #unpacked(target: Expression, value: HostValue, span: Span): readonly HostAction[] {
    if (target.kind !== 'tuple' && target.kind !== 'list') return [];
    return target.items.flatMap((item, index): readonly HostAction[] => {
      const name = dottedName(item).join('.');
      const at: HostValue = { kind: 'number', value: index };
      return name === ''
        ? []
        : [
            {
              kind: 'assign',
              name,
              value: { kind: 'derived', operation: 'element', of: value, arguments: [at], span },
              span,
            },
          ];
    });
  }

  #try(statement: Statement & { kind: 'try' }, span: Span): readonly HostAction[] {
    const onError = policyOf(statement.handlers);
    const body = this.actions(statement.body);
    const after = [...this.actions(statement.otherwise), ...this.actions(statement.last)];
    const mended = this.#handlerActions(statement);
    const probe = this.#probe(statement, mended, span);
    if (probe !== undefined) return [...probe, ...after];
    const block: HostAction = { kind: 'block', body, onError, transaction: false, span };
    const attempted = statement.handlers.length === 0 ? body : [block];
    if (!mended.some(doesSomething)) return [...attempted, ...after];
    const failed = unknownCondition('an error before', span);
    return [
      ...attempted,
      { kind: 'if', condition: failed, then: mended.filter(doesSomething), otherwise: [], span },
      ...after,
    ];
  }

  #handlerActions(statement: Statement & { kind: 'try' }): readonly HostAction[] {
    return statement.handlers.flatMap((handler) => (endsProgram(handler.body) ? [] : this.actions(handler.body)));
  }

  /** `try: SELECT column FROM table`, `except: ALTER TABLE ..`: the handler runs where the query fails. */
  #probe(
    statement: Statement & { kind: 'try' },
    mended: readonly HostAction[],
    span: Span,
  ): readonly HostAction[] | undefined {
    const [first] = statement.body;
    if (first?.kind !== 'expression' && first?.kind !== 'assign' && first?.kind !== 'return') return undefined;
    const call = first.value === null ? undefined : innerDriverCall(first.value);
    if (call === undefined || statement.handlers.length === 0) return undefined;
    const sql = this.#values.value(call.sql);
    if (!isQuery(sql)) return undefined;
    const condition: HostCondition = { condition: 'succeeds', sql, span };
    return [{ kind: 'if', condition, then: this.actions(statement.body), otherwise: mended, span }];
  }

  #with(statement: Statement & { kind: 'with' }, span: Span): readonly HostAction[] {
    const before: HostAction[] = [];
    let body = this.actions(statement.body);
    for (const { value, variable } of [...statement.items].reverse()) {
      const scope = this.#scope(value);
      if (scope !== undefined) body = [{ kind: 'block', body, ...scope, span }];
      before.unshift(...this.#expression(value).filter((action) => action.kind !== 'transaction'));
      if (variable !== null) before.push({ kind: 'assign', name: variable, value: this.#values.value(value), span });
    }
    return [...before, ...body];
  }

  #scope(value: Expression): { readonly onError: HostOnError; readonly transaction: boolean } | undefined {
    if (value.kind === 'call') {
      const name = this.#values.calleePath(value.callee).at(-1) ?? lastName(value.callee);
      if (name === 'suppress')
        return { onError: suppressionOf(value.arguments.map((argument) => argument.value)), transaction: false };
      if (/^(?:begin|transaction|begin_nested|atomic|begin_transaction)$/.test(name))
        return { onError: STOP, transaction: true };
      if (name === 'connect' && this.#habits.scopeIsTransaction) return { onError: STOP, transaction: true };
      return undefined;
    }
    const isConnection = /^(?:conn|connection|db|con|c|self|tx|cnx|session|database|_conn|_db)$/.test(
      dottedName(value).at(-1) ?? '',
    );
    return isConnection && this.#habits.scopeIsTransaction ? { onError: STOP, transaction: true } : undefined;
  }

  /** The calls inside an expression, in order of evaluation. */
  #expression(expression: Expression): readonly HostAction[] {
    switch (expression.kind) {
      case 'call':
        return this.#call(expression);
      case 'attribute':
        return this.#expression(expression.of);
      case 'subscript':
        return [...this.#expression(expression.of), ...this.#expression(expression.index)];
      case 'list':
      case 'tuple':
        return expression.items.flatMap((item) => this.#expression(item));
      case 'dictionary':
        return expression.entries.flatMap(([key, value]) => [...this.#expression(key), ...this.#expression(value)]);
      case 'binary':
        return [...this.#expression(expression.left), ...this.#expression(expression.right)];
      case 'not':
        return this.#expression(expression.of);
      case 'comprehension':
        return this.#loops(expression.loops, expression.element);
      case 'choice':
        return this.#choice(expression);
      default:
        return [];
    }
  }

  #choice(expression: Expression & { kind: 'choice' }): readonly HostAction[] {
    const then = this.#expression(expression.yes);
    const otherwise = this.#expression(expression.no);
    const asked = this.#expression(expression.condition);
    if (then.length + otherwise.length === 0) return asked;
    const span = this.#values.span(expression);
    return [...asked, { kind: 'if', condition: this.#values.condition(expression.condition), then, otherwise, span }];
  }

  #loops(loops: readonly Loop[], element: Expression): readonly HostAction[] {
    const [loop, ...inner] = loops;
    if (loop === undefined) return this.#expression(element);
    const body = this.#loops(inner, element);
    const over = this.#expression(loop.over);
    if (body.length === 0) return over;
    return [
      ...over,
      {
        kind: 'for',
        variables: loop.targets,
        over: this.#values.value(loop.over),
        body,
        span: this.#values.span(element),
      },
    ];
  }

  #call(call: Expression & { kind: 'call' }): readonly HostAction[] {
    const receiver = call.callee.kind === 'attribute' ? this.#expression(call.callee.of) : [];
    const before = [...receiver, ...call.arguments.flatMap((argument) => this.#expression(argument.value))];
    const driver = driverCallOf(call);
    if (driver !== undefined) return [...before, ...this.#execute(call, driver)];
    return [...before, ...this.#otherCall(call)];
  }

  /** What the driver says to several statements in one call, where it takes one. */
  #refusal(isScript: boolean, { bound }: DriverCall): { readonly refusesSeveral?: string } {
    if (isScript) return {};
    if (this.#habits.refusesSeveral) return { refusesSeveral: SEVERAL_REFUSED };
    return this.#habits.preparesWithArguments && bound.length > 0 ? { refusesSeveral: SEVERAL_PREPARED } : {};
  }

  #execute(call: Expression & { kind: 'call' }, driver: DriverCall): readonly HostAction[] {
    const span = this.#values.span(call);
    const sql = this.#values.value(driver.sql);
    const isScript = driver.method === 'executescript' || driver.method === 'execute_script';
    const many = isScript || (!this.#habits.single && driver.bound.length === 0);
    const commitsFirst = driver.method === 'executescript' ? ({ commitsFirst: true } as const) : {};
    const actions: HostAction[] = [
      {
        kind: 'execute',
        sql,
        arguments: this.#values.bound(driver.bound),
        many,
        ...this.#refusal(isScript, driver),
        ...commitsFirst,
        onError: STOP,
        span,
      },
    ];
    const cursor = call.callee.kind === 'attribute' ? dottedName(call.callee.of).join('.') : '';
    // The cursor holds the rows from now on: `cur.execute(..)`, then `cur.fetchone()`.
    if (cursor !== '' && isQuery(sql))
      actions.push({ kind: 'assign', name: cursor, value: this.#values.value(call), span });
    return actions;
  }

  #otherCall(call: Expression & { kind: 'call' }): readonly HostAction[] {
    const span = this.#values.span(call);
    const callee = this.#values.calleePath(call.callee);
    const name = callee.at(-1) ?? lastName(call.callee);
    const isControl = call.arguments.length === 0 && call.callee.kind === 'attribute';
    if (isControl && (name === 'commit' || name === 'rollback' || name === 'begin'))
      return [{ kind: 'transaction', what: name, span }];
    if (callee.length === 0) return [];
    const runner = RUNNERS.get(name);
    if (runner !== undefined) return this.#deferred(call, runner, span);
    return [{ kind: 'call', callee, arguments: this.#values.arguments(call.arguments), onError: STOP, span }];
  }

  #deferred(call: Expression & { kind: 'call' }, at: number, span: Span): readonly HostAction[] {
    const target = call.arguments[at];
    const callee = target === undefined ? [] : dottedName(target.value);
    if (callee.length === 0) return [];
    return [
      { kind: 'call', callee, arguments: this.#values.arguments(call.arguments.slice(at + 1)), onError: STOP, span },
    ];
  }
}

function begin(span: Span): HostAction {
  return { kind: 'transaction', what: 'begin', span };
}

/** After `commit()` the next statement opens a transaction again. */
function reopened(action: HostAction): readonly HostAction[] {
  return action.kind === 'transaction' && action.what !== 'begin' ? [action, begin(action.span)] : [action];
}

/** A handler that swallows the error and leaves: what follows the `try` is not reached after an error. */
function givesUp(statement: Statement & { kind: 'try' }): boolean {
  if (statement.otherwise.length > 0 || statement.last.length > 0 || policyOf(statement.handlers).kind !== 'swallow')
    return false;
  return statement.handlers.some(({ body }) => ['return', 'continue', 'break'].includes(body.at(-1)?.kind ?? ''));
}

function unknownCondition(words: string, span: Span): HostCondition {
  return { condition: 'unknown', words, span };
}

function lastName(callee: Expression): string {
  return callee.kind === 'attribute' ? callee.name : '';
}

function doesSomething(action: HostAction): boolean {
  return reachesDatabase(action, isReport);
}

function isReport(callee: readonly string[]): boolean {
  return (
    /^(?:print|log|logger|logging|warnings|str|repr|click|console|sys)$/.test(callee[0] ?? '') ||
    /^(?:debug|info|warning|warn|error|exception|critical|log|print|echo)$/.test(callee.at(-1) ?? '')
  );
}

function innerDriverCall(expression: Expression): DriverCall | undefined {
  let at = expression;
  for (;;) {
    const call = driverCallOf(at);
    if (call !== undefined) return call;
    if (at.kind === 'call' && at.callee.kind === 'attribute') at = at.callee.of;
    else if (at.kind === 'subscript' || at.kind === 'attribute') at = at.of;
    else return undefined;
  }
}

/** SQL that asks and changes nothing. */
function isQuery(sql: HostValue): boolean {
  if (sql.kind === 'derived' && sql.operation === 'same') return isQuery(sql.of);
  const text =
    sql.kind === 'text'
      ? sql.sql.text
      : sql.kind === 'joined' && sql.parts[0]?.kind === 'text'
        ? sql.parts[0].sql.text
        : '';
  return (
    /^\s*(?:select|with|pragma\s+[\w.]+\s*(?:\(|;|$)|show|describe|explain)\b/i.test(text) ||
    /^\s*pragma\s+\w+\s*\(/i.test(text)
  );
}

/** Expressions that are asked for as true or false wherever they stand. */
function isTruthValue(expression: Expression): boolean {
  if (expression.kind === 'not') return true;
  if (expression.kind === 'binary') return /^(?:and|or|in|not in|is|is not|==|!=|<|>|<=|>=)$/.test(expression.operator);
  if (expression.kind === 'name') return expression.name === 'True' || expression.name === 'False';
  return (
    expression.kind === 'call' && expression.callee.kind === 'name' && /^(?:any|all|bool)$/.test(expression.callee.name)
  );
}
