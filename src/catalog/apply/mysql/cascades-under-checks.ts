import type { Range } from '../../../ddl/operation.ts';
import type { Constraint, Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, type TableAt } from '../lookup.ts';
import { partKey } from '../names.ts';

/**
 * MariaDB: a foreign key that changes its column by itself (ON UPDATE CASCADE, SET NULL) does not go together with a CHECK
 * of that column, nor with a stored column made from it (error 1901; run on 10.11).
 */
export function refuseCascadeUnderCheck(draft: Draft, { target, table }: TableAt, at: Range): void {
  if (draft.engine.dialect.name !== 'mariadb') return;
  const changed = new Set(table.constraints.filter(changesItsColumns).flatMap(({ columns }) => columns));
  if (changed.size === 0) return;
  const refuse = (key: string, clause: string, owner: string): never => {
    const text = `Function or expression '${nameOf(draft, table, key)}' cannot be used in the ${clause} clause of \`${owner}\``;
    return draft.refuse(
      errorAt('other', text, at, { kind: 'column', schema: target.schema, table: target.name, name: key }),
    );
  };
  for (const column of table.columns) {
    const read =
      column.generated?.stored === true ? column.generated.columns.find((key) => changed.has(key)) : undefined;
    if (read !== undefined) refuse(read, 'GENERATED ALWAYS AS', column.name);
  }
  for (const check of table.constraints) {
    const read = check.kind === 'check' ? check.columns.find((key) => changed.has(key)) : undefined;
    if (read !== undefined) refuse(read, 'CHECK', check.name ?? '');
  }
}

/** MariaDB: a CHECK reads no column of which the engine makes the values (error 1901; run on 10.11). */
export function refuseAutoIncrementUnderCheck(draft: Draft, { target, table }: TableAt, at: Range): void {
  if (draft.engine.dialect.name !== 'mariadb') return;
  const automatic = table.columns.find(({ identity }) => identity === 'auto-increment');
  const key = automatic === undefined ? '' : partKey(automatic.name, draft.engine.dialect);
  const check = table.constraints.find(({ kind, columns }) => kind === 'check' && columns.includes(key));
  if (check === undefined) return;
  const text = `Function or expression 'AUTO_INCREMENT' cannot be used in the CHECK clause of \`${automatic?.name ?? ''}\``;
  draft.refuse(errorAt('other', text, at, { kind: 'column', schema: target.schema, table: target.name, name: key }));
}

function changesItsColumns({ target }: Constraint): boolean {
  return target !== null && (/^(?:cascade|set null)$/.test(target.onUpdate) || target.onDelete === 'set null');
}

function nameOf(draft: Draft, table: Table, key: string): string {
  return table.columns.find((column) => partKey(column.name, draft.engine.dialect) === key)?.name ?? key;
}
