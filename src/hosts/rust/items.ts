import type { SourceFile } from '../../text/source-file.ts';
import type { HostAction, HostFunction, HostModule, HostValue } from '../host.ts';
import { readBody, readValue } from './body.ts';
import { Parser } from './parser.ts';
import type { Parameter, Surroundings } from './surroundings.ts';
import type { Tokens } from './tokens.ts';
import { tokenize, TokenKind } from './tokens.ts';
import { modulePathOf } from './module-path.ts';

/** Where an item stands. */
interface Place {
  /** Names of the `mod` blocks around it. */
  readonly modules: readonly string[];
  /** The `impl` or `trait` around it. */
  readonly owner: string | null;
  readonly test: boolean;
}

/** Reads a file's items: functions, constants, imports. Bodies are read when they are asked for. */
export function readModule(file: SourceFile): HostModule {
  const reader = new ItemReader(file, tokenize(file.text));
  reader.items(0, reader.tokens.count, { modules: [], owner: null, test: isTestFile(file.path) });
  return reader.module();
}

function isTestFile(path: string): boolean {
  return /(?:^|\/)(?:tests|benches|examples)\/|(?:^|[/_])tests?\.rs$/.test(path);
}

class ItemReader {
  readonly tokens: Tokens;
  private readonly file: SourceFile;
  private readonly path: readonly string[];
  private readonly functions: HostFunction[] = [];
  private readonly constants = new Map<string, HostValue>();
  /** By module block; each sees only its own. */
  private readonly imports = new Map<string, Map<string, readonly string[]>>();
  private readonly tools = new Map<string, HostValue>();

  constructor(file: SourceFile, tokens: Tokens) {
    this.file = file;
    this.tokens = tokens;
    this.path = modulePathOf(file.path);
  }

  module(): HostModule {
    const { file, path, functions, constants } = this;
    const imports = new Map([...this.imports.values()].reverse().flatMap((own) => [...own]));
    return { file, path, functions, constants, imports, body: [] };
  }

  items(from: number, to: number, place: Place): void {
    let at = from;
    let isTest = false;
    while (at < to) {
      if (this.tokens.is(at, '#')) {
        const open = this.tokens.is(at + 1, '!') ? at + 2 : at + 1;
        isTest ||= this.isTestAttribute(open);
        at = this.tokens.kind(open) === TokenKind.open ? this.tokens.partner(open) + 1 : at + 1;
        continue;
      }
      if (this.isModifier(at)) {
        at = this.afterModifier(at);
        continue;
      }
      at = Math.max(at + 1, this.item(at, to, { ...place, test: place.test || isTest }));
      isTest = false;
    }
  }

  private isTestAttribute(open: number): boolean {
    const close = Math.min(this.tokens.partner(open), open + 12);
    let isTest = false;
    for (let index = open; index < close; index++) {
      if (this.tokens.is(index, 'not')) return false;
      isTest ||= this.tokens.is(index, 'test') || this.tokens.is(index, 'rstest');
    }
    return isTest;
  }

  private isModifier(at: number): boolean {
    if (this.tokens.kind(at) !== TokenKind.identifier) return false;
    const words = this.tokens.words(at);
    if (words === 'const')
      return this.tokens.is(at + 1, 'fn') || this.tokens.is(at + 1, 'unsafe') || this.tokens.is(at + 1, 'async');
    return words === 'pub' || words === 'async' || words === 'unsafe' || words === 'extern' || words === 'default';
  }

  /** `pub(crate)` and `extern "C"` take a second token. */
  private afterModifier(at: number): number {
    if (this.tokens.is(at, 'pub') && this.tokens.is(at + 1, '(')) return this.tokens.partner(at + 1) + 1;
    return this.tokens.kind(at + 1) === TokenKind.string ? at + 2 : at + 1;
  }

  /** Reads one item; hands back the index after it. */
  private item(at: number, to: number, place: Place): number {
    switch (this.tokens.kind(at) === TokenKind.identifier ? this.tokens.words(at) : '') {
      case 'fn':
        return this.functionItem(at, to, place);
      case 'use':
        return this.useItem(at, to, place);
      case 'mod':
        return this.moduleItem(at, to, place);
      case 'impl':
      case 'trait':
        return this.implItem(at, to, place);
      case 'const':
      case 'static':
        return this.constantItem(at, to, place);
      default:
        return this.otherItem(at, to, place);
    }
  }

  private functionItem(at: number, to: number, place: Place): number {
    const name = this.tokens.words(at + 1);
    let open = at + 2;
    if (this.tokens.is(open, '<')) open = this.afterGenerics(open, to);
    if (!this.tokens.is(open, '(') || open >= to) return at + 1;
    const close = this.tokens.partner(open);
    let body = close + 1;
    while (body < to && !this.tokens.is(body, '{') && !this.tokens.is(body, ';')) body = this.next(body);
    if (!this.tokens.is(body, '{')) return body + 1;
    const end = Math.min(this.tokens.partner(body), to);
    const returns = this.textBetween(close + 1, body);
    this.functions.push(
      new RustFunction(this.file, this.surroundings(place), { name, at, open, body, end, returns }, place),
    );
    this.innerItems(body + 1, end, place);
    return end + 1;
  }

  /** Functions, imports and constants' modules inside a body are items too. */
  private innerItems(from: number, to: number, place: Place): void {
    for (let index = from; index < to; index++) {
      if (this.tokens.kind(index) !== TokenKind.identifier) continue;
      const width = this.tokens.end(index) - this.tokens.start(index);
      if (width === 2 && this.tokens.is(index, 'fn') && this.tokens.kind(index + 1) === TokenKind.identifier) {
        index = this.functionItem(index, to, place) - 1;
      } else if (width === 3 && this.tokens.is(index, 'use')) index = this.useItem(index, to, place) - 1;
    }
  }

  private useItem(at: number, to: number, place: Place): number {
    let end = at + 1;
    while (end < to && !this.tokens.is(end, ';')) end = this.next(end);
    this.useTree(at + 1, Math.min(end, to), [], place, 0);
    return end + 1;
  }

  /** `a::{b, c::{self, d as e}, f::*}` */
  private useTree(from: number, to: number, prefix: readonly string[], place: Place, depth: number): void {
    const path = [...prefix];
    let at = from;
    while (at < to) {
      if (this.tokens.is(at, '{')) {
        if (depth < 50) this.useGroup(at, Math.min(this.tokens.partner(at), to), path, place, depth);
        return;
      }
      if (this.tokens.is(at, 'as')) {
        this.import(this.tokens.words(at + 1), path, place);
        return;
      }
      if (this.tokens.is(at, '*')) {
        this.import('*', path, place);
        return;
      }
      if (this.tokens.is(at, 'self') && path.length > 0) {
        if (!this.tokens.is(at + 1, 'as')) this.import(path.at(-1) ?? '', path, place);
      } else if (this.tokens.kind(at) === TokenKind.identifier) path.push(this.tokens.words(at));
      at++;
    }
    if (path.length > prefix.length) this.import(path.at(-1) ?? '', path, place);
  }

  private useGroup(open: number, close: number, path: readonly string[], place: Place, depth: number): void {
    let start = open + 1;
    for (let at = start; at <= close;) {
      if (at >= close || this.tokens.is(at, ',')) {
        if (at > start) this.useTree(start, Math.min(at, close), path, place, depth + 1);
        start = at + 1;
        at++;
      } else at = this.next(at);
    }
  }

  private import(name: string, path: readonly string[], place: Place): void {
    const here = [...this.path, ...place.modules];
    let rest = path;
    let base: readonly string[] = [];
    if (rest[0] === 'self' || rest[0] === 'super') base = here;
    if (rest[0] === 'self') rest = rest.slice(1);
    while (rest[0] === 'super') {
      base = base.slice(0, -1);
      rest = rest.slice(1);
    }
    const full = [...base, ...rest];
    const known = name === '*' ? `*${full.join('::')}` : name;
    if (known !== '' && known !== '_') this.importsOf(place).set(known, full);
  }

  private moduleItem(at: number, to: number, place: Place): number {
    const open = at + 2;
    if (!this.tokens.is(open, '{') || open >= to) return open + 1;
    const close = Math.min(this.tokens.partner(open), to);
    const name = this.tokens.words(at + 1);
    if (place.modules.length < 50)
      this.items(open + 1, close, { ...place, owner: null, modules: [...place.modules, name] });
    return close + 1;
  }

  private implItem(at: number, to: number, place: Place): number {
    let index = this.tokens.is(at + 1, '<') ? this.afterGenerics(at + 1, to) : at + 1;
    let owner = '';
    let isOver = false;
    while (index < to && !this.tokens.is(index, '{') && !this.tokens.is(index, ';')) {
      if (this.tokens.is(index, 'for')) owner = '';
      else if (this.tokens.is(index, 'where')) isOver = true;
      else if (this.tokens.is(index, '<')) {
        index = this.afterGenerics(index, to);
        continue;
      } else if (!isOver && this.tokens.kind(index) === TokenKind.identifier && !this.tokens.is(index, 'dyn'))
        owner = this.tokens.words(index);
      if (this.tokens.is(index, ':')) isOver = true;
      index = this.next(index);
    }
    if (!this.tokens.is(index, '{') || index >= to) return index + 1;
    const close = Math.min(this.tokens.partner(index), to);
    if (place.owner === null) this.items(index + 1, close, { ...place, owner });
    return close + 1;
  }

  private constantItem(at: number, to: number, place: Place): number {
    let end = at + 1;
    let equals = -1;
    while (end < to && !this.tokens.is(end, ';')) {
      if (equals < 0 && this.tokens.is(end, '=')) equals = end;
      end = this.next(end);
    }
    const first = this.tokens.is(at + 1, 'mut') || this.tokens.is(at + 1, 'ref') ? at + 2 : at + 1;
    if (equals > 0) this.constant(this.tokens.words(first), equals + 1, Math.min(end, to), place);
    return end + 1;
  }

  private constant(name: string, from: number, to: number, place: Place): void {
    const expression = new Parser(this.tokens, from, to).expression();
    const value = readValue(expression, this.surroundings(place));
    if (value.kind === 'unknown') return;
    if (value.kind === 'call') this.tools.set(name, value);
    const holder = place.owner ?? place.modules.join('::');
    if (holder !== '') this.constants.set(`${holder}::${name}`, value);
    if (!this.constants.has(name)) this.constants.set(name, value);
  }

  /** A macro at the level of items, such as `embed_migrations!(..)`, or something without SQL, which is skipped. */
  private otherItem(at: number, to: number, place: Place): number {
    let index = at;
    while (index < to && !this.tokens.is(index, ';') && this.tokens.kind(index) !== TokenKind.open) {
      if (this.tokens.is(index, 'embed_migrations')) this.embeddedMigrations(at, to, place);
      if (this.tokens.is(index, 'lazy_static')) return this.lazyStatics(index, to, place);
      index++;
    }
    if (index >= to) return to;
    return this.next(index);
  }

  private embeddedMigrations(at: number, to: number, place: Place): void {
    const expression = new Parser(this.tokens, at, to).expression();
    const value = readValue(expression, this.surroundings(place));
    if (value.kind === 'call') this.tools.set(place.modules.at(-1) ?? 'migrations', value);
  }

  private lazyStatics(at: number, to: number, place: Place): number {
    const open = at + 2;
    if (!this.tokens.is(open, '{')) return at + 1;
    const close = Math.min(this.tokens.partner(open), to);
    this.items(open + 1, close, place);
    return close + 1;
  }

  private importsOf(place: Place): Map<string, readonly string[]> {
    const key = place.modules.join('::');
    const own = this.imports.get(key) ?? new Map<string, readonly string[]>();
    this.imports.set(key, own);
    return own;
  }

  private surroundings(place: Place): Surroundings {
    const { file, tokens, constants, tools } = this;
    const imports = this.importsOf(place);
    return {
      file,
      tokens,
      imports,
      constants,
      tools,
      modulePath: [...this.path, ...place.modules],
      owner: place.owner,
    };
  }

  private afterGenerics(at: number, to: number): number {
    let angles = 0;
    let index = at;
    while (index < to) {
      if (this.tokens.is(index, '<')) angles++;
      else if (this.tokens.is(index, '>')) angles--;
      else if (this.tokens.is(index, ';') || this.tokens.is(index, '{')) return index;
      index = this.next(index);
      if (angles === 0) return index;
    }
    return to;
  }

  /** Over one token, or a bracket with all that is in it. */
  private next(at: number): number {
    return this.tokens.kind(at) === TokenKind.open ? this.tokens.partner(at) + 1 : at + 1;
  }

  private textBetween(from: number, to: number): string {
    return to > from ? this.tokens.text.slice(this.tokens.start(from), this.tokens.end(to - 1)) : '';
  }
}

/** Token indexes of a function: its `fn`, the `(` of its parameters, the `{` of its body and the end of it. */
interface FunctionTokens {
  readonly name: string;
  readonly at: number;
  readonly open: number;
  readonly body: number;
  readonly end: number;
  readonly returns: string;
}

class RustFunction implements HostFunction {
  readonly name: string;
  readonly owner?: string;
  readonly test: boolean;
  readonly span: HostFunction['span'];
  private readonly around: Surroundings;
  private readonly place: FunctionTokens;
  private knownBody: readonly HostAction[] | null = null;
  private knownParameters: readonly Parameter[] | null = null;

  constructor(file: SourceFile, around: Surroundings, tokens: FunctionTokens, place: Place) {
    this.name = tokens.name;
    this.test = place.test;
    const owner = place.owner ?? place.modules.at(-1);
    if (owner !== undefined) this.owner = owner;
    this.span = {
      file,
      start: around.tokens.start(tokens.at),
      end: around.tokens.end(Math.max(tokens.at, tokens.end)),
    };
    this.around = around;
    this.place = tokens;
  }

  get parameters(): readonly string[] {
    return this.typedParameters().map(({ name }) => name);
  }

  get body(): readonly HostAction[] {
    this.knownBody ??= this.readActions();
    return this.knownBody;
  }

  private readActions(): readonly HostAction[] {
    const { tokens } = this.around;
    const block = new Parser(tokens, this.place.body, Math.min(this.place.end + 1, tokens.count)).block();
    return readBody(block, this.typedParameters(), this.place.returns, this.around);
  }

  /** Without `self`: a method's call does not pass it as an argument. */
  private typedParameters(): readonly Parameter[] {
    this.knownParameters ??= readParameters(this.around.tokens, this.place.open);
    return this.knownParameters;
  }
}

function readParameters(tokens: Tokens, open: number): readonly Parameter[] {
  const close = tokens.partner(open);
  const parameters: Parameter[] = [];
  let start = open + 1;
  let angles = 0;
  for (let at = start; at <= close && start < close;) {
    if (tokens.is(at, '<')) angles++;
    else if (tokens.is(at, '>')) angles--;
    if (at >= close || (angles <= 0 && tokens.is(at, ','))) {
      const parameter = readParameter(tokens, start, Math.min(at, close));
      if (parameter !== null && parameter.name !== 'self') parameters.push(parameter);
      start = at + 1;
    }
    at = tokens.kind(at) === TokenKind.open ? tokens.partner(at) + 1 : at + 1;
  }
  return parameters;
}

function readParameter(tokens: Tokens, from: number, to: number): Parameter | null {
  if (from >= to) return null;
  let colon = from;
  while (colon < to && !tokens.is(colon, ':'))
    colon = tokens.kind(colon) === TokenKind.open ? tokens.partner(colon) + 1 : colon + 1;
  const pattern = new Parser(tokens, from, Math.min(colon, to)).pattern([':']);
  const type = colon + 1 < to ? tokens.text.slice(tokens.start(colon + 1), tokens.end(to - 1)) : '';
  return { name: pattern.names[0] ?? '_', type };
}
