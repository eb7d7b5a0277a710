import type { Origin } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import type { Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { findRelation } from '../names.ts';
import { findColumn } from '../lookup.ts';

/** What a condition over the system catalogs comes to. */
export interface Answer {
  readonly holds: boolean;
  /** IF NOT EXISTS (..) or IF EXISTS (..), in the sense of SQL's own guards. */
  readonly guard: 'if-exists' | 'if-not-exists';
  readonly existing: Origin;
  readonly object: EngineError['object'];
}

/** `[NOT] EXISTS (SELECT .. FROM a system catalog WHERE column = 'literal' AND ..)`; null where it cannot be told. */
export function checkCondition(draft: Draft, condition: readonly Token[]): Answer | null {
  const negated = /^not$/i.test(condition[0]?.text ?? '');
  const rest = negated ? condition.slice(1) : condition;
  if (!/^exists$/i.test(rest[0]?.text ?? '') || rest[1]?.text !== '(' || rest.at(-1)?.text !== ')') return null;
  const query = readQuery(rest.slice(2, -1));
  const found = query === null || draft.catalog.open ? null : look(draft, query);
  if (found === null) return null;
  return {
    holds: found.exists !== negated,
    guard: negated ? 'if-not-exists' : 'if-exists',
    existing: found.existing,
    object: found.object,
  };
}

interface CatalogQuery {
  readonly view: string;
  readonly filters: ReadonlyMap<string, string>;
}

/** Only equalities with a literal, joined by AND, over one system catalog; others that it is joined with say where to look. */
function readQuery(tokens: readonly Token[]): CatalogQuery | null {
  const words = tokens.map((token) => (token.kind === 'word' ? token.text.toLowerCase() : token.text));
  const from = words.indexOf('from');
  const where = words.indexOf('where');
  if (words[0] !== 'select' || from < 0 || where < from) return null;
  const [view, ...joined] = viewsIn(words.slice(from + 1, where));
  if (view === undefined || !joined.every((other) => /^pg_(?:namespace|class)$/.test(other))) return null;
  const filters = new Map<string, string>();
  for (const clause of clauses(tokens.slice(where + 1))) {
    if (joined.length > 0 && joinsRows(clause)) continue;
    const filter = readFilter(clause);
    if (filter === null) return null;
    filters.set(filter.column, filter.value);
  }
  return { view, filters };
}

/** The names after FROM and each JOIN or comma, without schema and alias. */
function viewsIn(words: readonly string[]): readonly string[] {
  const text = words.join(' ').replace(/\b(?:information_schema|pg_catalog) \. /g, '');
  return text.split(/ (?:(?:inner )?join|,) /).map((part) => part.split(' ')[0] ?? '');
}

/** `c.relnamespace = n.oid`. */
function joinsRows(clause: readonly Token[]): boolean {
  return (
    /^\w+\.\w+=\w+\.\w+$/.test(clause.map(({ text }) => text).join('')) && clause.some(({ text }) => text === 'oid')
  );
}

function clauses(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  for (const token of tokens) {
    if (/^and$/i.test(token.text)) found.push([]);
    else found.at(-1)?.push(token);
  }
  return found;
}

/** `column = 'literal'`, also cast; `column = current_schema()` stands for the schema that is searched first. */
function readFilter(clause: readonly Token[]): { readonly column: string; readonly value: string } | null {
  const equals = clause.findIndex((token) => token.text === '=');
  const column = clause[equals - 1];
  const value = clause[equals + 1];
  if (equals < 1 || column === undefined || value === undefined) return null;
  const name = column.text.toLowerCase();
  const tail = clause
    .slice(equals + 2)
    .map((token) => token.text)
    .join('')
    .toLowerCase();
  if (value.kind === 'string' && /^(?:::\w+)?$/.test(tail)) return { column: name, value: value.value };
  if (/^current_schema$/i.test(value.text) && /^(?:\(\))?$/.test(tail)) return { column: name, value: '' };
  return null;
}

interface Looked {
  readonly exists: boolean;
  readonly existing: Origin;
  readonly object: EngineError['object'];
}

/** Filters that say only where to look. */
const PLACES = new Set([
  'table_schema',
  'schemaname',
  'constraint_schema',
  'table_catalog',
  'nspname',
  'contype',
  'constraint_type',
  'conrelid',
  'tgrelid',
  'relname',
  'relkind',
  'typtype',
]);

/** The columns that identify a row of each system catalog, in the order: name, table. */
const CATALOGS: Readonly<Record<string, readonly [kind: string, name: string, table?: string]>> = {
  pg_type: ['type', 'typname'],
  pg_constraint: ['constraint', 'conname'],
  table_constraints: ['constraint', 'constraint_name', 'table_name'],
  columns: ['column', 'column_name', 'table_name'],
  tables: ['table', 'table_name'],
  pg_tables: ['table', 'tablename'],
  pg_class: ['relation', 'relname'],
  pg_indexes: ['index', 'indexname', 'tablename'],
  pg_policies: ['policy', 'policyname', 'tablename'],
  pg_trigger: ['trigger', 'tgname'],
  pg_extension: ['extension', 'extname'],
  pg_namespace: ['schema', 'nspname'],
  schemata: ['schema', 'schema_name'],
};

function look(draft: Draft, { view, filters }: CatalogQuery): Looked | null {
  const known = CATALOGS[view];
  if (known === undefined) return null;
  const [kind, nameColumn, tableColumn] = known;
  const name = filters.get(nameColumn);
  if (name === undefined) return null;
  for (const column of filters.keys())
    if (column !== nameColumn && column !== tableColumn && !PLACES.has(column)) return null;
  const table =
    tableColumn === undefined
      ? (filters.get('conrelid') ?? filters.get('tgrelid') ?? filters.get('relname'))
      : filters.get(tableColumn);
  return lookAt(draft, kind, name, table === undefined ? undefined : (table.split('.').at(-1) ?? table));
}

function lookAt(draft: Draft, kind: string, name: string, table: string | undefined): Looked | null {
  const object = { kind, name, ...(table === undefined ? {} : { table }) };
  const found = candidates(draft, kind, name, table);
  if (found === null) return null;
  const sure = found.find((one) => one.certain);
  if (sure === undefined && found.length > 0) return null;
  return { exists: sure !== undefined, existing: sure?.origin ?? null, object };
}

type Candidate = { readonly certain: boolean; readonly origin: Origin };

/** What has the name, in whatever schema; null where not all that could have it is known. */
function candidates(draft: Draft, kind: string, name: string, table: string | undefined): readonly Candidate[] | null {
  const { relations, types, triggers, others } = draft.catalog;
  switch (kind) {
    case 'type':
      return [...[...types.values()], ...[...relations.values()]].filter((one) => one.name === name);
    case 'table':
    case 'relation':
      return [...relations.values()].filter((one) => one.name === name);
    case 'column':
      return table === undefined ? null : columnCandidates(draft, name, table);
    case 'constraint':
    case 'index':
      return partCandidates(draft, kind, name, table);
    case 'trigger':
      return [...triggers.values()].filter((one) => one.name === name);
    case 'extension':
      return null;
    default:
      return [...others.values()].filter((one) => one.kind === kind && one.name === name);
  }
}

function columnCandidates(draft: Draft, column: string, table: string): readonly Candidate[] | null {
  const found = findRelation(draft, { name: { text: table, quoted: true, start: 0, end: 0 }, start: 0, end: 0 });
  if (found.presence === 'absent') return [];
  if (found.presence === 'unsure' || found.value.kind !== 'table') return null;
  const there = findColumn(found.value, column, draft);
  if (there.presence === 'unsure') return null;
  return there.presence === 'present' ? [there.column] : [];
}

function partCandidates(
  draft: Draft,
  kind: 'constraint' | 'index',
  name: string,
  table: string | undefined,
): readonly Candidate[] | null {
  const found: Candidate[] = [];
  for (const relation of draft.catalog.relations.values()) {
    if (relation.kind !== 'table' || (table !== undefined && relation.name !== table)) continue;
    if (relation.open) return null;
    const parts = kind === 'index' ? relation.indexes : relation.constraints;
    found.push(...parts.filter((part) => part.name === name));
  }
  return found;
}
