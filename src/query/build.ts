import type { Name, QualifiedName } from '../ddl/operation.ts';
import type { Assignment, QueryTree, Value, WriteTree } from './tree.ts';

/** A writing statement that says nothing yet: what an adapter fills in. */
export const EMPTY_WRITE: WriteTree = {
  kind: 'write',
  verb: 'insert',
  commonTables: [],
  recursive: false,
  target: null,
  alias: null,
  columns: null,
  rows: null,
  onDuplicate: 'fail',
  conflicts: [],
  sets: [],
  merged: [],
  sources: [],
  clauses: [],
  returning: [],
};

/** `x IN t`, `TABLE t`: all rows of a table. */
export function queryOverTable(table: QualifiedName): QueryTree {
  const from = { kind: 'table', table } as const;
  const source = { from, alias: null, columns: [], using: [], natural: false, on: [] };
  const items = [{ kind: 'star', of: null, at: { start: table.start, end: table.end } }] as const;
  return {
    kind: 'query',
    commonTables: [],
    recursive: false,
    arms: [{ kind: 'select', sources: [source], items, clauses: [] }],
    operators: [],
    order: [],
  };
}

/** `(a, b) = (SELECT ..)`: the value is looked up once. */
export function assignmentsOf(columns: readonly Name[], value: Value): readonly Assignment[] {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return [{ column: only, table: null, value }];
  return columns.map((column, index) => ({
    column,
    table: null,
    value: index === 0 ? { literal: null, mentions: value.mentions } : { literal: null, mentions: [] },
  }));
}
