import type { SourceFile } from '../text/source-file.ts';
import { RECORD_FIELDS, type Host, type HostFunction, type HostModule, type HostValue } from './host.ts';
import { plainLiteral } from './literal.ts';
import { ActionReader } from './python/actions.ts';
import { preparesWithArguments, refusesSeveral, runsOneStatement } from './python/drivers.ts';
import { dottedName, parsePython } from './python/parser.ts';
import type { Statement } from './python/syntax.ts';
import { ValueReader } from './python/values.ts';

/** Python: sqlite3, aiosqlite, psycopg, asyncpg, PyMySQL, SQLAlchemy's `execute` and what looks like them. */
export const python: Host = { name: 'Python', extensions: ['.py'], read: readPython };

/** A file without any of these words neither touches a database nor calls something that does. */
const WORTH_READING = /sql|execut|schema|migrat|database|db\b|db_|_db|create table|alter table/i;

/** A transaction scope of these drivers holds DDL too. */
const TRANSACTIONAL_DRIVERS = /^(?:psycopg|psycopg2|psycopg_pool|asyncpg|pg8000)$/;

function readPython(file: SourceFile): HostModule {
  if (!WORTH_READING.test(file.text)) return emptyModule(file);
  try {
    return new ModuleReader(file).read(parsePython(file.text));
  } catch (error) {
    // Nesting is bounded everywhere, but not its product: a file made to exhaust the stack holds no schema.
    if (error instanceof RangeError) return emptyModule(file);
    throw error;
  }
}

function emptyModule(file: SourceFile): HostModule {
  return { file, path: modulePath(file.path), functions: [], constants: new Map(), imports: new Map(), body: [] };
}

/** `src/app/db/__init__.py` is the module `src.app.db`. */
function modulePath(path: string): readonly string[] {
  const parts = path.replace(/\.py$/, '').split('/');
  return parts.at(-1) === '__init__' && parts.length > 1 ? parts.slice(0, -1) : parts;
}

class ModuleReader {
  readonly #file: SourceFile;
  readonly #values: ValueReader;
  readonly #functions: HostFunction[] = [];
  readonly #constants = new Map<string, HostValue>();
  readonly #imports = new Map<string, readonly string[]>();
  readonly #modules = new Set<string>();

  constructor(file: SourceFile) {
    this.#file = file;
    this.#values = new ValueReader(file);
  }

  read(statements: readonly Statement[]): HostModule {
    this.#collectImports(statements);
    const actions = new ActionReader(this.#values, {
      single: runsOneStatement(this.#modules),
      preparesWithArguments: preparesWithArguments(this.#modules),
      refusesSeveral: refusesSeveral(this.#modules) && !/\bdef execute\b/.test(this.#file.text),
      implicitTransactions: this.#opensTransactions(),
      scopeIsTransaction: [...this.#modules].some((module) => TRANSACTIONAL_DRIVERS.test(module)),
    });
    this.#collectConstants(statements, '');
    this.#collectFunctions(statements, undefined, actions);
    return {
      file: this.#file,
      path: modulePath(this.#file.path),
      functions: this.#functions,
      constants: this.#constants,
      imports: this.#imports,
      body: actions.functionBody(statements.filter(({ kind }) => kind !== 'function' && kind !== 'class')),
    };
  }

  /** Only where no other driver is in play: which connection a call uses is not known. */
  #opensTransactions(): boolean {
    const modules = [...this.#modules];
    const isImplicit = modules.some((module) => /^(?:psycopg|psycopg2|psycopg_pool|pg8000)$/.test(module));
    const isMixed = modules.some((module) =>
      /^(?:asyncpg|sqlalchemy|sqlite3|aiosqlite|alembic|databases)$/.test(module),
    );
    return isImplicit && !isMixed && !/autocommit/i.test(this.#file.text);
  }

  /** Imports inside functions count for the whole file: they only avoid cycles. */
  #collectImports(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.kind === 'import') this.#import(statement);
      else for (const body of bodiesOf(statement)) this.#collectImports(body);
    }
  }

  #import(statement: Statement & { kind: 'import' }): void {
    const base = [...this.#packageAbove(statement.dots), ...statement.path];
    this.#modules.add(base[0] ?? '');
    for (const { name, as } of statement.names) {
      if (statement.path.length === 0 && statement.dots === 0) this.#modules.add((name ?? '').split('.')[0] ?? '');
      if (name === null) this.#imports.set(`*${base.join('.')}`, base);
      else this.#imports.set(as, [...base, ...name.split('.')]);
    }
  }

  /** The package that leading dots of an import name. */
  #packageAbove(dots: number): readonly string[] {
    if (dots === 0) return [];
    const parts = this.#file.path.split('/').slice(0, -1);
    return parts.slice(0, parts.length - (dots - 1));
  }

  #collectConstants(statements: readonly Statement[], owner: string): void {
    for (const statement of statements) {
      if (statement.kind === 'assign') this.#constantsOf(statement, owner);
      else if (statement.kind === 'class') this.#collectClass(statement);
      else if (statement.kind === 'if' || statement.kind === 'try') {
        for (const body of bodiesOf(statement)) this.#collectConstants(body, owner);
      } else if (statement.kind === 'function' && statement.name === '__init__') this.#attributesOf(statement, owner);
    }
  }

  #collectClass(statement: Statement & { kind: 'class' }): void {
    this.#collectConstants(statement.body, `${statement.name}.`);
    const fields = statement.body.flatMap((inner) => fieldOf(inner, this.#file));
    if (fields.length > 0) this.#constants.set(`${statement.name}.${RECORD_FIELDS}`, { kind: 'list', items: fields });
  }

  #constantsOf(statement: Statement & { kind: 'assign' }, owner: string): void {
    for (const target of statement.targets) {
      if (target.kind !== 'name') continue;
      const name = owner + target.name;
      // A name with two values has none that is known.
      if (statement.adds || this.#constants.has(name)) this.#constants.set(name, { kind: 'unknown' });
      else this.#constants.set(name, this.#values.value(statement.value));
    }
  }

  /** `self.folder = Path(..)` in a constructor. */
  #attributesOf(statement: Statement & { kind: 'function' }, owner: string): void {
    for (const inner of statement.body) {
      if (inner.kind !== 'assign') continue;
      const [self, name, ...more] = dottedName(inner.targets[0] ?? { kind: 'unknown', start: 0, end: 0 });
      if (self !== 'self' || name === undefined || more.length > 0) continue;
      if (!this.#constants.has(owner + name)) this.#constants.set(owner + name, this.#values.value(inner.value));
    }
  }

  #collectFunctions(statements: readonly Statement[], owner: string | undefined, actions: ActionReader): void {
    for (const statement of statements) {
      if (statement.kind === 'function') this.#function(statement, owner, actions);
      else if (statement.kind === 'class') this.#collectFunctions(statement.body, statement.name, actions);
      else for (const body of bodiesOf(statement)) this.#collectFunctions(body, owner, actions);
    }
  }

  #function(statement: Statement & { kind: 'function' }, owner: string | undefined, actions: ActionReader): void {
    const isMethod =
      owner !== undefined &&
      !statement.decorators.some((decorator) => decorator.kind === 'name' && decorator.name === 'staticmethod');
    this.#functions.push({
      name: statement.name,
      ...(owner === undefined ? {} : { owner }),
      parameters: isMethod ? statement.parameters.slice(1) : statement.parameters,
      body: actions.functionBody(statement.body),
      span: this.#values.span(statement),
      test: isTest(this.#file.path, statement.name, owner),
    });
    this.#collectFunctions(statement.body, undefined, actions);
  }
}

/** The name of a dataclass's or named tuple's field: `version: int`, `down: str = ""`. */
function fieldOf(statement: Statement, file: SourceFile): readonly HostValue[] {
  if (statement.kind === 'declaration')
    return [plainLiteral(file, statement.start, statement.start + statement.name.length)];
  const target = statement.kind === 'assign' ? statement.targets[0] : undefined;
  if (target?.kind !== 'name') return [];
  const isTyped = /^\s*:/.test(file.text.slice(target.end, target.end + 20));
  return isTyped ? [plainLiteral(file, target.start, target.end)] : [];
}

function isTest(path: string, name: string, owner: string | undefined): boolean {
  return (
    /(?:^|\/)(?:tests?\/|test_[^/]*$|conftest\.py$|[^/]*_test\.py$)/.test(path) ||
    name.startsWith('test_') ||
    owner?.startsWith('Test') === true
  );
}

function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'function':
    case 'class':
    case 'while':
    case 'with':
      return [statement.body];
    case 'for':
      return [statement.body, statement.otherwise];
    case 'if':
      return [statement.then, statement.otherwise];
    case 'try':
      return [
        statement.body,
        ...statement.handlers.map((handler) => handler.body),
        statement.otherwise,
        statement.last,
      ];
    case 'alternatives':
      return statement.bodies;
    default:
      return [];
  }
}
