import type { Range } from '../../../ddl/operation.ts';
import { canonicalExpression } from '../../canonical.ts';
import type { Trigger, View } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { canonicalTriggerText } from '../triggers.ts';
import { resolveTrigger } from './trigger-bodies.ts';
import { resolveView } from './view-bodies.ts';

/** What is renamed: a table, or one of its columns. */
export interface Renamed {
  /** Key of the table, before. */
  readonly relation: string;
  /** Its key after, where the table itself is renamed: its triggers have moved already. */
  readonly movedTo?: string;
  /** Key of the column, before; null: the table itself. */
  readonly column: string | null;
  readonly to: string;
}

/** SQLite: a body in which each place that stands for what is renamed has the new name; the same body if there is none. */
export function rewrittenBody<Body extends View | Trigger>(draft: Draft, body: Body, renamed: Renamed): Body {
  const places = new Map<number, Range>();
  const note = (at: Range): void => void places.set(at.start, at);
  const sightings = {
    column: (relation: string, column: string, at: Range): void => {
      if (relation === renamed.relation && column === renamed.column) note(at);
    },
    table: (relation: string, at: Range): void => {
      const isIt = relation === renamed.relation || relation === renamed.movedTo;
      if (isIt && renamed.column === null) note(at);
    },
  };
  if ('kind' in body) resolveView(draft, body, 0, sightings);
  else resolveTrigger(draft, body, { onlyReads: true, sightings });
  if (places.size === 0) return body;
  const text = withName(body.body, [...places.values()], renamed.to);
  const { dialect } = draft.engine;
  const canonical = 'kind' in body ? canonicalExpression(text, dialect) : canonicalTriggerText(text, dialect);
  return { ...body, body: text, text: canonical };
}

function withName(text: string, places: readonly Range[], name: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  let out = '';
  let copied = 0;
  for (const { start, end } of places.toSorted((left, right) => left.start - right.start)) {
    out += text.slice(copied, start) + quoted;
    copied = end;
  }
  return out + text.slice(copied);
}
