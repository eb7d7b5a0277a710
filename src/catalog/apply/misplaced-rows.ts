import type { QueryTree, WriteTree } from '../../query/tree.ts';
import type { Column, Table } from '../catalog.ts';
import type { Draft } from './draft.ts';
import { objectOf, type TableAt } from './lookup.ts';
import { findRelation, partKey } from './names.ts';
import { copiedColumnsOf } from './query/copied-columns.ts';

/**
 * INSERT .. SELECT that names no columns, from one table: values go by place. Where a value's own column is there in the target too,
 * and at another place, rows come out shifted, and nobody is told: notes it. Columns that a later release adds stand last in
 * databases that got them by ALTER TABLE.
 */
export function noteMisplacedRows(draft: Draft, { target, table }: TableAt, tree: WriteTree, text: string): void {
  const [arm, ...others] = tree.rows?.arms ?? [];
  if (tree.rows === null || tree.verb !== 'insert' || tree.columns !== null || arm?.kind !== 'select') return;
  if (others.length > 0 || arm.sources.length !== 1 || table.open || !table.certain) return;
  const source = sourceOf(draft, arm);
  if (source === null || source.open || !source.certain || !draft.mayHoldRows(source)) return;
  const copied = copiedColumnsOf(draft, tree.rows, text);
  const filled = table.columns.filter(({ generated }) => generated === null);
  if (copied === null || copied.length > filled.length) return;
  const keyOf = (name: string): string => partKey(name, draft.engine.dialect);
  const keys = filled.map(({ name }) => keyOf(name));
  const isElsewhere = (column: Column | null | undefined, at: number): boolean => {
    if (column == null) return false;
    const own = keys.indexOf(keyOf(column.name));
    return own >= 0 && own !== at && copied[own] !== column;
  };
  const shifted = copied.findIndex(isElsewhere);
  const [from, into] = [copied[shifted], filled[shifted]];
  if (from == null || into === undefined) return;
  draft.record({
    kind: 'rows-misplaced',
    object: { kind: 'table', ...objectOf(target) },
    silent: true,
    detail: `${source.name}.${from.name} goes into ${target.name}.${into.name}`,
    origin: source.origin,
  });
}

function sourceOf(draft: Draft, { sources }: Extract<QueryTree['arms'][number], { kind: 'select' }>): Table | null {
  const from = sources[0]?.from;
  if (from?.kind !== 'table') return null;
  const found = findRelation(draft, from.table);
  return found.presence === 'present' && found.value.kind === 'table' ? found.value : null;
}
