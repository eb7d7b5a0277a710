import type { CreateTrigger } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type RelationAt } from '../lookup.ts';
import { partKey } from '../names.ts';
import { isName } from '../../canonical.ts';
import { tokensOf } from '../../tokens.ts';

/** Triggers stand on tables; NEW and OLD are looked up when a trigger is made, other names when it fires. */
export function checkNewTrigger(draft: Draft, operation: CreateTrigger, { target, relation }: RelationAt): void {
  if (relation.kind !== 'table' || relation.temporary) {
    const text =
      relation.kind === 'table'
        ? `Trigger's '${target.name}' is a view, temporary table or sequence`
        : draft.words.wrongKind(relation.kind, 'table', target);
    draft.refuse(
      errorAt('wrong-object', text, target.at, {
        kind: relation.kind,
        schema: target.schema,
        name: target.name,
      }),
    );
  }
  const tokens = tokensOf(operation.body?.text ?? '', draft.engine.dialect);
  for (const [at, token] of tokens.entries()) {
    const row = token.text.toUpperCase();
    const name = tokens[at + 2];
    if ((row !== 'NEW' && row !== 'OLD') || tokens[at + 1]?.text !== '.' || name === undefined || !isName(name))
      continue;
    const found = findColumn(relation, partKey(name.value, draft.engine.dialect), draft);
    if (found.presence === 'present') continue;
    const error = errorAt('missing-column', `Unknown column '${name.value}' in '${row}'`, operation.trigger, {
      kind: 'column',
      schema: target.schema,
      table: target.name,
      name: name.value,
    });
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${relation.name} may lack the column ${name.value}`, error);
  }
}
