import type { Span } from '../../text/source-file.ts';
import { hostOffset, type Segment, type SqlText } from '../../text/sql-text.ts';
import type { TextValue } from './values.ts';

/** One part of a text that is put together. */
export interface Part {
  readonly value: TextValue;
  /** Written in the template itself. */
  readonly written: boolean;
  /** Where the template names the part: `{table}`. */
  readonly hole?: Span;
}

/** Beyond this many characters a part that stands elsewhere maps to its neighbour's place only roughly. */
const LONGEST_EXACT = 2_000;

/**
 * Puts texts from several places together as one SQL text. Each character keeps its place where a person would look for
 * it: in a helper's one-line template filled with arguments that is where the arguments stand, else the template.
 */
export function assemble(parts: readonly Part[]): TextValue {
  const used = parts.filter((part) => part.value.sql.text !== '');
  const [first] = used;
  const bound = used.some((part) => part.value.bound);
  const hasPlaceholder = used.some((part) => part.value.hasPlaceholder);
  if (first === undefined) return { ...emptyText(parts), hasPlaceholder: false, bound: false };
  if (used.length === 1) return { ...first.value, bound };
  const exact = isAscending(used) ? used : framing(used);
  const assembled = exact.length < used.length || used.some((part) => part.value.sql.assembled === true);
  const file = (exact[0] ?? first).value.sql.file;
  const segments = placed(used, new Set(exact));
  const text = used.map((part) => part.value.sql.text).join('');
  const sql: SqlText = { file, text, segments, ...(assembled ? { assembled: true as const } : {}) };
  // `part + ';'`
  const cut = used.find((part) => part.value.cut !== undefined)?.value.cut;
  return { kind: 'text', sql, hasPlaceholder, bound, ...(cut === undefined ? {} : { cut }) };
}

function emptyText(parts: readonly Part[]): TextValue {
  const [part] = parts;
  if (part !== undefined) return part.value;
  const sql = { file: { path: '', text: '' }, text: '', segments: [{ start: 0, hostStart: 0 }] };
  return { kind: 'text', sql, hasPlaceholder: false, bound: false };
}

/** The parts that keep their own places; all others are shown next to them. */
function framing(parts: readonly Part[]): readonly Part[] {
  const script = parts.find((part) => isWholeFile(part.value.sql));
  if (script !== undefined) return [script];
  const written = parts.filter((part) => part.written);
  const handed = parts.filter((part) => part.value.bound && part.value.sql.assembled !== true);
  const isOneLine = !written.some((part) => part.value.sql.text.trim().includes('\n'));
  if (handed.length > 0 && isOneLine) return isAscending(handed) ? handed : handed.slice(0, 1);
  if (written.length > 0) return isAscending(written) ? written : written.slice(0, 1);
  return parts.slice(0, 1);
}

/** What is put around a script is shown at its edges. */
function isWholeFile(sql: SqlText): boolean {
  return sql.text.length === sql.file.text.length && sql.segments[0]?.hostStart === 0;
}

/** Whether the parts stand in one file, one behind the other. */
function isAscending(parts: readonly Part[]): boolean {
  const file = parts[0]?.value.sql.file;
  let behind = -1;
  for (const { value } of parts) {
    if (value.sql.file !== file || firstOffset(value.sql) < behind) return false;
    behind = lastOffset(value.sql) + 1;
  }
  return true;
}

function firstOffset(sql: SqlText): number {
  return hostOffset(sql, 0);
}

function lastOffset(sql: SqlText): number {
  return hostOffset(sql, Math.max(0, sql.text.length - 1));
}

function placed(parts: readonly Part[], exact: ReadonlySet<Part>): readonly Segment[] {
  const segments: Segment[] = [];
  const frame = [...exact][0]?.value.sql;
  let start = 0;
  let near = frame === undefined ? 0 : firstOffset(frame);
  for (const part of parts) {
    const { sql } = part.value;
    if (exact.has(part)) {
      for (const segment of sql.segments) segments.push({ start: start + segment.start, hostStart: segment.hostStart });
      near = lastOffset(sql);
    } else {
      const isHoleInFrame = part.hole !== undefined && part.hole.file === frame?.file && exactIsWritten(exact);
      if (isHoleInFrame) near = Math.max(near, part.hole.start);
      pinTo(near, start, sql.text.length, segments);
    }
    start += sql.text.length;
  }
  return segments;
}

function exactIsWritten(exact: ReadonlySet<Part>): boolean {
  for (const part of exact) if (!part.written) return false;
  return true;
}

function pinTo(hostStart: number, start: number, length: number, segments: Segment[]): void {
  for (let at = 0; at < Math.min(length, LONGEST_EXACT); at++) segments.push({ start: start + at, hostStart });
}
