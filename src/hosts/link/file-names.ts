import type { Span } from '../../text/source-file.ts';
import { lastPart } from './files.ts';
import { knownText, textAt, UNKNOWN, type Value } from './values.ts';

/** What stands between the parts of a file's name, and never between statements. */
const BETWEEN_PARTS_OF_NAMES = /^(?:__?|-|\.)$/;

/** `folder + '/' + file`, `${folder}/${file}`: the file itself, which the code knows from going through its folder. */
export function fileBehindFolder(parts: readonly Value[]): Value | undefined {
  const [before, last] = parts.slice(-2);
  if (last?.kind !== 'path' || before?.kind !== 'text') return undefined;
  return /(?:^|[^*])\/$/.test(before.sql.text) ? last : undefined;
}

/** `text.split(separator)`: of a file its name is cut where the separator stands in names, else what stands in it. */
export function cut(of: Value, textOf: (value: Value) => Value | undefined, separator: Value, span: Span): Value {
  const at = knownText(separator);
  const isName = of.kind === 'path' && at !== undefined && BETWEEN_PARTS_OF_NAMES.test(at);
  const whole = isName ? textAt(lastPart(of.path), span, true) : textOf(of);
  if (whole?.kind !== 'text') return UNKNOWN;
  if (at?.includes(';') === true) return { kind: 'list', items: [{ ...whole, cut: at }] };
  const text = knownText(whole);
  if (at === undefined || at === '' || text === undefined) return UNKNOWN;
  return { kind: 'list', items: text.split(at).map((part) => textAt(part, span, whole.bound)) };
}

export function numberOf(value: Value): Value {
  const text = knownText(value);
  if (value.kind === 'rows' || value.kind === 'number') return value;
  return text !== undefined && /^\s*\d+\s*$/.test(text) ? { kind: 'number', value: Number(text) } : UNKNOWN;
}

/** Whether a text is the name of the file that a loop has reached (`round`: without its extension), or its number. */
export function isNameOfRound(text: string | undefined, round: string | undefined): boolean {
  if (text === undefined || round === undefined) return false;
  const name = lastPart(text);
  if (name === round || name.replace(/\.[^.]*$/, '') === round) return true;
  const number = /^\D{0,2}(\d+)/.exec(round)?.[1];
  return number !== undefined && /^\d+$/.test(text) && Number(text) === Number(number);
}
