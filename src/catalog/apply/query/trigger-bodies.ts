import type { WriteRows } from '../../../ddl/operation.ts';
import { readTriggerTree } from '../../../query/reader.ts';
import type { StatementTree } from '../../../query/tree.ts';
import type { Relation, Trigger } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { faultOfTrigger } from '../mysql/triggers.ts';
import { nameKey } from '../names.ts';
import { triggersOn } from '../triggers.ts';
import { faultIn, resolverFor, type Place, type Resolution } from './check.ts';
import type { Resolver } from './resolver.ts';
import { sourceOf, type Scope, type SourceInScope } from './scope.ts';
import { viewOutputs } from './view-bodies.ts';

type Verdict = Pick<Resolution, 'fault' | 'doubt'>;

/**
 * SQLite: looks the names of a trigger's body up; null where no grammar could read it. With `onlyReads` as the engine does when
 * it looks through its schema; without, as when the trigger fires.
 */
export function resolveTrigger(
  draft: Draft,
  trigger: Trigger,
  how: Pick<Place, 'onlyReads' | 'sightings'>,
): Verdict | null {
  const tree = readTriggerTree(trigger.body, draft.engine.dialect);
  if (tree === null) return null;
  const resolver = resolverFor(draft, { text: trigger.body, offset: 0, schema: trigger.schema, ...how });
  how.sightings?.table(trigger.table, tree.table.name);
  for (const column of tree.updateOf)
    how.sightings?.column(trigger.table, nameKey(column, draft.engine.dialect), column);
  const fault = faultIn(() => {
    const rows = rowsOf(draft, trigger, resolver);
    resolver.mentions(tree.when, rows, 'where', new Map());
    for (const statement of tree.statements) resolver.statement(statement, new Map(), rows);
  });
  return { fault, doubt: resolver.doubt };
}

/** Whether a trigger finds what it names when it fires: SQLite by the grammar of its body, MySQL and MariaDB by its columns. */
export function firingVerdict(draft: Draft, trigger: Trigger): Pick<Verdict, 'fault'> | null {
  return draft.engine.dialect.name === 'sqlite'
    ? resolveTrigger(draft, trigger, {})
    : { fault: faultOfTrigger(draft, trigger) };
}

/** `new` and `old`, as far as the event has them. */
function rowsOf(draft: Draft, trigger: Trigger, resolver: Resolver): Scope {
  const relation = draft.catalog.relations.get(trigger.table);
  const keys = trigger.events.flatMap((event) => ROWS[event] ?? []);
  const row = (key: string, on: Relation): SourceInScope => ({
    ...sourceOf(draft, on, trigger.table, { key, schema: null }, viewOutputs(draft, on, trigger.table, resolver, 0)),
    isQualifiedOnly: true,
  });
  const sources = relation === undefined ? [] : [...new Set(keys)].map((key) => row(key, relation));
  return { sources, outputs: new Set(), outer: null };
}

const ROWS: Readonly<Record<string, readonly string[]>> = { insert: ['new'], update: ['new', 'old'], delete: ['old'] };

/** Triggers fire triggers: deeper than this is a circle. */
const DEEPEST = 8;

/** A write, as triggers see it. */
interface Firing {
  /** Key of the table that is written. */
  readonly table: string;
  readonly verb: WriteRows['verb'];
  readonly tree: StatementTree | null;
}

/**
 * SQLite compiles the triggers of a table with each statement that writes it, whatever rows there are: what one of them says
 * against its body, the statement says.
 */
export function verdictOfTriggers(draft: Draft, firing: Firing, depth = 0): Verdict {
  let doubt: Verdict['doubt'] = null;
  for (const [, trigger] of depth > DEEPEST ? [] : triggersOn(draft, firing.table)) {
    if (!fires(draft, trigger, firing)) continue;
    const verdict = resolveTrigger(draft, trigger, { onlyReads: false });
    const inner = verdict?.fault === null ? verdictOfStatements(draft, trigger, depth) : verdict;
    doubt ??= verdict?.doubt ?? inner?.doubt ?? null;
    const fault = inner?.fault ?? null;
    if (fault === null) continue;
    const error = { ...fault, at: draft.operations[0]?.statement ?? fault.at, existing: trigger.origin };
    if (trigger.certain) return { fault: error, doubt };
    doubt ??= { why: `the trigger ${trigger.name} may not exist`, error };
  }
  return { fault: null, doubt };
}

/** The triggers that a trigger's own statements fire. */
function verdictOfStatements(draft: Draft, trigger: Trigger, depth: number): Verdict | null {
  const tree = readTriggerTree(trigger.body, draft.engine.dialect);
  for (const statement of tree?.statements ?? []) {
    if (statement.kind !== 'write' || statement.target === null) continue;
    const { name } = statement.target;
    const table = `${trigger.schema}.${draft.engine.dialect.tableKey(name.text, name.quoted)}`;
    if (table === trigger.table || statement.verb === 'merge') continue;
    const verdict = verdictOfTriggers(draft, { table, verb: statement.verb, tree: statement }, depth + 1);
    if (verdict.fault !== null || verdict.doubt !== null) return verdict;
  }
  return null;
}

function fires(draft: Draft, trigger: Trigger, { verb, tree }: Firing): boolean {
  // The rows that REPLACE deletes fire no trigger, unless PRAGMA recursive_triggers says so (lang_conflict.html).
  const events = verb === 'replace' ? ['insert'] : [verb as string];
  const isUpsert = tree?.kind === 'write' && tree.conflicts.some(({ sets }) => sets.length > 0);
  if (isUpsert) events.push('update');
  if (!trigger.events.some((event) => events.includes(event))) return false;
  if (trigger.updateOf.length === 0 || tree?.kind !== 'write') return true;
  const sets = [...tree.sets, ...tree.conflicts.flatMap((conflict) => conflict.sets)];
  return sets.some(({ column }) => trigger.updateOf.includes(nameKey(column, draft.engine.dialect)));
}
