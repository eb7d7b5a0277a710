import type { SourceFile, Span } from '../../text/source-file.ts';
import { sqlTextOfFile } from '../../text/sql-text.ts';
import { RECORD_FIELDS, type HostAction, type HostValue } from '../host.ts';
import { LiteralBuilder } from '../literal.ts';
import { assemble, type Part } from './assemble.ts';
import type { Code } from './code.ts';
import { contained, guardOf, truthOf } from './conditions.ts';
import { cut, fileBehindFolder, numberOf } from './file-names.ts';
import { filled } from './fill.ts';
import { lastPart, normalised, type ProjectFiles } from './files.ts';
import { decided, isFalse, isTrue } from './guards.ts';
import { askedByName } from './named-helpers.ts';
import { opensAsDatabase } from './opened-database.ts';
import { testRows } from './row-tests.ts';
import {
  bound,
  knownName,
  knownText,
  textAt,
  UNKNOWN,
  type CodeFunction,
  type TextValue,
  type Value,
} from './values.ts';

/** What names mean at one place of the code. */
export interface Scope {
  readonly node: CodeFunction;
  readonly locals: Map<string, Value>;
  readonly depth: number;
  /** The call whose literal arguments are looked at here: where a person would point. */
  readonly at?: Span;
  /** In a loop over files: the name of this round's file, without extension. */
  readonly round?: string;
}

/** Far above what real code needs, far below the end of the stack. */
const DEEPEST = 30;

/** Steps after which evaluating gives up: a program that needs more is a computation, not a list of migrations. */
const MOST_STEPS = 400_000;

const LONGEST_RANGE = 1_000;

const DATABASE_FILE = /\.(?:db3?|sqlite3?)$/i;
const DATABASE_NAME = /^(?:\w+_)?(?:db|database|sqlite)_?(?:path|file|filename|name)?$/i;

type Derived = HostValue & { readonly kind: 'derived' };

/** Follows values through names, arguments, constants, paths and the project's own functions. */
export class Evaluator {
  readonly code: Code;
  readonly files: ProjectFiles;
  readonly #constants = new Map<string, Value>();
  #steps = 0;

  constructor(code: Code, files: ProjectFiles) {
    this.code = code;
    this.files = files;
  }

  scopeOf(node: CodeFunction, depth = 0): Scope {
    return { node, locals: new Map(), depth };
  }

  value(value: HostValue, scope: Scope): Value {
    if (++this.#steps > MOST_STEPS) return UNKNOWN;
    switch (value.kind) {
      case 'text':
        return { kind: 'text', sql: value.sql, hasPlaceholder: value.hasPlaceholder, bound: false };
      case 'name':
        return this.#named(value.path, scope);
      case 'file':
        return { kind: 'path', path: value.path, from: value.span.file };
      case 'files':
        return this.#filesIn(value.folder, value.pattern, value.span.file);
      case 'list':
        return { kind: 'list', items: this.#all(value.items, scope) };
      case 'tuple':
        return this.#tuple(value, scope);
      case 'dictionary':
        return {
          kind: 'dictionary',
          entries: value.entries.map(([key, item]) => [this.value(key, scope), this.value(item, scope)] as const),
        };
      case 'joined':
        return this.#joined(value.parts, scope);
      case 'call':
        return this.call(value.callee, value.arguments, value.span, scope);
      case 'number':
        return value;
      case 'rows':
        return {
          kind: 'rows',
          sql: this.value(value.sql, scope),
          arguments: this.#all(value.arguments, scope),
          span: value.span,
          ...(scope.round === undefined ? {} : { round: scope.round }),
        };
      case 'condition':
        return { kind: 'truth', guard: guardOf(value.condition, scope, this) };
      case 'derived':
        return this.#derived(value, scope);
      case 'named':
        return { kind: 'named', name: value.name, value: this.value(value.value, scope) };
      case 'unknown':
        return UNKNOWN;
    }
  }

  /** The text that a driver is handed: a file gives what stands in it. */
  text(value: Value, span?: Span): TextValue | undefined {
    if (value.kind === 'text') return value;
    if (value.kind === 'number' && span !== undefined) return textAt(String(value.value), span);
    if (value.kind !== 'path') return undefined;
    const file = this.files.file(value.path, value.from);
    return file === undefined
      ? undefined
      : { kind: 'text', sql: sqlTextOfFile(file), hasPlaceholder: false, bound: false };
  }

  /** What a function of the project returns for these arguments. */
  call(callee: readonly string[], values: readonly HostValue[], span: Span, scope: Scope): Value {
    const target = this.#callee(callee, scope);
    if (target === undefined) return this.#unread(callee, values, span, scope);
    if (target.function === null || scope.depth >= DEEPEST) return UNKNOWN;
    const inner = this.enter(target, values, span, scope);
    return this.#returned(target.function.body, inner, () => undefined) ?? UNKNOWN;
  }

  /** The function that a callee names here: a variable may hold one. */
  callee(path: readonly string[], scope: Scope): CodeFunction | undefined {
    return this.#callee(path, scope);
  }

  /** The scope of a called function: its parameters are what the call hands over. */
  enter(target: CodeFunction, values: readonly HostValue[], span: Span, scope: Scope): Scope {
    const evaluated = this.#all(values, scope);
    const locals = new Map<string, Value>();
    const parameters = (target.function?.parameters ?? []).filter((name) => !/^&?(?:mut )?self$/.test(name));
    const positional = evaluated.filter((value) => value.kind !== 'named');
    parameters.forEach((name, index) => locals.set(name.replace(/^\*+/, ''), bound(positional[index] ?? UNKNOWN)));
    for (const value of evaluated) if (value.kind === 'named') locals.set(value.name, bound(value.value));
    const isPointedAt = evaluated.some((value) => value.kind === 'text' && !value.bound);
    const isFirst = scope.at === undefined && evaluated.some((value) => value.kind === 'text');
    const at = isPointedAt || isFirst ? span : scope.at;
    const round = scope.round === undefined ? {} : { round: scope.round };
    return { node: target, locals, depth: scope.depth + 1, ...(at === undefined ? {} : { at }), ...round };
  }

  /** What the variables of a loop are in each round, or undefined where the rounds are not known. */
  rounds(over: Value): readonly Value[] | undefined {
    switch (over.kind) {
      case 'list':
        return over.items;
      case 'files':
        return over.files.map((file) => ({ kind: 'path', path: `/${file.path}`, from: file }));
      case 'dictionary':
        return over.entries.map(([key]) => key);
      case 'text':
        return [over];
      default:
        return undefined;
    }
  }

  /** Gives a loop's variables the values of one round. */
  bind(variables: readonly string[], item: Value, scope: Scope): void {
    const [first] = variables;
    if (variables.length === 1 && first !== undefined) scope.locals.set(first, bound(item));
    else {
      const parts = flattened(item, variables.length);
      variables.forEach((name, index) =>
        scope.locals.set(name.replace(/^\*/, ''), item.kind === 'rows' ? item : bound(parts[index] ?? UNKNOWN)),
      );
    }
  }

  #all(values: readonly HostValue[], scope: Scope): readonly Value[] {
    return values.map((value) => this.value(value, scope));
  }

  #tuple(value: HostValue & { kind: 'tuple' }, scope: Scope): Value {
    const items = this.#all(value.items, scope);
    const { names } = value;
    if (names === undefined) return { kind: 'list', items };
    return { kind: 'object', fields: new Map(names.map((name, index) => [name, items[index] ?? UNKNOWN])) };
  }

  /** What a function that is not there to be read returns: its name may say what it asks; a class keeps what it is given. */
  #unread(callee: readonly string[], values: readonly HostValue[], span: Span, scope: Scope): Value {
    const asked = askedByName(callee, this.#all(values, scope), scope.at ?? span);
    return asked === undefined ? this.#record(callee, values, scope) : { kind: 'truth', guard: asked };
  }

  /** A class without a constructor of its own keeps what it is given: dataclasses, named tuples. */
  #record(callee: readonly string[], values: readonly HostValue[], scope: Scope): Value {
    const declared = this.#named([...callee, RECORD_FIELDS], scope);
    if (declared.kind !== 'list' && !/^[A-Z]/.test(callee.at(-1) ?? '')) return UNKNOWN;
    const names = declared.kind === 'list' ? declared.items.map((item) => knownText(item) ?? '') : [];
    const fields = new Map<string, Value>();
    this.#all(values, scope).forEach((value, index) => {
      if (value.kind === 'named') fields.set(value.name, value.value);
      else fields.set(names[index] ?? String(index), value);
    });
    return { kind: 'object', fields };
  }

  #callee(path: readonly string[], scope: Scope): CodeFunction | undefined {
    const held =
      scope.locals.has(path[0] ?? '') || scope.locals.has(path.join('.')) ? this.#named(path, scope) : UNKNOWN;
    return held.kind === 'function' ? held.of : this.code.resolve(path, scope.node);
  }

  #named(path: readonly string[], scope: Scope): Value {
    const local = scope.locals.get(path.join('.'));
    if (local !== undefined) return local;
    const holder = path.length > 1 ? scope.locals.get(path[0] ?? '') : undefined;
    if (holder !== undefined && path[0] !== 'self') return fieldAt(holder, path.slice(1));
    const constant = this.code.constant(path, scope.node);
    if (constant !== undefined) return this.#constant(constant.module.file.path, constant, scope);
    const whole = path.length > 1 ? this.code.constant(path.slice(0, -1), scope.node) : undefined;
    if (whole !== undefined && !isNameOfFields(path))
      return fieldAt(this.#constant(whole.module.file.path, whole, scope), path.slice(-1));
    const target = this.code.resolve(path, scope.node);
    return target?.function == null || path.length > 2 ? UNKNOWN : { kind: 'function', of: target };
  }

  #constant(path: string, constant: NonNullable<ReturnType<Code['constant']>>, scope: Scope): Value {
    const key = `${path}:${constant.name}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const written = constant.module.constants.get(constant.name);
    if (written === undefined || scope.depth >= DEEPEST) return UNKNOWN;
    this.#constants.set(key, UNKNOWN);
    const owner = constant.name.includes('.') && scope.node.module === constant.module ? scope.node.function : null;
    const value = this.value(written, this.scopeOf({ module: constant.module, function: owner }, scope.depth + 1));
    this.#constants.set(key, value);
    return value;
  }

  #filesIn(folder: string, pattern: string, from: SourceFile): Value {
    const files = this.files.filesIn(folder, pattern, from);
    return files === undefined ? UNKNOWN : { kind: 'files', files };
  }

  #joined(parts: readonly HostValue[], scope: Scope): Value {
    const values = this.#all(parts, scope);
    const file = fileBehindFolder(values);
    if (file !== undefined) return file;
    const list = parts.map((part, index): Part => {
      const hole = 'span' in part ? part.span : undefined;
      const value = this.text(values[index] ?? UNKNOWN, hole);
      const written = part.kind === 'text';
      if (value !== undefined) return { value, written, ...(hole === undefined ? {} : { hole }) };
      return { value: placeholderFor(part), written: true };
    });
    return assemble(list);
  }

  #derived(value: Derived, scope: Scope): Value {
    const of = this.value(value.of, scope);
    const values = this.#all(value.arguments, scope);
    const [first = UNKNOWN] = values;
    switch (value.operation) {
      case 'same':
      case 'text':
        return of;
      case 'file-name':
      case 'file-stem':
        return this.#nameOf(of, value, scope);
      case 'parent':
        return of.kind === 'path' ? { ...of, path: folderOf(of.path) } : UNKNOWN;
      case 'path':
        return this.#path(of, values, value.span.file);
      case 'sibling':
        return of.kind === 'path' ? this.#path({ ...of, path: folderOf(of.path) }, [first], of.from) : UNKNOWN;
      case 'files':
        return this.#files(of, first, value.span.file);
      case 'exists':
        return this.#exists(of, value.of, scope);
      case 'filled':
        return of.kind === 'text' ? filled(of, values, (part) => this.text(part, value.span)) : UNKNOWN;
      case 'joined':
        return this.#joinedList(of, first, value.span);
      case 'split':
        return cut(of, (whole) => this.text(whole), first, value.span);
      case 'number':
        return numberOf(of);
      case 'sum':
        // `var names []string` has no value of its own: the first item makes it a list.
        return first.kind === 'list' && isFirstSeen(value.of, scope) ? first : this.#sum(of, first, value.span);
      case 'mapped':
        return this.#mapped(of, first, value.span, scope);
      case 'element':
        return of.kind === 'rows' && of.collected === true && first.kind === 'text'
          ? { kind: 'truth', guard: contained(first, of, scope.at ?? value.span) }
          : ofCollection('element', of, values);
      default:
        return ofCollection(value.operation, of, values);
    }
  }

  /** `path.name`; on anything else an attribute of that name. */
  #nameOf(of: Value, value: Derived, scope: Scope): Value {
    if (of.kind === 'path') {
      const file = this.files.file(of.path, of.from);
      const name = lastPart(of.path);
      const text = value.operation === 'file-stem' ? name.replace(/\.[^.]*$/, '') : name;
      return textAt(text, file === undefined ? value.span : { file, start: 0, end: 0 }, true);
    }
    if (of.kind === 'object') return of.fields.get('name') ?? UNKNOWN;
    if (value.of.kind !== 'name') return UNKNOWN;
    return this.#named([...value.of.path, value.operation === 'file-stem' ? 'stem' : 'name'], scope);
  }

  /** A file of the project is there; the database's own file is where there was an install before. */
  #exists(of: Value, written: HostValue, { node }: Scope): Value {
    if (of.kind === 'path' && this.files.exists(of.path, of.from)) return { kind: 'number', value: 1 };
    const path = of.kind === 'path' ? of.path : (knownText(of) ?? '');
    const inner = written.kind === 'derived' ? written.of : written;
    const name = inner.kind === 'name' ? inner.path : [];
    const isDatabase =
      DATABASE_FILE.test(path) ||
      DATABASE_NAME.test(name.at(-1) ?? '') ||
      (name.length > 0 && opensAsDatabase(name, node));
    return isDatabase ? { kind: 'truth', guard: { test: 'empty', not: true } } : UNKNOWN;
  }

  #path(of: Value, further: readonly Value[], from: SourceFile): Value {
    const first = of.kind === 'path' ? of : pathOf(of, from);
    if (first === undefined) return UNKNOWN;
    let { path } = first;
    for (const value of further) {
      const part = value.kind === 'path' ? value.path : knownText(value);
      if (part === undefined || value.kind === 'named') return UNKNOWN;
      path = part.startsWith('/') ? part : path === '' ? part : `${path}/${part}`;
    }
    const isAbsolute = path.startsWith('/');
    return { kind: 'path', path: isAbsolute ? `/${normalised(path)}` : path, from: first.from };
  }

  #files(of: Value, pattern: Value, from: SourceFile): Value {
    const asked = knownText(pattern) ?? '*';
    if (of.kind === 'files') {
      const suffix = lastPart(asked).replace(/^\*+/, '');
      return { kind: 'files', files: of.files.filter((file) => file.path.endsWith(suffix)) };
    }
    const folder = this.#path(of, [], from);
    if (folder.kind !== 'path') return UNKNOWN;
    if (!/[*?]/.test(folder.path)) return this.#filesIn(folder.path, asked, folder.from);
    return this.#filesIn(folderOf(folder.path), lastPart(folder.path), folder.from);
  }

  #joinedList(separator: Value, list: Value, span: Span): Value {
    if (separator.kind !== 'text' || list.kind !== 'list') return UNKNOWN;
    const parts: Part[] = [];
    for (const item of list.items) {
      const value = this.text(item, span);
      if (value === undefined) return UNKNOWN;
      if (parts.length > 0) parts.push({ value: separator, written: false });
      // The parts of a text that are put together again are the whole text.
      const { kind, sql, hasPlaceholder, bound: isBound } = value;
      parts.push({ value: { kind, sql, hasPlaceholder, bound: isBound }, written: true });
    }
    return assemble(parts);
  }

  #sum(left: Value, right: Value, span: Span): Value {
    if (left.kind === 'number' && right.kind === 'number') return { kind: 'number', value: left.value + right.value };
    if (left.kind === 'rows' && right.kind === 'number') return { ...left, plus: (left.plus ?? 0) + right.value };
    // `names = append(names, name)`, for each row.
    if (right.kind === 'list' && right.items.length === 1 && right.items[0]?.kind === 'rows')
      return { ...right.items[0], collected: true };
    if (left.kind === 'list' && right.kind === 'list') return { kind: 'list', items: [...left.items, ...right.items] };
    if (left.kind === 'number' || right.kind === 'number') return UNKNOWN;
    const file = fileBehindFolder([left, right]);
    if (file !== undefined) return file;
    const texts = [this.text(left, span), this.text(right, span)];
    if (left.kind === 'unknown' && texts[1] === undefined) return UNKNOWN;
    if (texts[0] === undefined && texts[1] === undefined) return UNKNOWN;
    return assemble(texts.map((value) => ({ value: value ?? placeholderAt('value', span), written: true })));
  }

  /** `list.map((item) => ..)`. */
  #mapped(of: Value, mapper: Value, span: Span, scope: Scope): Value {
    const rounds = of.kind === 'rows' ? undefined : this.rounds(of);
    if (rounds === undefined || mapper.kind !== 'function' || mapper.of.function === null || scope.depth >= DEEPEST)
      return of.kind === 'rows' ? of : UNKNOWN;
    const { function: called } = mapper.of;
    const items = rounds.map((item, index): Value => {
      const locals = new Map<string, Value>(scope.locals);
      const given: readonly Value[] = [item, { kind: 'number', value: index }];
      called.parameters.forEach((name, at) => locals.set(name, bound(given[at] ?? UNKNOWN)));
      const inner: Scope = { node: mapper.of, locals, depth: scope.depth + 1, at: scope.at ?? span };
      return this.#returned(called.body, inner, () => undefined) ?? UNKNOWN;
    });
    return { kind: 'list', items };
  }

  /**
   * The value of the `return` that is reached. `after` is what follows the actions: where only one branch of an `if`
   * returns, the other goes on there. Null: this way always raises an error.
   */
  #returned(
    actions: readonly HostAction[],
    scope: Scope,
    after: () => Value | null | undefined,
    from = 0,
  ): Value | null | undefined {
    for (let index = from; index < actions.length; index++) {
      const action = actions[index];
      if (action === undefined || ++this.#steps > MOST_STEPS) break;
      if (action.kind === 'assign') scope.locals.set(action.name, this.value(action.value, scope));
      else if (action.kind === 'return') return this.#returnValue(action, scope);
      else if (action.kind === 'leave' && action.what === 'program') return null;
      else if (
        action.kind === 'block' ||
        action.kind === 'for' ||
        (action.kind === 'if' && returnsSomewhere([action]))
      ) {
        return this.#returnedFrom(action, scope, () => this.#returned(actions, scope, after, index + 1));
      }
    }
    return after();
  }

  #returnedFrom(
    action: HostAction & { kind: 'block' | 'for' | 'if' },
    scope: Scope,
    next: () => Value | null | undefined,
  ): Value | null | undefined {
    if (action.kind === 'block') return this.#returned(action.body, scope, next);
    if (action.kind === 'for') return this.#returnedFromLoop(action, scope, next);
    return this.#returnedFromBranches(action, scope, next);
  }

  #returnValue(action: HostAction & { kind: 'return' }, scope: Scope): Value {
    if (action.value === null) return UNKNOWN;
    if ('kind' in action.value) return this.value(action.value, scope);
    return { kind: 'truth', guard: guardOf(action.value, scope, this) };
  }

  /** A loop over rows is looked at once, for all its rows; one over anything else is passed by. */
  #returnedFromLoop(
    action: HostAction & { kind: 'for' },
    scope: Scope,
    next: () => Value | null | undefined,
  ): Value | null | undefined {
    const over = this.value(action.over, scope);
    if (over.kind !== 'rows') return next();
    this.bind(action.variables, over, scope);
    testRows(action.body, scope, this);
    return this.#returned(action.body, scope, next);
  }

  #returnedFromBranches(
    action: HostAction & { kind: 'if' },
    scope: Scope,
    next: () => Value | null | undefined,
  ): Value | null | undefined {
    const guard = guardOf(action.condition, scope, this);
    const yes = isFalse(guard) ? null : this.#returned(action.then, { ...scope, locals: new Map(scope.locals) }, next);
    const no = isTrue(guard)
      ? null
      : this.#returned(action.otherwise, { ...scope, locals: new Map(scope.locals) }, next);
    if (yes === null || no === null) return yes ?? no;
    if (yes?.kind === 'truth' || no?.kind === 'truth') {
      return {
        kind: 'truth',
        guard: decided(guard, truthOf(yes ?? UNKNOWN, action.span), truthOf(no ?? UNKNOWN, action.span)),
      };
    }
    // A number of one way and something unreadable of the other: the number is not what the function returns.
    if (isOnlyOneNumber(yes, no) || isOnlyOneNumber(no, yes)) return UNKNOWN;
    return rank(yes) > rank(no) ? yes : no;
  }
}

/** The value of a field inside a value: of a record, a dictionary, a list by index; a column of rows is rows still. */
function fieldAt(value: Value, path: readonly string[]): Value {
  let at = value;
  for (const name of path) {
    if (at.kind === 'rows') return at;
    if (at.kind === 'object') at = at.fields.get(name) ?? UNKNOWN;
    else if (at.kind === 'dictionary') at = at.entries.find(([key]) => knownText(key) === name)?.[1] ?? UNKNOWN;
    else if (at.kind === 'list' && /^\d+$/.test(name)) at = at.items[Number(name)] ?? UNKNOWN;
    else return UNKNOWN;
  }
  return at;
}

function isNameOfFields(path: readonly string[]): boolean {
  return path.at(-1) === RECORD_FIELDS;
}

/** A variable that has no value yet. */
function isFirstSeen(value: HostValue, { locals }: Scope): boolean {
  return value.kind === 'name' && value.path.length === 1 && !locals.has(value.path[0] ?? '');
}

function returnsSomewhere(actions: readonly HostAction[]): boolean {
  return actions.some((action) => {
    if (action.kind === 'return' || action.kind === 'leave') return true;
    if (action.kind === 'if') return returnsSomewhere(action.then) || returnsSomewhere(action.otherwise);
    return (action.kind === 'block' || action.kind === 'for') && returnsSomewhere(action.body);
  });
}

function isOnlyOneNumber(one: Value | undefined, other: Value | undefined): boolean {
  if (one?.kind !== 'number') return false;
  // A way whose value the reader does not know may also come back without any.
  if (other === undefined || other.kind === 'unknown') return true;
  return other.kind === 'number' && other.value !== one.value;
}

/**
 * Of two values that a function may return, the one that tells more: `return 0` where the ledger does not exist
 * yet.
 */
function rank(value: Value | undefined): number {
  if (value === undefined || value.kind === 'unknown') return 0;
  if (value.kind === 'number' || (value.kind === 'list' && value.items.length === 0)) return 1;
  return value.kind === 'rows' || value.kind === 'files' ? 3 : 2;
}

/** What cannot be known of a joined text, named as the code names it. */
function placeholderFor(part: HostValue): TextValue {
  if (!('span' in part)) return placeholderAt('value', { file: { path: '', text: '' }, start: 0, end: 0 });
  const of = part.kind === 'derived' ? part.of : part;
  return placeholderAt(of.kind === 'name' ? of.path.join('.') : 'value', part.span);
}

function placeholderAt(name: string, span: Span): TextValue {
  const builder = new LiteralBuilder(span.file);
  builder.placeholder(name, span.start, span.end);
  return { ...builder.value(), bound: false };
}

function pathOf(value: Value, from: SourceFile): (Value & { kind: 'path' }) | undefined {
  const text = knownText(value);
  return text === undefined || text.length > 500 || text.includes('\n')
    ? undefined
    : { kind: 'path', path: text.replace(/^\/+/, ''), from };
}

function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  if (at > 0) return path.slice(0, at);
  return path.startsWith('/') ? '/' : '.';
}

/** Pairs inside tuples are taken apart where the loop names their parts: `for i, (name, sql) in enumerate(..)`. */
function flattened(item: Value, wanted: number): readonly Value[] {
  if (item.kind === 'object') return [...item.fields.values()];
  if (item.kind !== 'list') return [];
  if (item.items.length >= wanted) return item.items;
  return item.items.flatMap((part) => (part.kind === 'list' ? part.items : [part]));
}

function ofCollection(operation: Derived['operation'], of: Value, values: readonly Value[]): Value {
  const [first = UNKNOWN] = values;
  switch (operation) {
    case 'sorted':
    case 'sorted-by-number':
      return sorted(of, operation === 'sorted-by-number', knownText(first));
    case 'reversed':
      if (of.kind === 'list') return { kind: 'list', items: [...of.items].reverse() };
      return of.kind === 'files' ? { kind: 'files', files: [...of.files].reverse() } : UNKNOWN;
    case 'entries':
      return of.kind === 'dictionary' ? entriesOf(of) : UNKNOWN;
    case 'keys':
      return keysOf(of);
    case 'values':
      return of.kind === 'dictionary' ? { kind: 'list', items: of.entries.map(([, item]) => item) } : of;
    case 'column':
      return columnOf(of, first);
    case 'collected':
      return first.kind === 'rows' ? { ...first, collected: true } : of.kind === 'rows' ? of : UNKNOWN;
    case 'numbered':
      return numbered(of, first);
    case 'element':
      return element(of, first);
    case 'from':
      return withoutFirst(of, first);
    case 'length':
      if (of.kind === 'list') return { kind: 'number', value: of.items.length };
      if (of.kind === 'dictionary') return { kind: 'number', value: of.entries.length };
      return of.kind === 'files' ? { kind: 'number', value: of.files.length } : of.kind === 'rows' ? of : UNKNOWN;
    case 'range':
      return range(of, values[0]);
    default:
      return UNKNOWN;
  }
}

type Dictionary = Value & { readonly kind: 'dictionary' };

function entriesOf(of: Dictionary): Value {
  return { kind: 'list', items: of.entries.map(([key, item]) => ({ kind: 'list', items: [key, item] })) };
}

/** The keys of a dictionary, the indexes of a list. */
function keysOf(of: Value): Value {
  if (of.kind === 'dictionary') return { kind: 'list', items: of.entries.map(([key]) => key) };
  if (of.kind === 'list')
    return { kind: 'list', items: of.items.map((_, index) => ({ kind: 'number', value: index })) };
  return of.kind === 'rows' ? of : UNKNOWN;
}

/** One field of each record. */
function columnOf(of: Value, name: Value): Value {
  const field = knownText(name);
  if (of.kind !== 'list' || field === undefined) return of.kind === 'rows' || of.kind === 'files' ? of : UNKNOWN;
  return { kind: 'list', items: of.items.map((item) => fieldAt(item, [field])) };
}

/** `key`: the field by which records are sorted; absent: their first. */
function sorted(of: Value, byNumber: boolean, key?: string): Value {
  if (of.kind === 'files') {
    const files = [...of.files].sort((left, right) =>
      compareNames(lastPart(left.path), lastPart(right.path), byNumber),
    );
    return { kind: 'files', files };
  }
  if (of.kind === 'dictionary') return sorted({ kind: 'list', items: of.entries.map(([key]) => key) }, byNumber);
  if (of.kind !== 'list') return of.kind === 'rows' ? of : UNKNOWN;
  const items = of.items.map((item) => ({ item, by: sortKey(item, key) }));
  items.sort((left, right) =>
    compareNames(knownName(left.by) ?? '', knownName(right.by) ?? '', byNumber || left.by.kind === 'number'),
  );
  return { kind: 'list', items: items.map(({ item }) => item) };
}

function sortKey(value: Value, key?: string): Value {
  if (key !== undefined && (value.kind === 'object' || value.kind === 'dictionary')) return fieldAt(value, [key]);
  if (value.kind === 'dictionary') return value.entries[0]?.[1] ?? UNKNOWN;
  if (value.kind === 'object') return [...value.fields.values()][0] ?? UNKNOWN;
  return value.kind === 'list' && value.items[0] !== undefined ? sortKey(value.items[0]) : value;
}

function compareNames(left: string, right: string, byNumber: boolean): number {
  if (byNumber) {
    const difference = parseInt(/\d+/.exec(left)?.[0] ?? '0', 10) - parseInt(/\d+/.exec(right)?.[0] ?? '0', 10);
    if (difference !== 0) return difference;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function numbered(of: Value, start: Value): Value {
  const from = start.kind === 'named' ? start.value : start;
  const first = from.kind === 'number' ? from.value : 0;
  if (of.kind === 'dictionary') return entriesOf(of);
  if (of.kind === 'list' && of.identities !== undefined) {
    const { identities } = of;
    const items = of.items.map((item, index): Value => ({
      kind: 'list',
      items: [{ kind: 'number', value: Number(identities[index] ?? 0) }, item],
    }));
    return { kind: 'list', items, identities };
  }
  const items: readonly Value[] | undefined =
    of.kind === 'list'
      ? of.items
      : of.kind === 'files'
        ? of.files.map((file) => ({ kind: 'path', path: `/${file.path}`, from: file }))
        : undefined;
  if (items === undefined) return UNKNOWN;
  return {
    kind: 'list',
    items: items.map((item, index) => ({ kind: 'list', items: [{ kind: 'number', value: first + index }, item] })),
  };
}

function element(of: Value, index: Value): Value {
  if (of.kind === 'rows') return of;
  if (of.kind === 'list' && index.kind === 'number') return of.items.at(index.value) ?? UNKNOWN;
  const key = knownText(index);
  if (of.kind === 'object') return of.fields.get(key ?? '') ?? UNKNOWN;
  if (of.kind === 'files' && index.kind === 'number') {
    const file = of.files.at(index.value);
    return file === undefined ? UNKNOWN : { kind: 'path', path: `/${file.path}`, from: file };
  }
  if (of.kind !== 'dictionary') return UNKNOWN;
  return of.entries.find(([candidate]) => key !== undefined && knownText(candidate) === key)?.[1] ?? UNKNOWN;
}

function withoutFirst(of: Value, count: Value): Value {
  if (of.kind === 'rows') return of;
  if (of.kind !== 'list') return of.kind === 'text' ? UNKNOWN : of;
  if (count.kind === 'number') return { kind: 'list', items: of.items.slice(count.value) };
  // `MIGRATIONS[version:]`: item n brings the database to version n + 1.
  if (count.kind !== 'rows') return UNKNOWN;
  return { kind: 'list', items: of.items, identities: of.items.map((_, index) => String(index + 1)) };
}

function range(from: Value, to: Value | undefined): Value {
  const end = to ?? from;
  if (end.kind !== 'number') return UNKNOWN;
  const plus = from.kind === 'rows' ? (from.plus ?? 0) : undefined;
  const start = to === undefined ? 0 : (plus ?? (from.kind === 'number' ? from.value : undefined));
  if (start === undefined || end.value - start > LONGEST_RANGE || end.value < start) return UNKNOWN;
  const numbers = Array.from({ length: end.value - start }, (_, index) => start + index);
  const items = numbers.map((value): Value => ({ kind: 'number', value }));
  if (plus === undefined) return { kind: 'list', items };
  // Counting from the stored version itself means indexes; from the next one, versions.
  return { kind: 'list', items, identities: numbers.map((value) => String(plus === 0 ? value + 1 : value)) };
}
