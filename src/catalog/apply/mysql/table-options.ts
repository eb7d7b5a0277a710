import type { CreateTable, SetTableOption } from '../../../ddl/operation.ts';
import type { Table } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { errorAt, objectOf, type TableAt } from '../lookup.ts';
import { characterSetOfOptions, checkCharacterSet, wordOf } from './character-sets.ts';
import { isCharacter, isLong } from './column-width.ts';

/** Storage engines of any MySQL and MariaDB; which of them a server has loaded is its own affair. */
const ENGINES =
  /^(?:innodb|innobase|xtradb|myisam|mrg_myisam|merge|memory|heap|csv|archive|blackhole|federatedx?|aria|ndb|ndbcluster|rocksdb|spider|columnstore|connect|mroonga|oqgraph|s3|sequence|sphinx|tokudb|example|performance_schema|partition|cassandra|xpand)$/i;

/** CREATE TABLE: storage engine, character set and collation that there are. */
export function checkTableOptions(draft: Draft, operation: CreateTable, at: TableAt): void {
  const { engine, charset, collate } = operation.options;
  const object = { kind: 'table', ...objectOf(at.target) };
  checkCharacterSet(draft, {
    characterSet: charset === undefined ? null : wordOf(charset),
    collation: collate === undefined ? null : wordOf(collate),
    at: operation.table,
    object,
  });
  if (engine === undefined) return;
  const name = wordOf(engine);
  if (!ENGINES.test(name)) draft.refuse(errorAt('other', `Unknown storage engine '${name}'`, operation.table, object));
  if (!/^(?:memory|heap)$/i.test(name)) return;
  const hasLong = at.table.columns.some(({ type }) => type !== null && isLong(type));
  if (hasLong)
    draft.refuse(errorAt('other', "Storage engine MEMORY doesn't support BLOB/TEXT columns", operation.table, object));
}

/** The words of an option are in small letters; an error names the engine as it is written. */
const ENGINE_WRITTEN = /\bengine\s*=?\s*(['"`]?\w+)/i;

/** ALTER TABLE: the table with its other character set. */
export function withTableOption(draft: Draft, operation: SetTableOption, { target, table }: TableAt): Table {
  const { sql, start, end } = operation.statement;
  const engine = /^engine\b/i.test(operation.words) ? ENGINE_WRITTEN.exec(sql.text.slice(start, end))?.[1] : undefined;
  const object = { kind: 'table', ...objectOf(target) };
  if (engine !== undefined && !ENGINES.test(wordOf(engine)))
    draft.refuse(errorAt('other', `Unknown storage engine '${wordOf(engine)}'`, operation.table, object));
  const written = characterSetWritten(operation.words);
  if (written === null) return table;
  checkCharacterSet(draft, { ...written, at: operation.table, object });
  const characterSet = characterSetOfOptions({
    ...(written.characterSet === null ? {} : { charset: written.characterSet }),
    ...(written.collation === null ? {} : { collate: written.collation }),
  });
  if (characterSet === null) return table;
  return { ...table, characterSet, columns: written.converts ? converted(table) : withOwnSets(table) };
}

interface WrittenSet {
  readonly characterSet: string | null;
  readonly collation: string | null;
  /** CONVERT TO changes the columns too; a new default does not. */
  readonly converts: boolean;
}

function characterSetWritten(words: string): WrittenSet | null {
  const [, converts, characterSet] =
    /^(convert\s+to\s+)?(?:default\s+)?(?:character\s+set|charset|char\s+set)\s*=?\s*(['"\w]+)/i.exec(words) ?? [];
  const collation = /\bcollate\s*=?\s*(['"\w]+)/i.exec(words)?.[1];
  if (characterSet === undefined && collation === undefined) return null;
  return {
    characterSet: characterSet === undefined ? null : wordOf(characterSet),
    collation: collation === undefined ? null : wordOf(collation),
    converts: converts !== undefined,
  };
}

function converted(table: Table): Table['columns'] {
  return table.columns.map((column) => {
    const { characterSet, ...rest } = column;
    return characterSet === undefined || !isCharacter(column.type ?? '') ? column : { ...rest, collation: null };
  });
}

/** Columns keep the set that they were made with. */
function withOwnSets(table: Table): Table['columns'] {
  const { characterSet } = table;
  if (characterSet === undefined) return table.columns;
  return table.columns.map((column) =>
    isCharacter(column.type ?? '') && column.characterSet === undefined ? { ...column, characterSet } : column,
  );
}
