import type { Guard } from '../../deployment.ts';
import type { Span } from '../../text/source-file.ts';
import { assemble, type Part } from './assemble.ts';
import { knownText, textAt, type TextValue, type Value } from './values.ts';

/** Functions whose code is elsewhere, in another module or a library, and whose names say what they do with their texts. */
const ADDS_COLUMN =
  /^(?:(?:add|ensure|create)_?col(?:umn)?_?if_?(?:missing|not_?exists?|absent|needed)|ensure_?col(?:umn)?(?:_?exists)?|(?:maybe|safe|try)_?add_?col(?:umn)?)$/i;
const ASKS_COLUMN = /^(?:(?:has|have)_?col(?:umn)?|col(?:umn)?_?exists?|does_?col(?:umn)?_?exist)$/i;
const ASKS_TABLE = /^(?:has_?table|table_?exists?|does_?table_?exist)$/i;

/** A column that a function adds where it is missing: its table, and the statement that it runs. */
export interface AddedColumn {
  readonly table: string;
  readonly column: string;
  readonly sql: TextValue;
}

/** `addColumnIfMissing("notes", "digest", "TEXT NOT NULL")`. */
export function columnAdded(callee: readonly string[], values: readonly Value[], at: Span): AddedColumn | undefined {
  if (!ADDS_COLUMN.test(callee.at(-1) ?? '')) return undefined;
  const [table, column, definition] = namesAmong(values);
  if (table === undefined || column === undefined) return undefined;
  const parts: readonly TextValue[] = [
    textAt('ALTER TABLE ', at),
    table.value,
    textAt(' ADD COLUMN ', at),
    column.value,
    ...(definition === undefined ? [] : [textAt(' ', at), definition.value]),
  ];
  const handed = new Set([table.value, column.value, definition?.value]);
  const sql = assemble(parts.map((value): Part => ({ value, written: handed.has(value) })));
  return { table: table.text, column: column.text, sql };
}

/** `columnExists(db, "notes", "digest")`, `hasTable("notes")`. */
export function askedByName(callee: readonly string[], values: readonly Value[], at: Span): Guard | undefined {
  const name = callee.at(-1) ?? '';
  const [table, column] = namesAmong(values);
  if (ASKS_COLUMN.test(name) && table !== undefined && column !== undefined)
    return { test: 'column', table: table.text, name: column.text, at };
  return ASKS_TABLE.test(name) && table !== undefined && column === undefined
    ? { test: 'table', name: table.text, at }
    : undefined;
}

/** The texts among the arguments, from the first that is a name on. */
function namesAmong(values: readonly Value[]): readonly { readonly text: string; readonly value: TextValue }[] {
  const texts = values.flatMap((value) => {
    const text = value.kind === 'text' ? knownText(value) : undefined;
    return value.kind === 'text' && text !== undefined ? [{ text, value }] : [];
  });
  const [first, second] = texts;
  return first === undefined || !isName(first.text) || (second !== undefined && !isName(second.text)) ? [] : texts;
}

function isName(text: string): boolean {
  return /^\w+$/.test(text);
}
