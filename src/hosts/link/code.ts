import type { HostAction, HostCondition, HostModule, HostValue } from '../host.ts';
import type { CodeFunction } from './values.ts';

/** Names so common that a call of one says nothing about which function is meant. */
const COMMON_NAMES = new Set([
  'get',
  'set',
  'run',
  'close',
  'open',
  'read',
  'write',
  'connect',
  'execute',
  'commit',
  'rollback',
  'add',
  'append',
  'update',
  'delete',
  'insert',
  'load',
  'save',
  'start',
  'stop',
  'main',
  'new',
  'default',
  'from',
  'into',
  'next',
  'iter',
  'len',
  'map',
  'filter',
  'info',
  'debug',
  'error',
  'warning',
  'print',
  'format',
  'join',
  'split',
  'clone',
  'unwrap',
  'query',
  'fetch',
  'all',
  'first',
  'items',
  'keys',
  'values',
  'name',
  'lock',
  'begin',
  'cursor',
  'path',
  'exists',
  'call',
  'apply_async',
  'delay',
  'send',
  'register',
  'clear',
  'do',
  'post',
  'put',
  'handle',
  'serve',
  'scan',
  'stop',
  'value',
  'string',
  'parse',
  'create',
  'process',
  'next',
  'done',
  'error',
  'exec',
  'queryrow',
]);

/** Text that changes a schema, or names a file that may. */
const SCHEMA_WORDS =
  /\b(?:create|alter|drop|rename)\s+(?:or\s+replace\s+|unique\s+|temp(?:orary)?\s+|virtual\s+|materialized\s+|fulltext\s+|spatial\s+|concurrently\s+)*(?:table|index|view|trigger|type|schema|sequence|function|procedure|extension|column|policy|domain|event)\b|\buser_version\s*=|\.sql\b/i;

const TOOL_CALL =
  /(?:^|::)(?:migrate!|sqlx::migrate|embed_migrations!?|run_pending_migrations|Migrations::(?:new\w*|from_\w+)|Migrator::new)$/;

/**
 * Among more functions of one name than these a call is followed only by its own module's name: looking at each
 * would take too long.
 */
const MANY_OF_ONE_NAME = 100;

/** Where a constant stands. */
interface ConstantPlace {
  readonly module: HostModule;
  readonly name: string;
}

/** All functions and module bodies of a project: who calls whom, and what may touch a schema. */
export class Code {
  readonly modules: readonly HostModule[];
  readonly #functionsByName = new Map<string, CodeFunction[]>();
  /** By file, owner and name. */
  readonly #functionsByPlace = new Map<string, CodeFunction>();
  readonly #modulesByName = new Map<string, HostModule[]>();
  /** Files that are one module together, by the module's path: a Go package. */
  readonly #modulesByPath = new Map<string, HostModule[]>();
  readonly #constantOwners = new Map<string, HostModule[]>();
  /** Found outside their module, by the module that asks and the name. */
  readonly #constants = new Map<HostModule, Map<string, ConstantPlace | undefined>>();
  readonly #bodies = new Map<HostModule, CodeFunction>();
  readonly #nodes: CodeFunction[] = [];
  readonly #edges = new Map<CodeFunction, readonly CodeFunction[]>();
  readonly #relevant = new Set<CodeFunction>();
  readonly #executing = new Set<CodeFunction>();
  readonly #calledNames = new Set<string>();

  constructor(modules: readonly HostModule[]) {
    this.modules = modules;
    for (const module of modules) this.#index(module);
    this.#connect();
  }

  /** Functions and bodies that touch a schema and that no other such function calls, tests left out. */
  entries(): readonly CodeFunction[] {
    const called = new Set<CodeFunction>();
    for (const node of this.#relevant) {
      if (isTest(node)) continue;
      for (const callee of this.#edges.get(node) ?? []) if (callee !== node) called.add(callee);
    }
    return this.#nodes.filter((node) => this.#relevant.has(node) && !called.has(node) && !isTest(node));
  }

  /** One of several functions of this name is called: an interface's method, and when it runs is not shown. */
  isOneOfSeveralCalled({ function: called }: CodeFunction): boolean {
    const name = called?.name ?? '';
    if (!this.#calledNames.has(name) || COMMON_NAMES.has(name.toLowerCase())) return false;
    return (this.#functionsByName.get(name) ?? []).length > 1;
  }

  /** The functions that a function calls and that may touch a schema. */
  relevantCallees(node: CodeFunction): readonly CodeFunction[] {
    return (this.#edges.get(node) ?? []).filter((callee) => callee !== node && this.#relevant.has(callee));
  }

  isRelevant(node: CodeFunction): boolean {
    return this.#relevant.has(node);
  }

  /** Whether it hands anything to a driver, itself or through others. */
  reachesExecute(node: CodeFunction): boolean {
    return this.#executing.has(node);
  }

  /** The project's function that a call in `from` goes to. */
  resolve(callee: readonly string[], from: CodeFunction): CodeFunction | undefined {
    const name = callee.at(-1);
    if (name === undefined || from.module.foreign?.has(callee[0] ?? '') === true) return undefined;
    if (callee.length === 1) return this.#resolvePlain(name, from);
    return this.#resolveQualified(callee, name, from);
  }

  /** The module and name of the constant that a path in `module` names. */
  constant(path: readonly string[], from: CodeFunction): ConstantPlace | undefined {
    const { module } = from;
    const isOwn = path.length > 1 && /^(?:self|cls|Self|this)$/.test(path[0] ?? '');
    const owner = from.function?.owner;
    const local = isOwn && owner !== undefined ? [owner, ...path.slice(1)].join('.') : path.join('.');
    if (module.constants.has(local)) return { module, name: local };
    // The same names are asked for at every call that is followed: thousands of times in a large program.
    const known = this.#constants.get(module) ?? new Map<string, ConstantPlace | undefined>();
    this.#constants.set(module, known);
    if (!known.has(local)) known.set(local, this.#constantElsewhere(local, path, module));
    return known.get(local);
  }

  #constantElsewhere(local: string, path: readonly string[], module: HostModule): ConstantPlace | undefined {
    const sibling = this.#siblings(module).find((candidate) => candidate.constants.has(local));
    if (sibling !== undefined) return { module: sibling, name: local };
    return this.#importedConstant(path, module) ?? this.#uniqueConstant(path);
  }

  /** The other files of the same module. */
  #siblings(module: HostModule): readonly HostModule[] {
    return (this.#modulesByPath.get(module.path.join('/')) ?? []).filter((candidate) => candidate !== module);
  }

  #functionBeside(module: HostModule, owner: string | undefined, name: string): CodeFunction | undefined {
    for (const sibling of this.#siblings(module)) {
      const found = this.#functionsByPlace.get(placeKey(sibling, owner, name));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #index(module: HostModule): void {
    const body: CodeFunction = { module, function: null };
    this.#bodies.set(module, body);
    this.#nodes.push(body);
    push(this.#modulesByName, module.path.at(-1) ?? '', module);
    push(this.#modulesByPath, module.path.join('/'), module);
    for (const declared of module.functions) {
      const node: CodeFunction = { module, function: declared };
      this.#nodes.push(node);
      push(this.#functionsByName, declared.name, node);
      const place = placeKey(module, declared.owner, declared.name);
      if (!this.#functionsByPlace.has(place)) this.#functionsByPlace.set(place, node);
    }
    for (const name of module.constants.keys())
      push(this.#constantOwners, name.slice(name.lastIndexOf('.') + 1), module);
  }

  #resolvePlain(name: string, from: CodeFunction): CodeFunction | undefined {
    const own = this.#functionsByPlace.get(placeKey(from.module, undefined, name));
    if (own !== undefined) return own;
    const beside = this.#functionBeside(from.module, undefined, name);
    if (beside !== undefined) return beside;
    const constructor = this.#constructorOf(name, from.module);
    if (constructor !== undefined) return constructor;
    const imported = from.module.imports.get(name);
    if (imported !== undefined) return this.#byPath(imported);
    const named = this.#functionsByName.get(name) ?? [];
    if (named.length > MANY_OF_ONE_NAME) return undefined;
    return this.#unique(
      named.filter((node) => node.function?.owner === undefined),
      name,
    );
  }

  #constructorOf(owner: string, module: HostModule): CodeFunction | undefined {
    return (
      this.#functionsByPlace.get(placeKey(module, owner, '__init__')) ??
      this.#functionsByPlace.get(placeKey(module, owner, 'constructor'))
    );
  }

  #resolveQualified(callee: readonly string[], name: string, from: CodeFunction): CodeFunction | undefined {
    const [first = ''] = callee;
    const named = this.#functionsByName.get(name) ?? [];
    if (named.length === 0) return this.#byPath(this.#expanded(callee, from.module));
    if (/^(?:self|cls|Self|this|super)$/.test(first) && callee.length === 2) {
      const owner = from.function?.owner;
      const own =
        owner === undefined
          ? undefined
          : (this.#functionsByPlace.get(placeKey(from.module, owner, name)) ??
            this.#functionBeside(from.module, owner, name));
      if (own !== undefined) return own;
    }
    if (named.length > MANY_OF_ONE_NAME) return this.#byPath(this.#expanded(callee, from.module));
    const ofClass = named.filter((node) => node.function?.owner === callee.at(-2));
    if (ofClass.length === 1) return ofClass[0];
    const found = this.#byPath(this.#expanded(callee, from.module));
    if (found !== undefined || from.module.foreign === undefined) return found ?? this.#unique(named, name);
    // On an object whose type is not known only a method may be meant.
    return from.module.imports.has(first) ? undefined : this.#unique(named.filter(isMethod), name);
  }

  #expanded(callee: readonly string[], module: HostModule): readonly string[] {
    const imported = module.imports.get(callee[0] ?? '');
    return imported === undefined ? callee : [...imported, ...callee.slice(1)];
  }

  /**
   * The function whose module holds the path's qualifiers in their order: `jobs::init_schema` lives in
   * `db::jobs::model`.
   */
  #byPath(path: readonly string[]): CodeFunction | undefined {
    const name = path.at(-1) ?? '';
    const qualifiers = path.slice(0, -1).filter((part) => !/^(?:crate|self|super|\*)$/.test(part));
    const all = this.#functionsByName.get(name) ?? [];
    const named = all.length <= MANY_OF_ONE_NAME ? all : this.#inModulesNamed(qualifiers.at(-1) ?? '', name);
    const fitting = named.filter((node) => holdsInOrder([...node.module.path, node.function?.owner ?? ''], qualifiers));
    if (fitting.length === 1) return fitting[0];
    const exact = fitting.filter((node) =>
      endsWith([...node.module.path, node.function?.owner ?? ''].filter(Boolean), qualifiers),
    );
    if (exact.length === 1) return exact[0];
    const module = this.#moduleAt(path.slice(0, -1));
    return module === undefined ? undefined : this.#constructorOf(name, module);
  }

  #inModulesNamed(module: string, name: string): readonly CodeFunction[] {
    const found = (this.#modulesByName.get(module) ?? []).map((candidate) =>
      this.#functionsByPlace.get(placeKey(candidate, undefined, name)),
    );
    return found.filter((node) => node !== undefined);
  }

  #unique(named: readonly CodeFunction[], name: string): CodeFunction | undefined {
    const outside = named.filter((node) => node.function?.test !== true);
    return outside.length === 1 && !COMMON_NAMES.has(name.toLowerCase()) ? outside[0] : undefined;
  }

  #moduleAt(path: readonly string[]): HostModule | undefined {
    const wanted = path.filter((part) => !/^(?:crate|self|super)$/.test(part));
    const fitting = (this.#modulesByName.get(wanted.at(-1) ?? '') ?? []).filter((module) =>
      endsWith(module.path, wanted),
    );
    const [first] = fitting;
    const isOne = fitting.every((module) => module.path.join('/') === first?.path.join('/'));
    return isOne ? first : undefined;
  }

  #importedConstant(path: readonly string[], module: HostModule): { module: HostModule; name: string } | undefined {
    const expanded = this.#expanded(path, module);
    const whole = path.length === 1 && expanded !== path ? this.#moduleAt(expanded) : undefined;
    if (whole?.constants.has('default') === true) return { module: whole, name: 'default' };
    if (expanded.length < 2) return this.#globConstant(path, module);
    for (const nameLength of [1, 2]) {
      const name = expanded.slice(expanded.length - nameLength).join('.');
      const target = this.#moduleAt(expanded.slice(0, expanded.length - nameLength));
      const holder = target === undefined ? undefined : this.#holderOf(name, target);
      if (holder !== undefined) return { module: holder, name };
    }
    const owners = (this.#constantOwners.get(expanded.at(-1) ?? '') ?? []).filter((owner) =>
      holdsInOrder(
        owner.path,
        expanded.slice(0, -1).filter((part) => !/^(?:crate|self|super)$/.test(part)),
      ),
    );
    const [only] = owners;
    return only !== undefined && owners.length === 1 && only.constants.has(expanded.at(-1) ?? '')
      ? { module: only, name: expanded.at(-1) ?? '' }
      : undefined;
  }

  #holderOf(name: string, module: HostModule): HostModule | undefined {
    return [module, ...this.#siblings(module)].find((candidate) => candidate.constants.has(name));
  }

  #globConstant(path: readonly string[], module: HostModule): { module: HostModule; name: string } | undefined {
    const name = path.join('.');
    for (const [key, target] of module.imports) {
      if (!key.startsWith('*')) continue;
      const found = this.#moduleAt(target);
      if (found?.constants.has(name) === true) return { module: found, name };
    }
    return undefined;
  }

  /** Only names in capitals: others are too likely to be variables. */
  #uniqueConstant(path: readonly string[]): { module: HostModule; name: string } | undefined {
    const name = path.at(-1) ?? '';
    const owners = this.#constantOwners.get(name) ?? [];
    const [only] = owners;
    if (only === undefined || owners.length !== 1 || !/^[A-Z][A-Z0-9_]{3,}$/.test(name)) return undefined;
    return only.constants.has(name) ? { module: only, name } : undefined;
  }

  #connect(): void {
    const callers = new Map<CodeFunction, CodeFunction[]>();
    for (const node of this.#nodes) {
      const mentions = new Mentions(this, node);
      mentions.collect();
      this.#edges.set(node, [...mentions.functions]);
      for (const callee of mentions.functions) push(callers, callee, node);
      if (mentions.touchesSchema || (mentions.executes && mentions.listsFiles)) this.#relevant.add(node);
      if (mentions.executes) this.#executing.add(node);
      if (!isTest(node)) for (const name of mentions.unresolved) this.#calledNames.add(name);
    }
    spread(this.#relevant, callers);
    spread(this.#executing, callers);
  }
}

/** Whether a text changes a schema or names an SQL file. */
export function hasSchemaWords(text: string): boolean {
  return SCHEMA_WORDS.test(text);
}

/** Whether a call starts a migration tool. */
export function isToolCall(callee: readonly string[]): boolean {
  return TOOL_CALL.test(callee.join('::'));
}

/** What a function's actions mention: functions, SQL, drivers. */
class Mentions {
  readonly functions = new Set<CodeFunction>();
  /** Names of calls of which it is not known which function they go to. */
  readonly unresolved = new Set<string>();
  touchesSchema = false;
  executes = false;
  /** Goes through a folder. */
  listsFiles = false;
  readonly #code: Code;
  readonly #node: CodeFunction;
  /** Names already followed, with the file that wrote them. */
  readonly #seen: Set<string>;

  constructor(code: Code, node: CodeFunction, seen = new Set<string>()) {
    this.#code = code;
    this.#node = node;
    this.#seen = seen;
  }

  collect(): void {
    this.#actions(this.#node.function === null ? this.#node.module.body : this.#node.function.body);
  }

  #actions(actions: readonly HostAction[]): void {
    for (const action of actions) this.#action(action);
  }

  #action(action: HostAction): void {
    switch (action.kind) {
      case 'execute':
        this.executes = true;
        this.#value(action.sql);
        break;
      case 'call':
        this.#call(action.callee);
        for (const argument of action.arguments) this.#value(argument);
        break;
      case 'if':
        this.#condition(action.condition);
        this.#actions(action.then);
        this.#actions(action.otherwise);
        break;
      case 'for':
        this.#value(action.over);
        this.#actions(action.body);
        break;
      case 'block':
        this.#actions(action.body);
        break;
      case 'assign':
        // A module's constants count where they are used.
        if (this.#node.function !== null) this.#value(action.value);
        break;
      case 'return':
        if (action.value !== null && 'kind' in action.value) this.#value(action.value);
        break;
    }
  }

  #call(callee: readonly string[]): void {
    if (isToolCall(callee)) this.touchesSchema = true;
    const target = this.#code.resolve(callee, this.#node);
    if (target !== undefined) this.functions.add(target);
    else this.unresolved.add(callee.at(-1) ?? '');
  }

  #value(value: HostValue): void {
    switch (value.kind) {
      case 'text':
        if (hasSchemaWords(value.sql.text)) this.touchesSchema = true;
        break;
      case 'name':
        this.#name(value.path, this.#node);
        break;
      case 'file':
        if (value.path.endsWith('.sql')) this.touchesSchema = true;
        break;
      case 'files':
        this.touchesSchema = true;
        break;
      case 'list':
      case 'tuple':
        for (const item of value.items) this.#value(item);
        break;
      case 'dictionary':
        for (const entry of value.entries) for (const item of entry) this.#value(item);
        break;
      case 'joined':
        for (const part of value.parts) this.#value(part);
        break;
      case 'call':
        this.#call(value.callee);
        for (const argument of value.arguments) this.#value(argument);
        break;
      case 'derived':
        if (value.operation === 'files') this.listsFiles = true;
        this.#value(value.of);
        for (const argument of value.arguments) this.#value(argument);
        break;
      case 'named':
        this.#value(value.value);
        break;
    }
  }

  #condition(condition: HostCondition): void {
    if (condition.condition === 'not') this.#condition(condition.of);
    else if (condition.condition === 'and' || condition.condition === 'or')
      condition.of.forEach((part) => {
        this.#condition(part);
      });
    else if (condition.condition === 'call') this.#call(condition.callee);
  }

  #name(path: readonly string[], from: CodeFunction): void {
    const key = `${from.module.file.path}:${path.join('.')}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const constant = this.#code.constant(path, from);
    if (constant === undefined) {
      const target =
        path.length === 1 || from.module.imports.has(path[0] ?? '') ? this.#code.resolve(path, from) : undefined;
      if (target !== undefined) this.functions.add(target);
      return;
    }
    const value = constant.module.constants.get(constant.name);
    if (value === undefined) return;
    const owner = from.module === constant.module ? from.function : null;
    const inside = new Mentions(this.#code, { module: constant.module, function: owner }, this.#seen);
    inside.#value(value);
    if (inside.touchesSchema) this.touchesSchema = true;
    for (const target of inside.functions) this.functions.add(target);
  }
}

function isMethod(node: CodeFunction): boolean {
  return node.function?.owner !== undefined;
}

function isTest(node: CodeFunction): boolean {
  if (SERVES_TESTS.test(node.module.file.path)) return true;
  if (node.function !== null) return node.function.test;
  return /(?:^|\/)(?:(?:tests?|__tests__)\/|test_[^/]*$|conftest\.py$|[^/]*(?:_test|\.test|\.spec)\.\w+$)/.test(
    node.module.file.path,
  );
}

/** `fixtures.py`, `mocks.ts`, `test_utils.rs`: no test by itself, and nothing but for tests. */
const SERVES_TESTS = /(?:^|[/_.-])(?:fixtures?|mocks?|test_?(?:utils?|helpers?|support))\.\w+$/i;

function placeKey(module: HostModule, owner: string | undefined, name: string): string {
  return `${module.file.path}:${owner ?? ''}:${name}`;
}

function push<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/** Adds all that lead to a member, over any number of calls. */
function spread(members: Set<CodeFunction>, callers: ReadonlyMap<CodeFunction, readonly CodeFunction[]>): void {
  const waiting = [...members];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const caller of callers.get(node) ?? []) {
      if (members.has(caller)) continue;
      members.add(caller);
      waiting.push(caller);
    }
  }
}

function holdsInOrder(path: readonly string[], wanted: readonly string[]): boolean {
  let at = 0;
  for (const part of path) if (part === wanted[at]) at++;
  return at === wanted.length;
}

function endsWith(path: readonly string[], wanted: readonly string[]): boolean {
  const from = path.length - wanted.length;
  return from >= 0 && wanted.every((part, index) => path[from + index] === part);
}
