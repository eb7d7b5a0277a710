import type { Operation, Range } from '../../ddl/operation.ts';
import type { Engine, Version } from '../../dialects/dialect.ts';
import { wordsOf, type EngineWords } from '../errors/words.ts';
import {
  holdsOnlyNulls,
  mayHoldOtherRows,
  mayHoldRows,
  type Catalog,
  type Column,
  type Database,
  type Origin,
  type Relation,
  type Savepoint,
  type Session,
  type Table,
} from '../catalog.ts';
import type { Change, EngineError, Outcome } from '../outcome.ts';
import type { PersistentMap } from '../persistent-map.ts';

/** The doubt where some of the versions that must be served refuse a statement and others take it. */
export const DEPENDS_ON_VERSION = 'depends on the version of the engine';

/** Thrown where the engine would stop the statement; `concludeOperation` turns it into an outcome. */
export class Refusal extends Error {
  readonly error: EngineError;

  constructor(error: EngineError) {
    super(error.text);
    this.error = error;
  }
}

export type IsVariable = (path: readonly string[]) => boolean;

/** One operation being applied: the database as changed so far, what changed, and what could not be known. */
export class Draft {
  readonly engine: Engine;
  readonly words: EngineWords;
  readonly base: Database;
  /** All operations of the statement: DROP TABLE a, b drops what only hangs together. */
  readonly operations: readonly Operation[];
  /** Names that stand for variables of the PL/pgSQL around the statement, not for columns. */
  readonly isVariable: IsVariable | undefined;
  catalog: Catalog;
  session: Session;
  atBegin: Catalog | null;
  savepoints: readonly Savepoint[];
  readonly effects: Change[] = [];
  /** Whether a table without rows, or a column without values, was met: with some the outcome might be another. */
  restsOnEmptiness = false;
  #doubt: { readonly why: string; readonly error?: EngineError } | null = null;
  #conditional: {
    readonly condition: 'rows' | 'values';
    readonly error: EngineError;
    readonly rowsOf: Table;
  } | null = null;

  constructor(database: Database, engine: Engine, operations: readonly Operation[] = [], isVariable?: IsVariable) {
    this.operations = operations;
    this.isVariable = isVariable;
    this.engine = engine;
    this.words = wordsOf(engine);
    this.base = database;
    this.catalog = database.catalog;
    this.session = database.session;
    this.atBegin = database.atBegin;
    this.savepoints = database.savepoints;
  }

  get database(): Database {
    const { catalog, session, atBegin, savepoints } = this;
    return { ...this.base, catalog, session, atBegin, savepoints };
  }

  /** The character of the statement's text at an offset. */
  sourceAt(offset: number): string {
    return this.operations[0]?.statement.sql.text.charAt(offset) ?? '';
  }

  /** The engine stops here. */
  refuse(error: EngineError): never {
    throw new Refusal(error);
  }

  /**
   * It may stop here, or do something else than it seems. The first doubt names the outcome; that something may already be
   * there says less than any other.
   */
  doubt(why: string, error?: EngineError): void {
    const known = this.#doubt;
    if (known !== null && !isDuplicate(known.error)) return;
    if (known !== null && (error === undefined || isDuplicate(error))) return;
    this.#doubt = error === undefined ? { why } : { why, error };
  }

  /** It stops here if the table holds rows (`rows`) or such rows as collide (`values`); without rows it goes on. */
  refuseWhenFilled(table: Table, condition: 'rows' | 'values', error: EngineError): void {
    const holds = (condition === 'rows' ? mayHoldRows : mayHoldOtherRows)(table, this.base);
    if (holds) this.#conditional ??= { condition, error, rowsOf: table };
    else this.restsOnEmptiness = true;
  }

  /**
   * It stops here if rows collide over columns (keys): in a unique index that is no primary key, in a foreign key. NULL collides
   * with nothing there (PostgreSQL 11.6 and 5.4.5; MySQL 15.1.20; SQLite, CREATE TABLE, 3.6).
   */
  refuseWhenCollided(table: Table, columns: readonly (string | null)[], error: EngineError): void {
    const isOver = ({ name }: Column): boolean => columns.includes(this.engine.dialect.key(name, true));
    if (!table.columns.some((column) => isOver(column) && this.holdsOnlyNulls(column)))
      this.refuseWhenFilled(table, 'values', error);
  }

  /** Whether it stops here if there are rows, whatever they hold. */
  get failsGivenRows(): boolean {
    return this.#conditional?.condition === 'rows';
  }

  holdsOnlyNulls(column: Column): boolean {
    const isOfNulls = holdsOnlyNulls(column, this.base);
    if (isOfNulls) this.restsOnEmptiness = true;
    return isOfNulls;
  }

  mayHoldRows(table: Table): boolean {
    const mayHold = mayHoldRows(table, this.base);
    if (!mayHold) this.restsOnEmptiness = true;
    return mayHold;
  }

  /** Versions from `since` on (or, with `before`, those below) stop here: all that must be served, some, or none. */
  refuseForVersions(
    versions: { readonly since?: readonly [number, number]; readonly before?: readonly [number, number] },
    error: EngineError,
  ): void {
    const { from, to } = this.engine.versions;
    const since = versions.since ?? [0, 0];
    const below = versions.before ?? [Infinity, 0];
    if (!isBefore(from, since) && isBefore(to, below)) this.refuse(error);
    if (!isBefore(to, since) && isBefore(from, below)) this.doubt(DEPENDS_ON_VERSION, error);
  }

  /** Whether all versions that must be served are older, or some are. */
  servesOnlyBefore(version: Version): boolean {
    return isBefore(this.engine.versions.to, version);
  }

  servesAlsoBefore(version: Version): boolean {
    return isBefore(this.engine.versions.from, version);
  }

  record(change: Change): void {
    this.effects.push(change);
  }

  get hasDoubt(): boolean {
    return this.#doubt !== null;
  }

  /** The outcome of an operation that ran to its end. */
  conclude(): Outcome {
    if (this.#doubt !== null) return { kind: 'unsure', ...this.#doubt };
    if (this.#conditional !== null) return { kind: 'failed', ...this.#conditional };
    return { kind: 'done', effects: this.effects };
  }

  /**
   * The outcome of an operation that the engine stopped; on unsure ground even that is unsure. Without a guard a doubt
   * whether a thing is already there changes nothing: it fails either way.
   */
  concludeRefused(error: EngineError, isGuarded: boolean): Outcome {
    const failsEitherWay = !isGuarded && isDuplicate(this.#doubt?.error);
    if (this.#doubt !== null && !failsEitherWay) return { kind: 'unsure', why: this.#doubt.why, error };
    return { kind: 'failed', condition: 'always', error };
  }

  /** Stores a relation, and keeps the index of index names in step with it. */
  putRelation(key: string, relation: Relation): void {
    const before = this.catalog.relations.get(key);
    this.catalog = {
      ...this.catalog,
      relations: this.catalog.relations.set(key, relation),
      indexOwners: this.#indexOwnersAfter(key, before, relation),
    };
  }

  removeRelation(key: string): void {
    const before = this.catalog.relations.get(key);
    if (before === undefined) return;
    this.catalog = {
      ...this.catalog,
      relations: this.catalog.relations.delete(key),
      indexOwners: this.#indexOwnersAfter(key, before, undefined),
    };
  }

  #indexOwnersAfter(key: string, before: Relation | undefined, after: Relation | undefined): PersistentMap<string> {
    let owners = this.catalog.indexOwners;
    if (!this.engine.dialect.ddl.indexNamesPerSchema) return owners;
    const left = indexesOf(before);
    const right = indexesOf(after);
    if (left === right && before?.schema === after?.schema) return owners;
    for (const index of left) owners = owners.delete(this.indexKey(before?.schema ?? '', index.name));
    for (const index of right) owners = owners.set(this.indexKey(after?.schema ?? '', index.name), key);
    return owners;
  }

  /** The key of an index in `indexOwners`, from its stored name. */
  indexKey(schema: string, storedName: string): string {
    return `${schema}.${this.engine.dialect.key(storedName, true)}`;
  }
}

function indexesOf(relation: Relation | undefined): Table['indexes'] {
  return relation === undefined || relation.kind === 'sequence' ? NO_INDEXES : relation.indexes;
}

function isDuplicate(error: EngineError | undefined): boolean {
  return error?.class.startsWith('duplicate-') === true;
}

const NO_INDEXES: Table['indexes'] = [];

function isBefore(left: readonly [number, number], right: readonly [number, number]): boolean {
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

/** Where something in an operation comes from. */
export function originOf(operation: Pick<Operation, 'statement'>, at: Range): Origin {
  return { statement: operation.statement, at: { start: at.start, end: at.end } };
}
