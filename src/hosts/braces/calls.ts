import type { HostAction, HostOnError, HostValue } from '../host.ts';
import type { ActionReader } from './actions.ts';
import { handlingOf, mentions, STOP, SWALLOW } from './failures.ts';
import type { DriverCall, Runs } from './language.ts';
import { childrenOf, unwrapped, type Expression, type ExpressionOf, type Statement } from './syntax.ts';

/** What the calls inside an expression do, in order of evaluation. */
export class CallReader {
  readonly #reader: ActionReader;

  constructor(reader: ActionReader) {
    this.#reader = reader;
  }

  /** `policy`: what happens to an error of the outermost call. */
  run(expression: Expression, policy: HostOnError): readonly HostAction[] {
    const inner = unwrapped(expression);
    if (isAwaited(expression) && inner.kind === 'call' && inner.tagged === true) return this.#sent(inner, policy);
    switch (inner.kind) {
      case 'call':
        return this.#call(inner, policy);
      case 'choice':
        return this.#choice(inner);
      case 'binary':
        return /^(?:&&|\|\|)$/.test(inner.operator) ? this.#shortened(inner) : this.#children(inner);
      case 'assign':
        return [...inner.values.flatMap((value) => this.run(value, policy)), ...this.#reader.assignments(inner)];
      case 'lambda':
        return [];
      default:
        return this.#children(inner);
    }
  }

  /** Where errors are values, what nobody looks at is lost. */
  policyOfUnused(expression: Expression): HostOnError {
    return this.#language.returnsErrors && expression.kind === 'call' ? SWALLOW : STOP;
  }

  get #language(): ActionReader['values']['around']['language'] {
    return this.#reader.values.around.language;
  }

  #children(expression: Expression): readonly HostAction[] {
    return childrenOf(expression).flatMap((child) => this.run(child, STOP));
  }

  #choice(expression: ExpressionOf<'choice'>): readonly HostAction[] {
    const then = this.run(expression.yes, STOP);
    const otherwise = this.run(expression.no, STOP);
    const asked = this.run(expression.condition, STOP);
    if (then.length + otherwise.length === 0) return asked;
    const condition = this.#reader.values.condition(expression.condition);
    return [...asked, { kind: 'if', condition, then, otherwise, span: this.#reader.values.span(expression) }];
  }

  /** `missing && db.exec(..)` */
  #shortened(expression: ExpressionOf<'binary'>): readonly HostAction[] {
    const asked = this.run(expression.left, STOP);
    const right = this.run(expression.right, STOP);
    if (right.length === 0) return asked;
    const condition = this.#reader.values.condition(expression.left);
    const isAnd = expression.operator === '&&';
    const span = this.#reader.values.span(expression);
    return [...asked, { kind: 'if', condition, then: isAnd ? right : [], otherwise: isAnd ? [] : right, span }];
  }

  #call(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] {
    const callee = unwrapped(call.callee);
    const caught = this.#caught(call, policy);
    if (caught !== undefined) return caught;
    const runs = this.#language.runs(call);
    const before = [
      ...(callee.kind === 'member' || callee.kind === 'call' ? this.#receiver(callee, runs) : []),
      ...call.arguments.flatMap((argument) => this.run(argument, STOP)),
    ];
    if (call.tagged === true) return before;
    if (callee.kind === 'lambda') return [...before, ...withoutReturns(this.#reader.actions(callee.body))];
    if (runs !== undefined) return [...before, ...this.#ran(call, policy)];
    const control = this.#language.transactionControl(call);
    if (control !== undefined)
      return [...before, { kind: 'transaction', what: control, span: this.#reader.values.span(call) }];
    const changed = this.#language.changedInPlace(call, this.#reader.values);
    if (changed !== undefined) return [...before, ...this.#reader.give(changed.list, changed.value, call)];
    const driver = this.#language.driverCall(call, this.#reader.values);
    if (driver !== undefined) return [...before, ...this.#execute(call, driver, policy)];
    const row = this.#language.rowRead(call);
    if (row === undefined) return [...before, ...this.#otherCall(call, policy)];
    const from = this.#reader.values.value(row.from);
    return [...before, ...row.into.flatMap((target) => this.#reader.give(target, from, call))];
  }

  #receiver(callee: ExpressionOf<'member' | 'call'>, ran: Runs | undefined): readonly HostAction[] {
    // `db.prepare(sql).run()` is one call for us; `open().exec(..)` are two.
    const receiver = callee.kind === 'call' ? callee : callee.of;
    const inner = unwrapped(receiver);
    // `db.transaction(() => { .. })()`: the function that is handed over runs once.
    const isSame = ran !== undefined && inner.kind === 'call' && this.#language.runs(inner)?.lambda === ran.lambda;
    return isSame ? [] : this.run(receiver, STOP);
  }

  /** `promise.catch((error) => ..)`. */
  #caught(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] | undefined {
    const callee = unwrapped(call.callee);
    const [handler] = call.arguments;
    if (callee.kind !== 'member' || callee.name !== 'catch' || handler === undefined) return undefined;
    const lambda = unwrapped(handler);
    const onError =
      lambda.kind === 'lambda' ? handlingOf(lambda.body, this.#reader.words).onError : policyOfNamed(lambda);
    const body = this.run(callee.of, policy);
    if (onError.kind === 'stop') return body;
    return [{ kind: 'block', body, onError, transaction: false, span: this.#reader.values.span(call) }];
  }

  #ran(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] {
    const runs = this.#language.runs(call);
    if (runs === undefined) return [];
    const span = this.#reader.values.span(call);
    if (runs.how === 'each') return this.#forEach(call, runs.lambda);
    const lambda = unwrapped(runs.lambda);
    if (lambda.kind !== 'lambda') {
      const callee = this.#reader.values.calleePath(lambda);
      const named: readonly HostAction[] =
        callee.length === 0 ? [] : [{ kind: 'call', callee, arguments: [], onError: STOP, span }];
      return runs.transaction ? [{ kind: 'block', body: named, onError: policy, transaction: true, span }] : named;
    }
    const body = withoutReturns(this.#reader.actions(lambda.body));
    if (!runs.transaction && policy.kind === 'stop') return body;
    return [{ kind: 'block', body, onError: policy, transaction: runs.transaction, span }];
  }

  #forEach(call: ExpressionOf<'call'>, lambda: ExpressionOf<'lambda'>): readonly HostAction[] {
    const callee = unwrapped(call.callee);
    if (callee.kind !== 'member') return [];
    const [first] = lambda.parameters;
    const span = this.#reader.values.span(call);
    const variable = first?.name === '' || first === undefined ? '<item>' : first.name;
    const taken =
      first?.pattern == null
        ? []
        : this.#reader.give(first.pattern, { kind: 'name', path: [variable], span }, first.pattern);
    const body = [...taken, ...iterated(this.#reader.actions(lambda.body))];
    return [{ kind: 'for', variables: [variable], over: this.#reader.values.value(callee.of), body, span }];
  }

  #execute(call: ExpressionOf<'call'>, driver: DriverCall, policy: HostOnError): readonly HostAction[] {
    const { values } = this.#reader;
    const span = values.span(call);
    const after =
      driver.callback === undefined ? undefined : this.#calledBack(driver.callback, values.rowsOf(driver, call));
    const action: HostAction = {
      kind: 'execute',
      sql: values.sqlOf(driver),
      arguments: values.boundOf(driver),
      many: driver.many,
      ...(driver.refusesSeveral === undefined ? {} : { refusesSeveral: driver.refusesSeveral }),
      onError: after?.onError ?? policy,
      span,
    };
    const rows = driver.into.flatMap((target) => this.#reader.give(target, values.rowsOf(driver, call), call));
    return [action, ...rows, ...(after?.actions ?? [])];
  }

  /** `(error, rows) => { if (error) return reject(error); .. }` */
  #calledBack(
    lambda: ExpressionOf<'lambda'>,
    rows: HostValue,
  ): { readonly onError: HostOnError; readonly actions: readonly HostAction[] } {
    const error = lambda.parameters[0]?.name ?? '';
    const isChecked = (statement: Statement): boolean =>
      statement.kind === 'if' && mentions(statement.condition, error);
    const check = lambda.body.find(isChecked);
    const rest = lambda.body.filter((statement) => statement !== check);
    const found = lambda.parameters[1];
    const target: Expression | null =
      found === undefined
        ? null
        : (found.pattern ?? { kind: 'name', name: found.name, start: lambda.start, end: lambda.start });
    const given = target === null ? [] : this.#reader.give(target, rows, lambda);
    const actions = [...given, ...withoutReturns(this.#reader.actions(rest))];
    if (check?.kind === 'if') {
      const others = withoutReturns(this.#reader.actions(check.otherwise));
      return { onError: this.#checked(check, error), actions: [...others, ...actions] };
    }
    const isHandedOn = lambda.body.some(
      (statement) => statement.kind === 'expression' && mentions(statement.value, error),
    );
    return { onError: error !== '' && isHandedOn ? STOP : SWALLOW, actions };
  }

  /** `if (err) throw err`, `if (err && !/duplicate column/.test(err.message)) throw err`. */
  #checked(check: Extract<Statement, { kind: 'if' }>, error: string): HostOnError {
    const condition = unwrapped(check.condition);
    const isPlain = condition.kind === 'name' && condition.name === error;
    return handlingOf(isPlain ? check.then : [check], this.#reader.words).onError;
  }

  /** ``await sql`..` `` */
  #sent(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] {
    const [sql] = call.arguments;
    return sql === undefined ? [] : this.#execute(call, { sql, bound: [], many: false, into: [] }, policy);
  }

  /** What the language's own functions do is no action, but for what changes a list. */
  #otherCall(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] {
    const isOwn = this.#language.knownCall(call, this.#reader.values) === undefined;
    return isOwn ? this.#projectCall(call, policy) : [];
  }

  /** `migrations[version](tx)`: a function that a list holds. */
  #heldCall(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] {
    if (unwrapped(call.callee).kind !== 'index') return [];
    const { values } = this.#reader;
    const span = values.span(call);
    const held = '<held function>';
    return [
      { kind: 'assign', name: held, value: values.value(call.callee), span },
      { kind: 'call', callee: [held], arguments: values.arguments(call.arguments), onError: policy, span },
    ];
  }

  #projectCall(call: ExpressionOf<'call'>, policy: HostOnError): readonly HostAction[] {
    const callee = this.#reader.values.calleePath(call.callee);
    if (callee.length === 0) return this.#heldCall(call, policy);
    const values = this.#reader.values.arguments(call.arguments);
    return [{ kind: 'call', callee, arguments: values, onError: policy, span: this.#reader.values.span(call) }];
  }
}

function isAwaited(expression: Expression): boolean {
  return expression.kind === 'same' && (expression.awaited === true || isAwaited(expression.of));
}

/** A handler that only prints loses the error, any other may not. */
function policyOfNamed(handler: Expression): HostOnError {
  return handler.kind === 'member' && handler.of.kind === 'name' && /^(?:console|log|logger)$/.test(handler.of.name)
    ? SWALLOW
    : STOP;
}

/** What returns from a lambda that runs in place does not return from the function around it. */
function withoutReturns(actions: readonly HostAction[]): readonly HostAction[] {
  return actions.flatMap((action): readonly HostAction[] => {
    if (action.kind === 'return') return [];
    if (action.kind === 'if')
      return [{ ...action, then: withoutReturns(action.then), otherwise: withoutReturns(action.otherwise) }];
    return action.kind === 'block' || action.kind === 'for'
      ? [{ ...action, body: withoutReturns(action.body) }]
      : [action];
  });
}

/** A `return` in the function of `forEach` ends the round. */
function iterated(actions: readonly HostAction[]): readonly HostAction[] {
  return actions.map((action): HostAction => {
    if (action.kind === 'return') return { kind: 'leave', what: 'iteration', span: action.span };
    if (action.kind === 'if') return { ...action, then: iterated(action.then), otherwise: iterated(action.otherwise) };
    return action.kind === 'block' ? { ...action, body: iterated(action.body) } : action;
  });
}
