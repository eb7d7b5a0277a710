import { isOfMysql } from '../../dialects/dialect.ts';
import type { Table } from '../catalog.ts';
import type { Draft } from './draft.ts';
import { withoutServedIndexes } from './mysql/foreign-keys.ts';
import { withStoredPrefixes } from './mysql/key-lengths.ts';

/** A table whose keys have changed, as the engine keeps it. MySQL cuts prefixes and lets indexes go that another serves. */
export function withStoredKeys(draft: Draft, table: Table): Table {
  return isOfMysql(draft.engine.dialect) ? withStoredPrefixes(draft, withoutServedIndexes(table)) : table;
}
