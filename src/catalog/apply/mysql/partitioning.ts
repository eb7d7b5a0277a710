import type { SetTableOption } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';

const MANAGES = /^(?:add|drop|truncate|coalesce|reorganize|rebuild) partition\b/;

/** PARTITION BY, REMOVE PARTITIONING, and what only partitioned tables take (MySQL manual 15.1.9.1; run on MariaDB 10.11). */
export function withPartitioning(draft: Draft, operation: SetTableOption, { target, table }: TableAt): Table {
  const { words } = operation;
  const isPartitioned = table.options.includes('partitioned');
  if (/^partition by\b/.test(words) && !isPartitioned) return { ...table, options: [...table.options, 'partitioned'] };
  const object = { kind: 'table', ...objectOf(target) };
  const manages = MANAGES.test(words) || words.startsWith('remove partitioning');
  if (!manages || isPartitioned) {
    if (!words.startsWith('remove partitioning')) return table;
    return { ...table, options: table.options.filter((option) => option !== 'partitioned') };
  }
  const text = 'Partition management on a not partitioned table is not possible';
  if (table.certain && !table.open) draft.refuse(errorAt('other', text, operation.table, object));
  return table;
}
