import type { Name, QualifiedName, Range } from '../../../ddl/operation.ts';
import { isName } from '../../canonical.ts';
import { tokensOf } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { storedName } from '../names.ts';

/** `schema.name` in a text, with quotes as in SQL; null for anything else, and for names of the engine. */
export function nameOfText(draft: Draft, text: string, at: Range = { start: 0, end: 0 }): QualifiedName | null {
  const { dialect } = draft.engine;
  const tokens = tokensOf(text, dialect);
  const [first, dot, second] = tokens;
  if (first === undefined || tokens.length > 3 || tokens.length === 2) return null;
  if (second !== undefined && dot?.text !== '.') return null;
  if (!isName(first) || (second !== undefined && !isName(second))) return null;
  const named = (token: typeof first): Name => ({ ...at, text: token.value, quoted: token.kind === 'quoted' });
  const name = named(second ?? first);
  const whole = { ...at, name, ...(second === undefined ? {} : { schema: named(first) }) };
  return storedName(name, dialect).startsWith('pg_') ? null : whole;
}
