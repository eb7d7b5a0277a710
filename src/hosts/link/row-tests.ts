import type { Guard } from '../../deployment.ts';
import type { HostAction } from '../host.ts';
import { guardOf, truthOf } from './conditions.ts';
import type { Evaluator, Scope } from './evaluate.ts';
import { allOf, anyOf, decided, FALSE, negated } from './guards.ts';
import { UNKNOWN, type Value } from './values.ts';

/**
 * What a loop over a query's rows finds out. A test inside asks whether there is such a row, so that only what it allows
 * counts: that one row is another says nothing. Flags and collections that it fills are left in the scope; handed back is
 * when it ends the function around it.
 */
export function testRows(actions: readonly HostAction[], scope: Scope, evaluator: Evaluator): Guard {
  return new RowTests(scope, evaluator).run(actions, []);
}

class RowTests {
  readonly #scope: Scope;
  readonly #evaluator: Evaluator;

  constructor(scope: Scope, evaluator: Evaluator) {
    this.#scope = scope;
    this.#evaluator = evaluator;
  }

  run(actions: readonly HostAction[], guards: readonly Guard[]): Guard {
    const ends: Guard[] = [];
    for (const [index, action] of actions.entries()) {
      switch (action.kind) {
        case 'assign':
          this.#assign(action, guards);
          break;
        case 'call':
          this.#added(action);
          break;
        case 'return':
          ends.push(allOf(guards));
          return anyOf(ends);
        case 'block':
          ends.push(this.run(action.body, guards));
          break;
        case 'if': {
          const guard = guardOf(action.condition, this.#scope, this.#evaluator);
          // `if (row.name !== column) continue`: the rest is for the rows that are left.
          if (passesBy(action.then)) ends.push(this.run(actions.slice(index + 1), [...guards, negated(guard)]));
          if (passesBy(action.then)) return anyOf(ends);
          ends.push(this.run(action.then, [...guards, guard]), this.run(action.otherwise, guards));
          break;
        }
      }
    }
    return ends.length === 0 ? FALSE : anyOf(ends);
  }

  #assign(action: HostAction & { kind: 'assign' }, guards: readonly Guard[]): void {
    const { locals } = this.#scope;
    const value = this.#evaluator.value(action.value, this.#scope);
    const isFlag = value.kind === 'truth' || value.kind === 'number';
    if (!isFlag || guards.length === 0) {
      locals.set(action.name, value);
      return;
    }
    const before = locals.get(action.name);
    const old = before === undefined || before.kind === 'unknown' ? FALSE : truthOf(before, action.span);
    locals.set(action.name, { kind: 'truth', guard: decided(allOf(guards), truthOf(value, action.span), old) });
  }

  /** `names.push(row.name)`, `names.add(row.name)`. */
  #added(action: HostAction & { kind: 'call' }): void {
    if (!/^(?:push|append|add|set|insert)$/.test(action.callee.at(-1) ?? '')) return;
    const name = action.callee.slice(0, -1).join('.');
    const [argument] = action.arguments;
    if (argument === undefined || !this.#scope.locals.has(name)) return;
    const item: Value = this.#evaluator.value(argument, this.#scope);
    this.#scope.locals.set(name, item.kind === 'rows' ? { ...item, collected: true } : UNKNOWN);
  }
}

/** Nothing but `continue`. */
function passesBy(actions: readonly HostAction[]): boolean {
  const last = actions.at(-1);
  return last?.kind === 'leave' && last.what === 'iteration' && actions.length === 1;
}
