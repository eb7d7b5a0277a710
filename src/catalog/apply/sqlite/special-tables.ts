import type { Operation } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import * as words from '../../errors/sqlite.ts';
import type { TablePlace } from '../../errors/words.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf } from '../lookup.ts';
import type { Target } from '../names.ts';

/** The engine's own tables may be read, and nothing else. */
export function refuseSystemTable(draft: Draft, target: Target, place: TablePlace): void {
  if (!/^(?:main|temp)\.sqlite_(?:master|schema|temp_master|temp_schema|sequence)$/.test(target.key)) return;
  // sqlite_schema is another name of sqlite_master.
  const named = { ...target, name: target.name.replace(/schema$/i, 'master') };
  const text = systemText(named, place);
  if (text !== null) draft.refuse(errorAt('wrong-object', text, target.at, { kind: 'table', ...objectOf(target) }));
}

function systemText(target: Target, place: TablePlace): string | null {
  switch (place) {
    case 'alter':
    case 'rename':
      return words.mayNotBeAltered(target);
    case 'drop':
      return words.mayNotBeDropped(target);
    case 'index':
      return words.mayNotBeIndexed(target);
    case 'trigger':
      return words.triggerOnSystemTable;
    default:
      return null;
  }
}

export function isVirtual(table: Table): boolean {
  return table.options.some((option) => option.startsWith('virtual'));
}

/** Virtual tables can be renamed and dropped; their columns belong to the module. */
export function refuseVirtualTable(draft: Draft, operation: Operation, target: Target, table: Table): void {
  if (!isVirtual(table)) return;
  const text = virtualText(operation, table.name);
  if (text !== null) draft.refuse(errorAt('wrong-object', text, target.at, { kind: 'table', ...objectOf(target) }));
}

function virtualText(operation: Operation, name: string): string | null {
  switch (operation.kind) {
    case 'add-column':
      return words.virtualMayNotBeAltered;
    case 'drop-column':
      return words.dropColumnFrom('virtual table', name);
    case 'rename-column':
      return words.renameColumnsOf('virtual table', name);
    case 'create-index':
      return words.virtualMayNotBeIndexed;
    case 'create-trigger':
      return words.triggerOnVirtualTable;
    default:
      return null;
  }
}
