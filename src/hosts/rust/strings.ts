import type { SourceFile } from '../../text/source-file.ts';
import type { Segment, SqlText } from '../../text/sql-text.ts';
import { hostOffset } from '../../text/sql-text.ts';
import { LiteralBuilder, plainLiteral } from '../literal.ts';
import type { Tokens } from './tokens.ts';
import { TokenKind } from './tokens.ts';

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  0: '\0',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** The value of a string token. */
export function stringValue(file: SourceFile, tokens: Tokens, token: number): SqlText {
  const start = tokens.start(token);
  const end = tokens.end(token);
  const quote = tokens.text.indexOf('"', start);
  if (tokens.kind(token) === TokenKind.rawString) {
    const firstHash = tokens.text.indexOf('#', start);
    const hashes = firstHash >= 0 && firstHash < quote ? quote - firstHash : 0;
    const close = Math.max(quote + 1, end - 1 - hashes);
    return { file, text: tokens.text.slice(quote + 1, close), segments: [{ start: 0, hostStart: quote + 1 }] };
  }
  const isClosed = end - 1 > quote && tokens.text.charAt(end - 1) === '"';
  return unescape(file, tokens.text, quote + 1, isClosed ? end - 1 : end);
}

/** Rust reference, "String literals": escapes, and `\` at a line's end, which swallows the white space that follows. */
function unescape(file: SourceFile, text: string, from: number, to: number): SqlText {
  const first = text.indexOf('\\', from);
  if (first < 0 || first >= to) return plainLiteral(file, from, to).sql;
  const builder = new LiteralBuilder(file);
  let runStart = from;
  for (let at = first; at >= 0 && at < to; at = text.indexOf('\\', runStart)) {
    builder.copy(runStart, at);
    const escape = escapeAt(text, at, to);
    builder.escape(escape.value, at, escape.end);
    runStart = escape.end;
  }
  builder.copy(runStart, to);
  return builder.sql();
}

function escapeAt(text: string, at: number, to: number): { readonly value: string; readonly end: number } {
  const letter = text.charAt(at + 1);
  const simple = SIMPLE_ESCAPES[letter];
  if (simple !== undefined) return { value: simple, end: Math.min(at + 2, to) };
  if (letter === '\n' || letter === '\r') {
    let end = at + 1;
    while (end < to && ' \t\r\n'.includes(text.charAt(end))) end++;
    return { value: '', end };
  }
  const numeric = /^(?:x([0-9a-fA-F]{2})|u\{([0-9a-fA-F_]{1,12})\})/.exec(text.slice(at + 1, Math.min(at + 16, to)));
  if (numeric === null) return { value: text.slice(at, Math.min(at + 1, to)), end: Math.min(at + 1, to) };
  const code = Number.parseInt((numeric[1] ?? numeric[2] ?? '').replaceAll('_', ''), 16);
  return { value: code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd', end: at + 1 + numeric[0].length };
}

/** A part of a text, with its way back to the file. */
export function slice(sql: SqlText, start: number, end: number): SqlText {
  const segments: Segment[] = [{ start: 0, hostStart: hostOffset(sql, start) }];
  for (let index = firstAfter(sql.segments, start); index < sql.segments.length; index++) {
    const segment = sql.segments[index];
    if (segment === undefined || segment.start >= end) break;
    segments.push({ start: segment.start - start, hostStart: segment.hostStart });
  }
  return { file: sql.file, text: sql.text.slice(start, end), segments };
}

/** Index of the first segment that begins after the offset. */
function firstAfter(segments: readonly Segment[], offset: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segments[middle]?.start ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A part of a format string: text as it stands, or what is put in: a position, or a name. */
export type FormatPart = { readonly text: SqlText } | { readonly argument: number | string };

/** `std::fmt`: `{}`, `{0}`, `{name}`, `{name:?}`; `{{` and `}}` are braces. */
export function formatParts(sql: SqlText): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  const { text } = sql;
  let runStart = 0;
  let next = 0;
  const flush = (end: number): void => {
    if (end > runStart) parts.push({ text: slice(sql, runStart, end) });
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character !== '{' && character !== '}') continue;
    if (text.charAt(at + 1) === character) {
      flush(at + 1);
      runStart = at + 2;
      at++;
      continue;
    }
    const close = character === '{' ? text.indexOf('}', at) : -1;
    if (close < 0) continue;
    flush(at);
    const name =
      text
        .slice(at + 1, close)
        .split(':', 1)[0]
        ?.trim() ?? '';
    parts.push({ argument: name === '' ? next++ : /^\d+$/.test(name) ? Number(name) : name });
    runStart = close + 1;
    at = close;
  }
  flush(text.length);
  return parts;
}

/** `indoc!`: the white space that all lines share is taken away, and a first line that is empty. */
export function unindented(sql: SqlText): SqlText {
  const lines = lineRanges(sql.text);
  const indents = lines.filter((line) => line.end > line.textStart).map((line) => line.textStart - line.start);
  const indent = indents.length === 0 ? 0 : indents.reduce((least, width) => Math.min(least, width));
  const kept = lines.slice(lines[0]?.end === lines[0]?.start ? 1 : 0);
  return joinTexts(kept.map((line) => slice(sql, Math.min(line.start + indent, line.end), line.next))) ?? sql;
}

interface LineRange {
  readonly start: number;
  readonly textStart: number;
  /** Without the line's end. */
  readonly end: number;
  readonly next: number;
}

function lineRanges(text: string): LineRange[] {
  const ranges: LineRange[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    let textStart = start;
    while (textStart < end && (text.charAt(textStart) === ' ' || text.charAt(textStart) === '\t')) textStart++;
    const next = newline < 0 ? text.length : newline + 1;
    ranges.push({ start, textStart, end, next });
    start = next;
  }
  return ranges;
}

/** Texts one after the other; null for none. All are of one file. */
export function joinTexts(texts: readonly SqlText[]): SqlText | null {
  const [first] = texts;
  if (first === undefined) return null;
  const segments: Segment[] = [];
  let length = 0;
  for (const { text, segments: own } of texts) {
    if (text === '') continue;
    for (const segment of own) segments.push({ start: segment.start + length, hostStart: segment.hostStart });
    length += text.length;
  }
  return {
    file: first.file,
    text: texts.map(({ text }) => text).join(''),
    segments: segments.length > 0 ? segments : first.segments,
  };
}

/** Whether a text holds no more than the start of a query: its result decides, it changes nothing. */
export function isQueryText(text: string): boolean {
  return /^\s*(?:--[^\n]*\n\s*)*(?:select|with|values|show|describe|explain|pragma\s+[\w.]+\s*(?:\(\s*['"[`]?\w+['"\]`]?\s*\)|(?:\(\s*)?$|;?\s*$))/i.test(
    text,
  );
}
