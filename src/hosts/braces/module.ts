import type { ErrorClass } from '../../catalog/outcome.ts';
import { positionAt, type SourceFile } from '../../text/source-file.ts';
import { RECORD_FIELDS, type HostAction, type HostFunction, type HostModule, type HostValue } from '../host.ts';
import { plainLiteral } from '../literal.ts';
import { ActionReader } from './actions.ts';
import { classesNamedIn, type FailureWords } from './failures.ts';
import { boundNames, type Language } from './language.ts';
import {
  bodiesOf,
  childrenOf,
  dottedName,
  unwrapped,
  type Expression,
  type ExpressionOf,
  type FunctionDeclaration,
  type Positioned,
  type Statement,
  type StatementOf,
} from './syntax.ts';
import { ValueReader, type Surroundings } from './values.ts';

/** SQL that matters, files of it, texts that are handed to a driver, and calls of functions that are named for such things. */
const WORTH_READING = new RegExp(
  [
    String.raw`\b(?:create|alter|drop|rename)\s+(?:or\s+replace\s+|unique\s+|temp(?:orary)?\s+|virtual\s+|materialized\s+)*(?:table|index|view|trigger|type|schema|sequence|function|extension|column)\b`,
    String.raw`\bpragma\b|user_version|sqlite_master|information_schema|\bpg_catalog\b|\binsert\s+into\b|\.sql\b|go:embed`,
    String.raw`\.(?:exec|execute|query|run|raw|unsafe|prepare)\w*\(\s*(?:ctx\s*,\s*)?(?:\w*sql|statement|stmt|query|q|ddl|text|m(?:igration)?|s|step)\b`,
    String.raw`migrat\w*\s*\(|\b(?:init|create|ensure|set_?up|apply|open|connect|get|load|run|prepare|upgrade)_?\w*(?:schema|tables?|db|database|store|storage)\w*\s*\(`,
    String.raw`begin\w*\(|transaction\w*\(|(?:add|has|ensure)_?col(?:umn)?\w*\(`,
  ].join('|'),
  'i',
);

/** Reads a file: its functions, constants and imports, and what runs when it is loaded. */
export function readModule(file: SourceFile, language: Language): HostModule {
  if (!WORTH_READING.test(file.text)) return emptyModule(file, language);
  try {
    return new ModuleReader(file, language).read(language.parse(file.text));
  } catch (error) {
    // Nesting is bounded everywhere, but not its product: a file made to exhaust the stack holds no schema.
    if (error instanceof RangeError) return emptyModule(file, language);
    throw error;
  }
}

function emptyModule(file: SourceFile, language: Language): HostModule {
  const path = language.modulePath(file.path);
  return { file, path, functions: [], constants: new Map(), imports: new Map(), body: [] };
}

class ModuleReader {
  readonly #file: SourceFile;
  readonly #language: Language;
  readonly #functions: HostFunction[] = [];
  readonly #constants = new Map<string, HostValue>();
  readonly #foreign = new Set<string>();
  readonly #imports = new Map<string, readonly string[]>();
  readonly #prepared = new Set<string>();
  readonly #declared = new Map<string, FunctionDeclaration>();
  readonly #hoisted = new Map<string, readonly string[]>();
  readonly #errorClasses = new Map<string, readonly ErrorClass[]>();
  readonly #surroundings: Surroundings;
  readonly #words: FailureWords;

  constructor(file: SourceFile, language: Language) {
    this.#file = file;
    this.#language = language;
    this.#surroundings = {
      file,
      language,
      prepared: this.#prepared,
      hoist: (lambda, transaction) => this.#hoist(lambda, transaction),
    };
    this.#words = {
      text: file.text,
      classesOfFunction: (name) => this.#classesOf(name),
      givesUp: (expression) => language.givesUp(expression),
    };
  }

  read(statements: readonly Statement[]): HostModule {
    this.#survey(statements);
    this.#constantsOf(statements, '');
    const body = this.#reader(null).actions(statements.filter((one) => !isDeclaration(one)));
    this.#functionsOf(statements, undefined);
    return {
      file: this.#file,
      path: this.#language.modulePath(this.#file.path),
      functions: this.#functions,
      constants: this.#constants,
      imports: this.#imports,
      foreign: this.#foreign,
      body,
    };
  }

  #reader(receiver: string | null): ActionReader {
    return new ActionReader(new ValueReader(this.#surroundings, receiver), this.#words);
  }

  /** Imports, prepared statements and functions by name, wherever they stand. */
  #survey(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.kind === 'import') this.#import(statement);
      else if (statement.kind === 'function') this.#declared.set(statement.name, statement);
      else if (statement.kind === 'expression') this.#surveyExpression(statement.value);
      for (const body of bodiesOf(statement)) this.#survey(body);
    }
  }

  #surveyExpression(expression: Expression): void {
    const inner = unwrapped(expression);
    if (inner.kind === 'lambda') {
      this.#survey(inner.body);
      return;
    }
    if (inner.kind === 'assign' && inner.values.some(prepares)) {
      const name = dottedName(inner.targets[0] ?? inner).at(-1);
      if (name !== undefined) this.#prepared.add(name);
    }
    if (inner.kind === 'assign') this.#required(inner);
    for (const child of childrenOf(inner)) this.#surveyExpression(child);
  }

  #import(statement: StatementOf<'import'>): void {
    if (statement.path.endsWith('.sql') || /\.sql[?]/.test(statement.path)) {
      const span = { file: this.#file, start: statement.start, end: statement.end };
      const path = statement.path.replace(/[?].*$/, '');
      for (const { as } of statement.names) this.#constants.set(as, { kind: 'file', path, span });
      return;
    }
    const base = this.#language.importedPath(statement.path, this.#file.path);
    if (base.length === 0) for (const { as } of statement.names) this.#foreign.add(as);
    if (base.length === 0) return;
    for (const { name, as } of statement.names) {
      if (name === '*') this.#imports.set(`*${base.join('.')}`, base);
      else this.#imports.set(as, name === null ? base : [...base, name]);
    }
  }

  /** `const { migrate } = require('./db')`. */
  #required(assignment: ExpressionOf<'assign'>): void {
    const value = assignment.values[0] === undefined ? undefined : unwrapped(assignment.values[0]);
    const of = value?.kind === 'member' ? unwrapped(value.of) : value;
    if (of?.kind !== 'call' || dottedName(of.callee).join('.') !== 'require') return;
    const [argument] = of.arguments;
    if (argument?.kind !== 'string') return;
    const base = this.#language.importedPath(
      this.#file.text.slice(argument.literal.from, argument.literal.to),
      this.#file.path,
    );
    const [target] = assignment.targets;
    if (base.length === 0 && target !== undefined) for (const name of boundNames(target)) this.#foreign.add(name);
    if (base.length === 0) return;
    if (target?.kind === 'name')
      this.#imports.set(target.name, value?.kind === 'member' ? [...base, value.name] : base);
    if (target?.kind !== 'record') return;
    for (const { key, value: bound } of target.fields) {
      if (key?.kind !== 'string' || bound.kind !== 'name') continue;
      this.#imports.set(bound.name, [...base, this.#file.text.slice(key.start, key.end)]);
    }
  }

  #constantsOf(statements: readonly Statement[], owner: string): void {
    const values = new ValueReader(this.#surroundings);
    for (const statement of statements) {
      if (statement.kind === 'embed') this.#embedded(statement);
      else if (statement.kind === 'type') this.#fields(statement);
      else if (statement.kind === 'class') this.#constantsOf(statement.body, `${statement.name}.`);
      else if (statement.kind === 'expression' && statement.value.kind === 'assign')
        this.#constant(statement.value, owner, values);
    }
  }

  #constant(assignment: ExpressionOf<'assign'>, owner: string, values: ValueReader): void {
    assignment.targets.forEach((target, index) => {
      const written = dottedName(target).join('.');
      // CommonJS: what `require` hands back.
      const name = owner + (written === 'module.exports' ? 'default' : written);
      const value = assignment.values[index];
      if (name === owner || value === undefined || this.#imports.has(name)) return;
      // A name with two values has none that is known.
      if (this.#constants.has(name) || assignment.operator === '+=') this.#constants.set(name, { kind: 'unknown' });
      else if (unwrapped(value).kind === 'lambda') this.#namedLambda(unwrapped(value), name);
      else this.#constants.set(name, values.given(target, value));
    });
  }

  /** `const migrate = async () => { .. }`, `exports.migrate = function () { .. }`: a function like any other. */
  #namedLambda(lambda: Expression, name: string): void {
    if (lambda.kind !== 'lambda') return;
    const known = name.slice(name.lastIndexOf('.') + 1);
    this.#hoisted.set(keyOf(lambda), [known]);
    this.#addFunction({ ...lambda, kind: 'function', name: known, owner: null, receiver: null }, undefined);
  }

  #embedded(statement: StatementOf<'embed'>): void {
    const [first] = statement.patterns;
    if (first === undefined) return;
    const span = { file: this.#file, start: statement.start, end: statement.end };
    const isOne = statement.patterns.length === 1 && /\.\w+$/.test(first) && !first.includes('*');
    const folder = first.includes('/') && first.includes('*') ? first.slice(0, first.lastIndexOf('/')) : '.';
    const pattern = first.includes('*') ? first.slice(first.lastIndexOf('/') + 1) : '*';
    this.#constants.set(
      statement.name,
      isOne ? { kind: 'file', path: first, span } : { kind: 'files', folder, pattern, sorted: true, span },
    );
  }

  #fields(statement: StatementOf<'type'>): void {
    const items = statement.fields.map(({ start, end }) => plainLiteral(this.#file, start, end));
    this.#constants.set(`${statement.name}.${RECORD_FIELDS}`, { kind: 'list', items });
  }

  #functionsOf(statements: readonly Statement[], owner: string | undefined): void {
    for (const statement of statements) {
      if (statement.kind === 'function') this.#addFunction(statement, owner);
      if (statement.kind === 'class') this.#functionsOf(statement.body, statement.name);
      else for (const body of bodiesOf(statement)) this.#functionsOf(body, undefined);
    }
  }

  #addFunction(declared: FunctionDeclaration, around: string | undefined): void {
    const owner = declared.owner ?? around;
    const before = declared.parameters.flatMap(({ pattern }) => (pattern === null ? [] : [pattern]));
    const reader = this.#reader(declared.receiver);
    const taken = before.flatMap((pattern, index) =>
      reader.give(pattern, { kind: 'name', path: [patternName(index)], span: this.#span(pattern) }, pattern),
    );
    let patterns = 0;
    this.#functions.push({
      name: declared.name,
      ...(owner === undefined ? {} : { owner }),
      parameters: declared.parameters.map(({ name, pattern }) => (pattern === null ? name : patternName(patterns++))),
      body: [...taken, ...reader.actions(declared.body)],
      span: this.#span(declared),
      test: this.#language.isTest(this.#file.path, declared.name),
      ...(this.#language.returnsErrors ? { returnsError: this.#returnsError(declared) } : {}),
    });
  }

  /** Whether the function's results have an error among them. */
  #returnsError(declared: FunctionDeclaration): boolean {
    const [first] = declared.body;
    const until = first?.start ?? declared.end;
    return /\berror\b/.test(this.#file.text.slice(declared.start, until));
  }

  /** A lambda becomes a function that is named for where it stands. */
  #hoist(lambda: ExpressionOf<'lambda'>, transaction?: string): readonly string[] {
    const known = this.#hoisted.get(keyOf(lambda));
    if (known !== undefined) return known;
    const { line, column } = positionAt(this.#file, lambda.start);
    const path = [transaction ?? `function at ${line}:${column}`];
    this.#hoisted.set(keyOf(lambda), path);
    const [name = ''] = path;
    const body = this.#reader(null).actions(lambda.body);
    const span = this.#span(lambda);
    const actions: readonly HostAction[] =
      transaction !== undefined ? [{ kind: 'block', body, onError: { kind: 'stop' }, transaction: true, span }] : body;
    this.#functions.push({
      name,
      parameters: lambda.parameters.map((parameter) => parameter.name),
      body: actions,
      span,
      test: this.#language.isTest(this.#file.path, name),
    });
    return path;
  }

  /** The classes of error that a function of this file looks for: `func isDuplicateColumn(err error) bool`. */
  #classesOf(name: string): readonly ErrorClass[] {
    const known = this.#errorClasses.get(name);
    if (known !== undefined) return known;
    this.#errorClasses.set(name, []);
    const declared = this.#declared.get(name);
    const found = declared === undefined ? [] : classesNamedIn(declared.body, this.#words);
    this.#errorClasses.set(name, found);
    return found;
  }

  #span({ start, end }: Positioned): HostFunction['span'] {
    return { file: this.#file, start, end };
  }
}

function isDeclaration(statement: Statement): boolean {
  return statement.kind === 'function' || statement.kind === 'class' || statement.kind === 'import';
}

function prepares(value: Expression): boolean {
  const inner = unwrapped(value);
  return (
    inner.kind === 'call' && inner.callee.kind === 'member' && /^prepare(?:x|Context|Sync)?$/i.test(inner.callee.name)
  );
}

function patternName(index: number): string {
  return `<parameter ${index}>`;
}

function keyOf({ start, end }: Positioned): string {
  return `${start}:${end}`;
}
