import type { Name, Operation } from '../../../ddl/operation.ts';
import type { EngineError } from '../../outcome.ts';
import { viewsOf } from '../../views.ts';
import { Draft } from '../draft.ts';
import { firingVerdict } from './trigger-bodies.ts';
import { resolveView } from './view-bodies.ts';
import { literalPattern } from '../../../text/literal-pattern.ts';

/** What a statement takes away or calls by another name. */
function nameGone(operation: Operation): Name | null {
  switch (operation.kind) {
    case 'drop-column':
    case 'rename-column':
    case 'modify-column':
      return operation.column;
    case 'drop-table':
    case 'rename-table':
      return operation.table.name;
    case 'drop-view':
      return operation.view.name;
    default:
      return null;
  }
}

/**
 * Notes the views and triggers that resolved before a statement and do not after it: nothing says so until they are used.
 * PostgreSQL keeps its own sound. Only bodies that speak of what goes are looked at.
 */
export function noteBrokenBodies(draft: Draft, operation: Operation): void {
  const name = nameGone(operation);
  const { dialect } = draft.engine;
  if (name === null || dialect.name === 'postgres') return;
  const speaks = new RegExp(`(?<![\\w$])${literalPattern(name.text)}(?![\\w$])`, 'i');
  const before = new Draft(draft.base, draft.engine);
  for (const [, view] of viewsOf(draft.catalog)) {
    if (!speaks.test(view.body)) continue;
    const after = resolveView(draft, view)?.fault ?? null;
    if (after !== null && isSound(resolveView(before, view))) note(draft, 'view', view, after);
  }
  for (const trigger of draft.catalog.triggers.values()) {
    if (!speaks.test(trigger.body)) continue;
    const after = firingVerdict(draft, trigger)?.fault ?? null;
    if (after !== null && isSound(firingVerdict(before, trigger))) note(draft, 'trigger', trigger, after);
  }
}

function isSound(verdict: { readonly fault: EngineError | null } | null): boolean {
  return verdict !== null && verdict.fault === null;
}

function note(
  draft: Draft,
  kind: 'view' | 'trigger',
  {
    schema,
    name,
    origin,
  }: { readonly schema: string; readonly name: string; readonly origin: Draft['effects'][number]['origin'] },
  { text }: EngineError,
): void {
  draft.record({
    kind: 'broken-by',
    object: { kind, schema, name },
    silent: true,
    detail: text,
    ...(origin === undefined ? {} : { origin }),
  });
}
