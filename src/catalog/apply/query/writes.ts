import { isOfMysql } from '../../../dialects/dialect.ts';
import type { Range } from '../../../ddl/operation.ts';
import type { Assignment, ConflictClause, QueryTree, WriteTree } from '../../../query/tree.ts';
import type { Relation, Table } from '../../catalog.ts';
import { missingSetColumnText, noConflictKeyText, valueCountText, type NamePlace } from '../../errors/queries.ts';
import { generatedMayNotBeWritten } from '../../errors/sqlite.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf } from '../lookup.ts';
import { nameKey, partKey, storedName, type Target } from '../names.ts';
import type { CommonTables, Outputs, Resolver } from './resolver.ts';
import { derivedSource, foreignSource, presenceIn, type Scope, type SourceInScope } from './scope.ts';

/** The table that a statement writes. */
interface Written {
  readonly source: SourceInScope;
  readonly target: Target;
  readonly relation: Relation;
}

/** Looks the names of a writing statement up, in the order in which the engines do; gives what it returns. */
export function resolveWrite(
  resolver: Resolver,
  tree: WriteTree,
  outerTables: CommonTables,
  outer: Scope | null,
): Outputs {
  const common = resolver.withCommonTables(tree.commonTables, tree.recursive, outerTables, outer);
  const written = tree.target === null ? null : writtenTable(resolver, tree);
  const others = resolver.sources(tree.sources, common, outer);
  const own = written === null ? unsureTarget(resolver, tree) : [written.source];
  const scope: Scope = { sources: [...own, ...others], outputs: new Set(), outer };
  resolver.joins(tree.sources, scope, common);
  if (tree.verb === 'insert') {
    if (written !== null) resolveInsert(resolver, tree, written, common, outer);
  } else {
    assignAll(resolver, tree.sets, written, scope, 'set', common);
    for (const { columns, count } of tree.merged) checkMerged(resolver, columns, count, written);
    for (const { clause, mentions } of tree.clauses) resolver.mentions(mentions, scope, clause, common);
  }
  return resolver.items(tree.returning, { ...scope, sources: returned(resolver, tree, scope) }, 'returning', common);
}

/** A table of which it is not known whether it is there: if it is, any name may be a column of it. */
function unsureTarget(resolver: Resolver, { target, alias }: WriteTree): readonly SourceInScope[] {
  if (target === null) return [];
  const name = alias ?? target.name;
  return [derivedSource(resolver.setting.draft.engine.dialect.tableKey(name.text, name.quoted), null)];
}

function writtenTable(resolver: Resolver, tree: WriteTree): Written | null {
  const { target: name, alias } = tree;
  if (name === null) return null;
  const found = resolver.find(name);
  resolver.requireFound(found, name);
  if (found.presence === 'absent' || found.value === undefined) return null;
  return { source: resolver.table(name, alias, new Map()), target: found.target, relation: found.value };
}

/** RETURNING sees the table that is written; PostgreSQL 18 also `old` and `new` of it. */
function returned(resolver: Resolver, tree: WriteTree, { sources }: Scope): readonly SourceInScope[] {
  const [own] = sources;
  if (own === undefined || resolver.setting.draft.engine.dialect.name !== 'postgres') return sources;
  const rows =
    tree.returning.length === 0 ? [] : ['old', 'new'].map((key) => ({ ...foreignSource(key), isQualifiedOnly: true }));
  return [...sources, ...rows.filter(({ key }) => sources.every((source) => source.key !== key))];
}

function resolveInsert(
  resolver: Resolver,
  tree: WriteTree,
  written: Written,
  common: CommonTables,
  outer: Scope | null,
): void {
  for (const column of tree.columns ?? []) {
    requireTarget(resolver, written, nameKey(column, resolver.setting.draft.engine.dialect), column);
    refuseGenerated(resolver, written, column, 'INSERT into');
  }
  const isMysql = isOfMysql(resolver.setting.draft.engine.dialect);
  // INSERT .. VALUES (a + 1) of MySQL sees the columns that are set before.
  const inner: Scope = isMysql ? { sources: [written.source], outputs: new Set(), outer } : (outer ?? EMPTY);
  if (tree.rows !== null) {
    const outputs = resolver.query(tree.rows, common, tree.rows.arms[0]?.kind === 'values' ? inner : outer);
    checkCounts(resolver, tree, tree.rows, outputs, written);
  }
  for (const conflict of tree.conflicts) resolveConflict(resolver, conflict, written, common, outer);
}

const EMPTY: Scope = { sources: [], outputs: new Set(), outer: null };

/** A column of an INSERT list. */
function requireTarget(
  resolver: Resolver,
  { source, target }: Written,
  key: string,
  at: Range & { readonly text: string },
): void {
  const presence = presenceIn(source, key);
  const { draft, onlyReads, sightings } = resolver.setting;
  if (source.relation !== null) sightings?.column(source.relation, key, at);
  if (presence === 'present' || onlyReads === true || isRowId(resolver, key)) return;
  const stored = storedName({ ...at, quoted: true }, draft.engine.dialect);
  const text = draft.words.missingColumn(stored, target, 'rows');
  const object = { kind: 'column', schema: target.schema, table: target.name, name: stored };
  const error = errorAt('missing-column', text, resolver.place(at), object);
  if (presence === 'absent') resolver.fault(error);
  resolver.note(`${target.name} may lack the column ${stored}`, error);
}

/** SQLite: a generated column takes no value, not even NULL (sqlite.org/gencol.html, 2.3). */
function refuseGenerated(
  resolver: Resolver,
  { relation, target }: Written,
  name: Assignment['column'],
  verb: 'INSERT into' | 'UPDATE',
): void {
  const { dialect } = resolver.setting.draft.engine;
  if (dialect.name !== 'sqlite' || relation.kind !== 'table' || resolver.setting.onlyReads === true) return;
  const key = nameKey(name, dialect);
  const column = relation.columns.find((one) => partKey(one.name, dialect) === key);
  if (column === undefined || column.generated === null) return;
  const object = { kind: 'column', schema: target.schema, table: target.name, name: column.name };
  const error = errorAt('other', generatedMayNotBeWritten(verb, column.name), resolver.place(name), object);
  if (column.certain && relation.certain) resolver.fault(error);
  resolver.note(`${column.name} may be a generated column`, error);
}

function isRowId(resolver: Resolver, key: string): boolean {
  return resolver.setting.draft.engine.dialect.name === 'sqlite' && /^(?:rowid|oid|_rowid_)$/.test(key);
}

/** Each row of VALUES, or what a SELECT gives, against the columns that it fills. */
function checkCounts(resolver: Resolver, tree: WriteTree, rows: QueryTree, outputs: Outputs, written: Written): void {
  const { draft, onlyReads } = resolver.setting;
  if (onlyReads === true) return;
  const columns = tree.columns?.length ?? columnsFilled(resolver, written.relation);
  if (columns === null) return;
  const { dialect } = draft.engine;
  const [arm] = rows.arms;
  const values = arm?.kind === 'values' ? arm.rows.map((row) => ({ count: row.values.length, at: row })) : [];
  const counts =
    arm?.kind === 'values' ? values : outputs === null ? [] : [{ count: outputs.length, at: written.target.at }];
  for (const { count, at } of counts) {
    // PostgreSQL fills the columns that are left with their defaults, where no list is given.
    const isFine = count === columns || (dialect.name === 'postgres' && tree.columns === null && count < columns);
    // MySQL: () gives every column its default.
    if (isFine || (count === 0 && isOfMysql(dialect))) continue;
    const text = valueCountText(dialect.name, {
      table: written.target.name,
      columns,
      values: count,
      listed: tree.columns !== null,
    });
    const place = arm?.kind === 'values' && at.end > at.start ? resolver.place(at) : resolver.place(tree.target ?? at);
    resolver.fault(errorAt('other', text, place, { kind: 'table', ...objectOf(written.target) }));
  }
}

/** How many columns an INSERT without a list fills; null where that is not known. SQLite leaves generated columns out. */
function columnsFilled(resolver: Resolver, relation: Relation): number | null {
  const { draft } = resolver.setting;
  if (relation.kind !== 'table' || relation.open || !relation.certain) return null;
  if (
    relation.columns.some(({ certain }) => !certain) ||
    relation.options.some((option) => option.startsWith('virtual'))
  )
    return null;
  const isSqlite = draft.engine.dialect.name === 'sqlite';
  return relation.columns.filter(({ generated }) => !isSqlite || generated === null).length;
}

function resolveConflict(
  resolver: Resolver,
  conflict: ConflictClause,
  written: Written,
  common: CommonTables,
  outer: Scope | null,
): void {
  const own: Scope = { sources: [written.source], outputs: new Set(), outer };
  const targets = conflict.target?.columns ?? [];
  resolver.mentions(targets, own, 'list', common);
  if (conflict.target?.isPlain === true) requireKey(resolver, conflict, written);
  const excluded = { ...written.source, key: 'excluded', schema: null, relation: null };
  // MySQL's VALUES(c) and PostgreSQL's and SQLite's excluded.c are the row that was refused; a plain c is the one that is there.
  const scope: Scope = { ...own, outer: { sources: [excluded], outputs: new Set(), outer } };
  assignAll(resolver, conflict.sets, written, scope, 'conflict-set', common);
  for (const { clause, mentions } of conflict.clauses) resolver.mentions(mentions, scope, clause, common);
}

/** ON CONFLICT (a, b) needs a unique key over exactly these columns, that holds for all rows. */
function requireKey(resolver: Resolver, conflict: ConflictClause, written: Written): void {
  const { relation, target } = written;
  const { draft, onlyReads } = resolver.setting;
  if (relation.kind !== 'table' || relation.open || !relation.certain || onlyReads === true) return;
  const wanted = new Set(
    (conflict.target?.columns ?? []).map(({ path }) => nameKey(path.at(-1) ?? NAMELESS, draft.engine.dialect)),
  );
  const keys = uniqueKeysOf(draft, relation);
  const fitting = keys.filter(
    ({ columns }) => columns.length === wanted.size && columns.every((column) => wanted.has(column)),
  );
  if (fitting.some(({ certain }) => certain)) return;
  const error = errorAt(
    'other',
    noConflictKeyText(draft.engine.dialect.name),
    resolver.place(conflict.target?.columns[0] ?? conflict),
    {
      kind: 'table',
      ...objectOf(target),
    },
  );
  if (fitting.length === 0) resolver.fault(error);
  resolver.note(`${target.name} may lack a unique key over these columns`, error);
}

const NAMELESS = { text: '', quoted: true, start: 0, end: 0 };

/** The unique keys of a table that hold for all of its rows. */
export function uniqueKeysOf(
  draft: Draft,
  table: Table,
): readonly { readonly columns: readonly string[]; readonly certain: boolean; readonly name: string | null }[] {
  const { dialect } = draft.engine;
  const constraints = table.constraints
    .filter(({ kind }) => kind === 'primary-key' || kind === 'unique')
    .map(({ columns, certain, name }) => ({ columns, certain, name }));
  const indexes = table.indexes
    .filter(({ unique, where, keys }) => unique && where === null && keys.every(({ column }) => column !== null))
    .map(({ keys, certain, name }) => ({ columns: keys.map(({ column }) => column ?? ''), certain, name }));
  // SQLite: an INTEGER PRIMARY KEY has no index of its own; its column's identity is enough.
  const identities = table.columns
    .filter(({ identity }) => dialect.name === 'sqlite' && identity !== null)
    .map(({ name, certain }) => ({ columns: [partKey(name, dialect)], certain, name: null }));
  return [...constraints, ...indexes, ...identities];
}

/** SET c = value: the column is one of the table that is written, the value sees all. */
function assignAll(
  resolver: Resolver,
  sets: readonly Assignment[],
  written: Written | null,
  scope: Scope,
  place: NamePlace,
  common: CommonTables,
): void {
  for (const { column, table, value } of sets) {
    resolver.mentions(value.mentions, scope, valuePlace(resolver, place, written), common);
    const owners = written === null ? scope.sources : [written.source];
    requireAssigned(resolver, column, table, owners, written, place);
    if (written !== null) refuseGenerated(resolver, written, column, 'UPDATE');
  }
}

/** MariaDB says SELECT of a value in ON DUPLICATE KEY UPDATE and in an UPDATE of several tables (run on 10.11). */
function valuePlace(resolver: Resolver, place: NamePlace, written: Written | null): NamePlace {
  const isMariadb = resolver.setting.draft.engine.dialect.name === 'mariadb';
  return isMariadb && (place === 'conflict-set' || written === null) ? 'list' : place;
}

function requireAssigned(
  resolver: Resolver,
  column: Assignment['column'],
  table: Assignment['table'],
  sources: readonly SourceInScope[],
  written: Written | null,
  place: NamePlace,
): void {
  const { draft, onlyReads, sightings } = resolver.setting;
  const { dialect } = draft.engine;
  const key = nameKey(column, dialect);
  for (const { relation } of sources) if (relation !== null) sightings?.column(relation, key, column);
  if (onlyReads === true) return;
  const qualifier = table === null ? null : dialect.tableKey(table.text, table.quoted);
  const owners = qualifier === null ? sources : sources.filter((source) => source.key === qualifier);
  if (owners.some((source) => presenceIn(source, key) === 'present') || isRowId(resolver, key)) return;
  const path = [...(table === null ? [] : [table.text]), storedName(column, dialect)];
  const tableName = written?.target.name ?? '';
  const text = missingSetColumnText(dialect.name, path, tableName, place);
  const object = {
    kind: 'column',
    ...(written === null ? {} : { schema: written.target.schema, table: tableName }),
    name: path.at(-1) ?? '',
  };
  const error = errorAt('missing-column', text, resolver.place(column), object);
  if (owners.every((source) => presenceIn(source, key) === 'absent')) resolver.fault(error);
  resolver.note(`${tableName} may lack the column ${column.text}`, error);
}

function checkMerged(resolver: Resolver, columns: WriteTree['columns'], count: number, written: Written | null): void {
  if (written === null || columns === null) return;
  for (const column of columns)
    requireTarget(resolver, written, nameKey(column, resolver.setting.draft.engine.dialect), column);
  if (columns.length === 0 || columns.length === count) return;
  const text = valueCountText('postgres', {
    table: written.target.name,
    columns: columns.length,
    values: count,
    listed: true,
  });
  resolver.fault(errorAt('other', text, written.target.at, { kind: 'table', ...objectOf(written.target) }));
}
