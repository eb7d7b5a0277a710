import type { TableConstraint } from '../../../ddl/operation.ts';
import type { WrittenConstraint } from '../constraint-definition.ts';
import type { Draft } from '../draft.ts';
import { nameKey } from '../names.ts';

type Key = Extract<TableConstraint, { kind: 'primary-key' | 'unique' }>;

/**
 * Of keys over the same columns in one statement PostgreSQL makes one, the primary key if there is one, under the first name
 * that was given (parse_utilcmd.c, transformIndexConstraints).
 */
export function withoutEqualKeys(written: readonly WrittenConstraint[], draft: Draft): readonly WrittenConstraint[] {
  const keys = written.filter((one) => keyOf(one) !== null);
  const primaryFirst = keys.toSorted((left, right) => rank(left) - rank(right));
  const kept = new Map<string, WrittenConstraint>();
  for (const one of primaryFirst) {
    const key = keyOf(one);
    if (key === null) continue;
    const shape = shapeOf(key, draft);
    const before = kept.get(shape);
    if (before === undefined) kept.set(shape, one);
    else if (before.constraint.name === undefined && key.name !== undefined)
      kept.set(shape, { ...before, constraint: { ...before.constraint, name: key.name } });
  }
  return [...kept.values(), ...written.filter((one) => keyOf(one) === null)];
}

function keyOf({ constraint }: WrittenConstraint): Key | null {
  const isKey = constraint.kind === 'primary-key' || constraint.kind === 'unique';
  return isKey && constraint.usingIndex === undefined ? constraint : null;
}

function rank({ constraint }: WrittenConstraint): number {
  return constraint.kind === 'primary-key' ? 0 : 1;
}

function shapeOf(key: Key, draft: Draft): string {
  const { dialect } = draft.engine;
  const columns = key.keys.map(({ column, expression }) =>
    column === undefined ? (expression?.text ?? '') : nameKey(column, dialect),
  );
  return JSON.stringify([columns, (key.include ?? []).map((column) => nameKey(column, dialect))]);
}
