import type { DropColumn, DropTable, QualifiedName } from '../../ddl/operation.ts';
import type { Draft } from '../apply/draft.ts';
import { openTable } from '../apply/lookup.ts';
import { targetIfCreated } from '../apply/names.ts';
import { relationsAbout } from '../apply/postgres/dependents.ts';
import type { Table, Trigger } from '../catalog.ts';
import { targetOf } from '../relation-keys.ts';
import { entriesWith } from '../reverse-index.ts';
import type { StepContext } from '../unapply.ts';

/** Changes the table that a name stands for; one of which no column is left did not exist. */
export function changeTable(draft: Draft, name: QualifiedName, change: (table: Table) => Table): void {
  const { key } = targetOf(draft, name);
  const table = draft.catalog.relations.get(key);
  if (table?.kind !== 'table') return;
  const changed = change(table);
  if (changed.columns.length === 0 && !changed.open) {
    removeTable(draft, key);
    return;
  }
  draft.putRelation(key, changed);
  if (changed.columns.length < table.columns.length) {
    const left = new Set(changed.columns.map(({ name }) => name));
    removeOwnedSequences(draft, key, (column) => !left.has(column));
  }
}

/** A table that was not there, with its triggers and sequences. */
export function removeTable(draft: Draft, key: string): void {
  draft.removeRelation(key);
  removeOwnedSequences(draft, key, () => true);
  let { triggers } = draft.catalog;
  for (const [triggerKey] of entriesWith(triggers, tableOfTrigger, key)) triggers = triggers.delete(triggerKey);
  draft.catalog = { ...draft.catalog, triggers };
}

/** PostgreSQL: the sequence of a serial or identity column came with it. */
function removeOwnedSequences(draft: Draft, key: string, isGone: (column: string) => boolean): void {
  if (draft.engine.dialect.name !== 'postgres') return;
  for (const [sequenceKey, sequence] of relationsAbout(draft, key)) {
    const owner = sequence.kind === 'sequence' ? sequence.ownedBy : null;
    if (owner?.table === key && isGone(owner.column)) draft.removeRelation(sequenceKey);
  }
}

function tableOfTrigger({ table }: Trigger): readonly string[] {
  return [table];
}

/** What a CASCADE took along is not told. */
export function bringBackDependents(draft: Draft, { cascade, ifExists }: DropTable | DropColumn): void {
  if (cascade && ifExists === undefined && draft.engine.dialect.name === 'postgres')
    draft.catalog = { ...draft.catalog, open: true };
}

/** DROP TABLE: it was there, with columns that nothing tells. */
export function bringBackTable(draft: Draft, operation: DropTable, context: StepContext): void {
  const target = targetOf(draft, operation.table);
  if (draft.catalog.relations.has(target.key)) {
    // There were two of that name, one of them temporary or in another schema: which one went is not told.
    if (operation.ifExists === undefined) draft.catalog = { ...draft.catalog, open: true };
    return;
  }
  const certain = operation.ifExists === undefined || context.rebuilt.has(target.key);
  draft.putRelation(target.key, {
    ...openTable(operation, target, certain),
    absentIndexes: context.madeIndexes,
    madeInDeploy: 0,
  });
}

/** A relation under its former name, also where foreign keys point to it. */
export function renameBack(draft: Draft, now: QualifiedName, before: QualifiedName): void {
  const { key } = targetOf(draft, now);
  const relation = draft.catalog.relations.get(key);
  if (relation === undefined) return;
  const target = targetIfCreated(draft, before);
  draft.removeRelation(key);
  draft.putRelation(target.key, { ...relation, name: target.name });
  for (const [childKey, child] of draft.catalog.relations.entries()) {
    if (child.kind !== 'table' || !child.constraints.some((constraint) => constraint.target?.table === key)) continue;
    const constraints = child.constraints.map((constraint) =>
      constraint.target?.table === key
        ? { ...constraint, target: { ...constraint.target, table: target.key } }
        : constraint,
    );
    draft.putRelation(childKey, { ...child, constraints });
  }
}
