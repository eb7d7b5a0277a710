import type { Name, QualifiedName, Range } from '../../../ddl/operation.ts';
import type {
  Arm,
  ColumnMention,
  CommonTable,
  Item,
  Mention,
  QueryTree,
  SelectArm,
  Source,
  StatementTree,
} from '../../../query/tree.ts';
import type { Relation } from '../../catalog.ts';
import {
  ambiguousColumnText,
  hiddenQualifierText,
  missingColumnText,
  missingQualifierText,
  missingStarText,
  unequalArmsText,
  type NamePlace,
} from '../../errors/queries.ts';
import { quotedLiteral } from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf } from '../lookup.ts';
import { findRelation, nameKey, storedName, type Found } from '../names.ts';
import {
  derivedSource,
  foreignSource,
  isHiddenColumn,
  presenceIn,
  sourceOf,
  starColumns,
  withColumnNames,
  type Scope,
  type SourceInScope,
} from './scope.ts';

/** Thrown where the engine would stop. */
export class Fault extends Error {
  readonly error: EngineError;

  constructor(error: EngineError) {
    super(error.text);
    this.error = error;
  }
}

/** The common tables that a query sees, by key; null where their columns are not known. */
export type CommonTables = ReadonlyMap<string, readonly string[] | null>;

/** Keys of the output columns; null where they are not known. */
export type Outputs = readonly string[] | null;

/** Places in the text that was read. */
export interface Sightings {
  /** Keys of a relation and of its column. */
  column(relation: string, column: string, at: Range): void;
  table(relation: string, at: Range): void;
}

/** How the names of one text are looked up. */
export interface Setting {
  readonly draft: Draft;
  /** What was read, and where it begins in the statement: errors point there. */
  readonly text: string;
  readonly offset: number;
  /** SQLite: the schema in which a view's or trigger's own names are looked up; null outside of bodies. */
  readonly schema: string | null;
  /** SQLite, when it looks through its schema: the columns that a body writes are not asked for. */
  readonly onlyReads?: boolean;
  /** Names that are no columns: variables of a routine. */
  readonly isVariable?: (path: readonly string[]) => boolean;
  /** Is told where each column and table stands, as it is found. */
  readonly sightings?: Sightings;
  /** The columns of a view; its body may be at fault itself. */
  viewOutputs(relation: Relation, key: string): Outputs;
  /** A writing statement inside the query (WITH x AS (INSERT .. RETURNING ..)); gives what it returns. */
  write(tree: Extract<StatementTree, { kind: 'write' }>, common: CommonTables, outer: Scope | null): Outputs;
}

/** Looks the names of queries up. A sure fault is thrown; the first doubt is kept; what was read is noted. */
export class Resolver {
  readonly setting: Setting;
  doubt: { readonly why: string; readonly error: EngineError } | null = null;
  /** Keys of relations with the keys of their columns that are read. */
  readonly reads = new Map<string, Set<string>>();
  /** Every name could be told to belong to one column: `reads` is all that is read. */
  readsAreSure = true;

  constructor(setting: Setting) {
    this.setting = setting;
  }

  get #draft(): Draft {
    return this.setting.draft;
  }

  query(tree: QueryTree, common: CommonTables, outer: Scope | null): Outputs {
    const tables = this.withCommonTables(tree.commonTables, tree.recursive, common, outer);
    const [first, ...others] = tree.arms;
    if (first === undefined) return null;
    const { outputs, scope } = this.#arm(first, tables, outer);
    for (const [index, arm] of others.entries()) {
      const next = this.#arm(arm, tables, outer).outputs;
      this.#refuseUnequalArms(outputs, next, tree.operators[index] ?? '');
    }
    const names = new Set([...(scope?.outputs ?? []), ...(outputs ?? [])]);
    // Behind a set operation ORDER BY sees output columns, and expressions are rare: only a single SELECT is looked into.
    if (others.length === 0 && scope !== null) this.mentions(tree.order, { ...scope, outputs: names }, 'order', tables);
    return outputs;
  }

  #refuseUnequalArms(left: Outputs, right: Outputs, operator: string): void {
    if (left === null || right === null || left.length === right.length) return;
    const text = unequalArmsText(this.#draft.engine.dialect.name, operator);
    this.fault(errorAt('other', text, this.place({ start: 0, end: this.setting.text.length }), NOTHING_NAMED));
  }

  withCommonTables(
    tables: readonly CommonTable[],
    recursive: boolean,
    outerTables: CommonTables,
    outer: Scope | null,
  ): CommonTables {
    if (tables.length === 0) return outerTables;
    const { dialect } = this.#draft.engine;
    const common = new Map(outerTables);
    const keyOf = (name: Name): string => dialect.tableKey(name.text, name.quoted);
    // With RECURSIVE each may name itself and those after it.
    if (recursive) for (const { name, columns } of tables) common.set(keyOf(name), this.#listed(columns));
    for (const { name, columns, query } of tables) {
      const outputs = this.statement(query, common, outer);
      common.set(keyOf(name), this.#listed(columns) ?? outputs);
    }
    return common;
  }

  #listed(columns: readonly Name[]): Outputs {
    return columns.length === 0 ? null : columns.map((column) => nameKey(column, this.#draft.engine.dialect));
  }

  statement(tree: StatementTree, common: CommonTables, outer: Scope | null): Outputs {
    return tree.kind === 'query' ? this.query(tree, common, outer) : this.setting.write(tree, common, outer);
  }

  #arm(arm: Arm, common: CommonTables, outer: Scope | null): { outputs: Outputs; scope: Scope | null } {
    switch (arm.kind) {
      case 'nested':
        return { outputs: this.query(arm.query, common, outer), scope: null };
      case 'values': {
        const scope = { sources: [], outputs: new Set<string>(), outer };
        for (const { values } of arm.rows)
          for (const { mentions } of values) this.mentions(mentions, scope, 'values', common);
        const count = arm.rows[0]?.values.length ?? 0;
        return { outputs: Array.from({ length: count }, (_, at) => `column${at + 1}`), scope };
      }
      case 'select':
        return this.#select(arm, common, outer);
    }
  }

  #select(arm: SelectArm, common: CommonTables, outer: Scope | null): { outputs: Outputs; scope: Scope } {
    const sources = this.sources(arm.sources, common, outer);
    const bare = { sources, outputs: new Set<string>(), outer };
    this.joins(arm.sources, bare, common);
    const outputs = this.items(arm.items, bare, 'list', common);
    const scope = { ...bare, outputs: new Set(this.#aliases(arm.items)) };
    for (const { clause, mentions } of arm.clauses) this.mentions(mentions, scope, clause, common);
    return { outputs, scope };
  }

  #aliases(items: readonly Item[]): readonly string[] {
    return items.flatMap((item) =>
      item.kind === 'value' && item.name !== null ? [nameKey(item.name, this.#draft.engine.dialect)] : [],
    );
  }

  /** The sources of a FROM. A function, and a subquery behind LATERAL, sees those before it. */
  sources(sources: readonly Source[], common: CommonTables, outer: Scope | null): readonly SourceInScope[] {
    const found: SourceInScope[] = [];
    for (const source of sources) {
      const before = { sources: [...found], outputs: new Set<string>(), outer };
      const made = withColumnNames(this.#source(source, common, outer, before), source.columns, this.#draft);
      found.push({ ...made, merged: this.#merged(source, made, found) });
    }
    return found;
  }

  #source(source: Source, common: CommonTables, outer: Scope | null, before: Scope): SourceInScope {
    const { dialect } = this.#draft.engine;
    const alias = source.alias === null ? '' : dialect.tableKey(source.alias.text, source.alias.quoted);
    switch (source.from.kind) {
      case 'table':
        return this.table(source.from.table, source.alias, common);
      case 'query':
        return derivedSource(alias, this.statement(source.from.query, common, source.from.lateral ? before : outer));
      case 'function':
        this.mentions(source.from.mentions, before, 'list', common);
        return foreignSource(alias);
    }
  }

  /** A table that a statement names: a common table, or one of the catalog. */
  table(name: QualifiedName, alias: Name | null, common: CommonTables): SourceInScope {
    const { dialect } = this.#draft.engine;
    const key = dialect.tableKey((alias ?? name.name).text, (alias ?? name.name).quoted);
    const own = dialect.tableKey(name.name.text, name.name.quoted);
    if (name.schema === undefined && common.has(own)) return derivedSource(key, common.get(own) ?? null);
    if (dialect.name === 'sqlite' && isBuiltIn(own)) return foreignSource(key);
    const found = this.find(name);
    this.requireFound(found, name);
    if (found.presence === 'absent' || found.value === undefined) return derivedSource(key, null);
    const schema = alias === null ? found.target.schema : null;
    const outputs = found.value.kind === 'table' ? null : this.setting.viewOutputs(found.value, found.target.key);
    if (!this.reads.has(found.target.key)) this.reads.set(found.target.key, new Set());
    this.setting.sightings?.table(found.target.key, name.name);
    return sourceOf(this.#draft, found.value, found.target.key, { key, schema }, outputs);
  }

  /** SQLite looks the names of a body up in the schema of its view or trigger; one in temp sees all. */
  find(name: QualifiedName): Found<Relation> {
    const { schema } = this.setting;
    if (schema === null || schema === 'temp' || name.schema !== undefined) return findRelation(this.#draft, name);
    return findRelation(this.#draft, { ...name, schema: { ...name.name, text: schema, quoted: true } });
  }

  requireFound(found: Found<Relation>, name: QualifiedName): void {
    if (found.presence === 'present') return;
    const { target } = found;
    const text = this.#draft.words.missingTable(target, 'rows');
    const error = errorAt('missing-table', text, this.place(name), { kind: 'table', ...objectOf(target) });
    if (found.presence === 'absent') this.fault(error);
    this.note(found.why, error);
  }

  #merged(source: Source, made: SourceInScope, before: readonly SourceInScope[]): ReadonlySet<string> {
    const { dialect } = this.#draft.engine;
    if (source.natural)
      return new Set(made.columns.filter((column) => before.some((one) => one.columns.includes(column))));
    return new Set(source.using.map((name) => nameKey(name, dialect)));
  }

  joins(sources: readonly Source[], scope: Scope, common: CommonTables): void {
    for (const source of sources) this.mentions(source.on, scope, 'on', common);
  }

  /** A select list or RETURNING; gives the keys of its columns. */
  items(items: readonly Item[], scope: Scope, place: NamePlace, common: CommonTables): Outputs {
    const { dialect } = this.#draft.engine;
    const outputs: string[] = [];
    let isKnown = true;
    for (const item of items) {
      if (item.kind === 'value') {
        this.mentions(item.mentions, scope, place, common);
        outputs.push(item.name === null ? '?column?' : nameKey(item.name, dialect));
        continue;
      }
      const columns = this.#star(item, scope);
      if (columns === null) isKnown = false;
      else outputs.push(...columns);
    }
    return isKnown ? outputs : null;
  }

  #star({ of, at }: Extract<Item, { kind: 'star' }>, { sources }: Scope): Outputs {
    const { dialect } = this.#draft.engine;
    if (of === null) {
      for (const source of sources) this.#noteStar(source);
      return starColumns(this.#draft, sources);
    }
    const key = dialect.tableKey(of.text, of.quoted);
    const source = sources.find((candidate) => candidate.key === key);
    if (source === undefined) {
      const schema = this.#draft.session.searchPath?.[0] ?? '';
      const text = missingStarText(dialect.name, storedName(of, dialect), schema);
      this.fault(errorAt('missing-table', text, this.place(at), { kind: 'table', name: of.text }));
    }
    this.#noteStar(source);
    return source.isComplete ? source.columns : null;
  }

  #noteStar(source: SourceInScope): void {
    if (source.relation === null) return;
    if (!source.isComplete) this.readsAreSure = false;
    for (const column of source.columns) this.#noteRead(source, column);
  }

  #noteRead({ relation }: SourceInScope, column: string, at?: Range): void {
    if (relation === null) return;
    if (at !== undefined) this.setting.sightings?.column(relation, column, at);
    const columns = this.reads.get(relation) ?? new Set();
    columns.add(column);
    this.reads.set(relation, columns);
  }

  mentions(mentions: readonly Mention[], scope: Scope, place: NamePlace, common: CommonTables): void {
    for (const mention of mentions) {
      if (mention.kind === 'query') this.query(mention, common, scope);
      else this.#column(mention, scope, place);
    }
  }

  #column(mention: ColumnMention, scope: Scope, place: NamePlace): void {
    const { dialect } = this.#draft.engine;
    const path = mention.path.map((name, at) =>
      at === mention.path.length - 1 ? nameKey(name, dialect) : dialect.tableKey(name.text, name.quoted),
    );
    if (this.setting.isVariable?.(path) === true) return;
    if (path.length > 1) this.#qualified(mention, path, scope, place);
    else this.#unqualified(mention, path[0] ?? '', scope, place);
  }

  #unqualified(mention: ColumnMention, column: string, scope: Scope, place: NamePlace): void {
    const isOutput = seesOutputs(this.#draft, place) && scope.outputs.has(column);
    // SQLite looks at its tables first, but in ORDER BY (resolve.c, lookupName).
    if (isOutput && (this.#draft.engine.dialect.name !== 'sqlite' || place === 'order')) return;
    let mayBeThere = false;
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const sources = at.sources.filter(({ isQualifiedOnly }) => isQualifiedOnly !== true);
      const owners = sources.filter((source) => presenceIn(source, column) === 'present');
      const [owner, ...others] = owners.filter((source) => !source.merged.has(column));
      if (others.length > 0) this.fault(this.#error(mention, ambiguousColumnText, place, 'other'));
      if (owner !== undefined || owners.length > 0) {
        if (mayBeThere) this.readsAreSure = false;
        for (const source of owners) this.#noteRead(source, column, mention.path[0]);
        return;
      }
      if (sources.some(({ isForeign }) => isForeign === true)) {
        // It may be a column of something that is no part of the schema.
        this.readsAreSure = false;
        return;
      }
      if (sources.some((source) => presenceIn(source, column) === 'unsure')) mayBeThere = true;
      else if (sources.some((source) => isHiddenColumn(this.#draft, source, column))) return;
    }
    if (isOutput || this.#isWholeRow(column, scope)) return;
    if (this.#mayBeString(mention)) {
      this.note(`"${column}" may be a string`, this.#error(mention, quotedLiteralText, place, 'missing-column'));
      return;
    }
    const error = this.#error(mention, missingColumnText, place, 'missing-column');
    if (!mayBeThere) this.fault(error);
    this.readsAreSure = false;
    this.note(`a table of the query may lack the column ${column}`, error);
  }

  /** PostgreSQL: the name of a table stands for its whole row. */
  #isWholeRow(column: string, scope: Scope): boolean {
    if (this.#draft.engine.dialect.name !== 'postgres') return false;
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const source = at.sources.find(({ key }) => key === column);
      if (source === undefined) continue;
      this.#noteStar(source);
      return true;
    }
    return false;
  }

  /** SQLite: "x" that is no column is a string, unless it was built without that (quirks.html, 8; SQLITE_DQS). */
  #mayBeString({ path: [name] }: ColumnMention): boolean {
    return this.#draft.engine.dialect.name === 'sqlite' && this.setting.text.charAt(name?.start ?? 0) === '"';
  }

  #qualified(mention: ColumnMention, path: readonly string[], scope: Scope, place: NamePlace): void {
    const [column, table, schema] = path.toReversed();
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      const source = at.sources.find(
        (candidate) =>
          candidate.key === table && (schema === undefined || candidate.schema === null || candidate.schema === schema),
      );
      if (source === undefined) continue;
      const presence = presenceIn(source, column ?? '');
      if (source.relation !== null && source.schema !== null && mention.path.length > 1)
        this.setting.sightings?.table(source.relation, mention.path.at(-2) ?? mention);
      if (presence === 'present') this.#noteRead(source, column ?? '', mention.path.at(-1));
      if (source.isForeign === true) return;
      if (presence === 'present' || isHiddenColumn(this.#draft, source, column ?? '')) return;
      const error = this.#error(mention, missingColumnText, place, 'missing-column');
      // PostgreSQL also takes t.f for f(t).
      if (presence === 'absent' && !this.#isFunction(column ?? '')) this.fault(error);
      this.readsAreSure = false;
      this.note(`${table ?? ''} may lack the column ${column ?? ''}`, error);
      return;
    }
    const words = this.#isHiddenByAlias(table ?? '', scope) ? hiddenQualifierText : missingQualifierText;
    const error = this.#error(mention, words, place, 'missing-column');
    if (path.length > 2) this.note(`what ${path.join('.')} names is not known`, error);
    else this.fault(error);
  }

  /** A table of that name is there, under an alias. */
  #isHiddenByAlias(table: string, scope: Scope): boolean {
    for (let at: Scope | null = scope; at !== null; at = at.outer)
      if (at.sources.some(({ relation, key }) => key !== table && relation?.endsWith(`.${table}`) === true))
        return true;
    return false;
  }

  #isFunction(name: string): boolean {
    if (this.#draft.engine.dialect.name !== 'postgres') return false;
    return [...this.#draft.catalog.routines.values()].some((routine) => routine.name === name);
  }

  #error(
    mention: ColumnMention,
    words: typeof missingColumnText,
    place: NamePlace,
    errorClass: EngineError['class'],
  ): EngineError {
    const { dialect } = this.#draft.engine;
    const written = mention.path.map((name) => storedName(name, dialect));
    const object = { kind: 'column', name: written.at(-1) ?? '' };
    return errorAt(errorClass, words(dialect.name, written, place), this.place(mention), object);
  }

  /** Where something that was read stands in the statement. */
  place({ start, end }: Range): Range {
    return { start: this.setting.offset + start, end: this.setting.offset + end };
  }

  fault(error: EngineError): never {
    throw new Fault(error);
  }

  note(why: string, error: EngineError): void {
    this.doubt ??= { why, error };
  }
}

const NOTHING_NAMED: EngineError['object'] = { kind: 'query', name: '' };

/** Clauses that may name an output column: SQLite (lang_select.html) in all but the list, the others where rows are grouped or sorted. */
function seesOutputs(draft: Draft, place: NamePlace): boolean {
  if (place === 'group' || place === 'order') return true;
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return place === 'where' || place === 'having' || place === 'window';
    case 'postgres':
      return false;
    case 'mysql':
    case 'mariadb':
      return place === 'having';
  }
}

const quotedLiteralText: typeof missingColumnText = (_dialect, path) => quotedLiteral(path.join('.'));

/** Tables and table functions that SQLite itself provides. */
function isBuiltIn(name: string): boolean {
  return /^(?:sqlite_|pragma_|json_|jsonb_|dbstat$|generate_series$|bytecode$|tables_used$|fts5vocab$|carray$)/.test(
    name,
  );
}
