import type { Span } from '../../text/source-file.ts';
import { spanOf } from '../../text/sql-text.ts';
import { assemble, type Part } from './assemble.ts';
import { textAt, type TextValue, type Value } from './values.ts';

const FIELD = /%\((\w+)\)s|%(?:\[\d+\])?[+#]?[sdrvq]|\{(\w*)(?:![rsa])?(?::[^{}]*)?\}|%%|\{\{|\}\}/g;

/**
 * Fills the fields of a template (`%s`, `%(name)s`, `{}`, `{name}`) with values; those that are not known stay
 * placeholders.
 */
export function filled(
  template: TextValue,
  values: readonly Value[],
  textOf: (value: Value) => TextValue | undefined,
): Value {
  const { text } = template.sql;
  const isPercent = /%(?:\[\d+\])?[+#]?[sdrvq(]/.test(text);
  const parts: Part[] = [];
  let from = 0;
  let next = 0;
  for (const match of text.matchAll(FIELD)) {
    const [field, percentName, braceName] = match;
    if (isPercent !== field.startsWith('%')) continue;
    parts.push({ value: part(template, from, match.index), written: true });
    from = match.index + field.length;
    if (field === '%%' || field === '{{' || field === '}}') {
      parts.push({ value: part(template, match.index, match.index + 1), written: true });
      continue;
    }
    const position = /^%\[(\d+)\]/.exec(field)?.[1];
    const name = percentName ?? braceName ?? (position === undefined ? '' : String(Number(position) - 1));
    const value = valueFor(name, values, name === '' ? next++ : Number(name));
    const hole = spanOf(template.sql, match.index, from);
    const known = value === undefined ? undefined : textOf(value);
    // Go's `%q` puts quotes around what is filled in.
    const quote: readonly Part[] = field.endsWith('q') ? [{ value: quoteAt(hole), written: false, hole }] : [];
    parts.push(
      ...quote,
      known === undefined
        ? { value: unfilled(template, match.index, from), written: true }
        : { value: known, written: false, hole },
      ...quote,
    );
  }
  parts.push({ value: part(template, from, text.length), written: true });
  return assemble(parts.length === 1 ? [{ value: template, written: true }] : parts);
}

function quoteAt(hole: Span): TextValue {
  return textAt('"', hole);
}

function valueFor(name: string, values: readonly Value[], position: number): Value | undefined {
  for (const value of values) if (value.kind === 'named' && value.name === name) return value.value;
  const found = values[position];
  return found?.kind === 'named' ? undefined : found;
}

/** A run of the template, with its own places. */
function part(template: TextValue, start: number, end: number): TextValue {
  const { sql } = template;
  const text = sql.text.slice(start, end);
  const inside = sql.segments.filter((segment) => segment.start > start && segment.start < end);
  const first = { start: 0, hostStart: spanOf(sql, start, start).start };
  const segments = [
    first,
    ...inside.map((segment) => ({ start: segment.start - start, hostStart: segment.hostStart })),
  ];
  return { kind: 'text', sql: { ...sql, text, segments }, hasPlaceholder: false, bound: template.bound };
}

function unfilled(template: TextValue, start: number, end: number): TextValue {
  const run = part(template, start, end);
  const name = run.sql.text.replace(/\W+/g, '') || 'value';
  const hostStart = run.sql.segments[0]?.hostStart ?? 0;
  const text = `\${${name}}`;
  const segments = Array.from({ length: text.length }, (_, at) => ({
    start: at,
    hostStart: hostStart + Math.min(at, end - start - 1),
  }));
  return { ...run, sql: { ...run.sql, text, segments }, hasPlaceholder: true };
}
