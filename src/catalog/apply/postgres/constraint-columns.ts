import type { Expression, Name, TableConstraint } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, missingColumnError, type TableAt } from '../lookup.ts';
import { nameKey } from '../names.ts';
import { checkCalls } from './called-functions.ts';

/** The columns that an expression reads. */
export function checkReferences(draft: Draft, { target, table }: TableAt, expression: Expression | undefined): void {
  for (const reference of expression?.columns ?? []) {
    const found = findColumn(table, nameKey(reference.column, draft.engine.dialect), draft);
    if (found.presence === 'present' || isSystemColumn(reference.column.text)) continue;
    const error = missingColumnError(draft, target, reference.column, 'check');
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${table.name} may lack the column ${reference.column.text}`, error);
  }
  checkCalls(draft, expression);
}

function isSystemColumn(name: string): boolean {
  return ['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid'].includes(name);
}

/** The columns that a key, check or exclusion names. */
export function checkConstraintColumns(draft: Draft, made: TableAt, constraint: TableConstraint): void {
  switch (constraint.kind) {
    case 'check':
      checkReferences(draft, made, constraint.expression);
      break;
    case 'primary-key':
    case 'unique':
    case 'exclude':
      for (const key of constraint.keys) {
        if (key.column === undefined) checkReferences(draft, made, key.expression);
        else checkKeyColumn(draft, made, key.column);
      }
      if (constraint.kind !== 'exclude')
        for (const column of constraint.include ?? []) checkKeyColumn(draft, made, column);
      if (constraint.kind !== 'exclude') refuseColumnTwice(draft, made, constraint);
      break;
    default:
      break;
  }
}

function refuseColumnTwice(
  draft: Draft,
  { target }: TableAt,
  constraint: TableConstraint & { kind: 'primary-key' | 'unique' },
): void {
  const seen = new Set<string>();
  for (const { column } of constraint.keys) {
    if (column === undefined) continue;
    const name = nameKey(column, draft.engine.dialect);
    const text = `column "${name}" appears twice in ${constraint.kind === 'unique' ? 'unique' : 'primary key'} constraint`;
    if (seen.has(name))
      draft.refuse(
        errorAt('duplicate-column', text, column, { kind: 'column', schema: target.schema, table: target.name, name }),
      );
    seen.add(name);
  }
}

function checkKeyColumn(draft: Draft, { target, table }: TableAt, name: Name): void {
  const found = findColumn(table, nameKey(name, draft.engine.dialect), draft);
  if (found.presence === 'present') return;
  const error = missingColumnError(draft, target, name, 'key');
  if (found.presence === 'absent') draft.refuse(error);
  draft.doubt(`${table.name} may lack the column ${name.text}`, error);
}
