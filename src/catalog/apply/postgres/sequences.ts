import type { AlterObject, CreateObject, DropObject } from '../../../ddl/operation.ts';
import type { Sequence } from '../../catalog.ts';
import type { Draft } from '../draft.ts';
import { isName } from '../../canonical.ts';
import { tokensOf } from '../../tokens.ts';
import { errorAt, requireColumn, requireRelation } from '../lookup.ts';
import { defaultsUsing, dropDependents, type Dependent } from './dependents.ts';
import { described } from './schemas.ts';

/** DROP SEQUENCE: identity columns need theirs; defaults that call it hold it unless CASCADE takes them along. */
export function releaseSequence(draft: Draft, operation: DropObject, sequence: Sequence): void {
  const named = described(draft, sequence.schema, sequence.name);
  const object = { kind: 'sequence', schema: sequence.schema, name: sequence.name };
  const owner = sequence.ownedBy === null ? undefined : draft.catalog.relations.get(sequence.ownedBy.table);
  const column =
    owner?.kind === 'table' ? owner.columns.find(({ name }) => name === sequence.ownedBy?.column) : undefined;
  const isIdentity = column !== undefined && column.identity !== null;
  if (owner !== undefined && isIdentity && isIdentitySequence(draft, sequence)) {
    const text = `cannot drop sequence ${named} because column ${column.name} of table ${described(draft, owner.schema, owner.name)} requires it`;
    draft.refuse(errorAt('dependent-objects', text, operation.name, object));
  }
  const serial: readonly Dependent[] =
    column?.default === 'nextval()' && sequence.ownedBy !== null
      ? [{ kind: 'default', key: sequence.ownedBy.table, name: column.name, sure: true }]
      : [];
  const dependents = [...serial, ...defaultsUsing(draft, sequence.schema, sequence.name)];
  if (operation.cascade) dropDependents(draft, dependents);
  else if (dependents.length > 0) {
    draft.refuse(
      errorAt(
        'dependent-objects',
        `cannot drop sequence ${named} because other objects depend on it`,
        operation.name,
        object,
      ),
    );
  }
}

/** Another sequence may be owned by the same column (OWNED BY): the identity's own is the first. */
function isIdentitySequence(draft: Draft, sequence: Sequence): boolean {
  for (const other of draft.catalog.relations.values()) {
    if (other.kind !== 'sequence' || other === sequence) continue;
    const isSameOwner =
      other.ownedBy?.table === sequence.ownedBy?.table && other.ownedBy?.column === sequence.ownedBy?.column;
    if (isSameOwner && (other.origin?.at.start ?? 0) < (sequence.origin?.at.start ?? 0)) return false;
  }
  return true;
}

/** What `OWNED BY table.column` names: null for NONE, undefined when it is not written. */
export function ownerWritten(draft: Draft, operation: CreateObject | AlterObject): Sequence['ownedBy'] | undefined {
  const { sql, start, end } = operation.statement;
  const tokens = tokensOf(sql.text.slice(start, end), draft.engine.dialect);
  const at = tokens.findIndex(
    (token, index) => /^owned$/i.test(token.text) && /^by$/i.test(tokens[index + 1]?.text ?? ''),
  );
  if (at < 0) return undefined;
  const path = tokens.slice(at + 2, at + 7).filter(isName);
  const names = path.map((token) => ({
    text: token.value,
    quoted: token.kind === 'quoted',
    start: start + token.start,
    end: start + token.end,
  }));
  const [first, second, third] = names;
  if (first === undefined || second === undefined) return null;
  const table =
    third === undefined
      ? { name: first, start: first.start, end: first.end }
      : { schema: first, name: second, start: first.start, end: second.end };
  const found = requireRelation(draft, operation, table, 'alter');
  if ('outcome' in found || found.relation.kind !== 'table') return null;
  const column = requireColumn(draft, { target: found.target, table: found.relation }, third ?? second, 'alter');
  return column === undefined ? null : { table: found.target.key, column: column.name };
}
