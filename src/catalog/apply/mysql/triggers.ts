import type { CreateTrigger, Range } from '../../../ddl/operation.ts';
import { isName } from '../../canonical.ts';
import type { Relation, Trigger } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt, findColumn, type RelationAt } from '../lookup.ts';
import { objectKey, partKey } from '../names.ts';

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
  for (const { row, name } of rowColumnsIn(operation.body?.text ?? '', draft)) {
    const found = findColumn(relation, partKey(name, draft.engine.dialect), draft);
    if (found.presence === 'present') continue;
    const error = unknownColumn({ table: relation, name, place: row, at: operation.trigger });
    if (found.presence === 'absent') draft.refuse(error);
    draft.doubt(`${relation.name} may lack the column ${name}`, error);
  }
}

/**
 * A column that a trigger names in NEW or OLD, or writes in another table, and that is not there (any more): ALTER TABLE looks at no
 * trigger, and each write that fires it fails. Null where none is surely missing.
 */
export function faultOfTrigger(draft: Draft, trigger: Trigger): EngineError | null {
  const own = draft.catalog.relations.get(trigger.table);
  const rowColumns = rowColumnsIn(trigger.body, draft).flatMap(({ row, name }) =>
    own === undefined ? [] : [{ table: own, name, place: row }],
  );
  for (const { table, name, place } of [...rowColumns, ...writtenColumnsIn(trigger, draft)]) {
    if (table.kind !== 'table' || table.open || !table.certain) continue;
    if (findColumn(table, partKey(name, draft.engine.dialect), draft).presence === 'absent')
      return unknownColumn({ table, name, place, at: trigger.origin?.at ?? { start: 0, end: 0 } });
  }
  return null;
}

interface MissingColumn {
  readonly table: Relation;
  readonly name: string;
  readonly place: string;
  readonly at: Range;
}

function unknownColumn({ table, name, place, at }: MissingColumn): EngineError {
  const object = { kind: 'column', schema: table.schema, table: table.name, name };
  return errorAt('missing-column', `Unknown column '${name}' in '${place}'`, at, object);
}

/** `NEW.a`, `OLD.b` in a body. */
function rowColumnsIn(body: string, draft: Draft): readonly { readonly row: string; readonly name: string }[] {
  const tokens = tokensOf(body, draft.engine.dialect);
  return tokens.flatMap((token, at) => {
    const row = token.text.toUpperCase();
    const name = tokens[at + 2];
    const isRow = (row === 'NEW' || row === 'OLD') && tokens[at + 1]?.text === '.';
    return isRow && name !== undefined && isName(name) ? [{ row, name: name.value }] : [];
  });
}

/** The columns of `INSERT INTO t (a, b)` and `UPDATE t SET a = .., b = ..` in a body, where t is a table of the same database. */
function writtenColumnsIn(trigger: Trigger, draft: Draft): readonly Omit<MissingColumn, 'at'>[] {
  const { dialect } = draft.engine;
  const tokens = tokensOf(trigger.body, dialect);
  const words = tokens.map(({ text }) => text.toLowerCase());
  const isMariadb = dialect.name === 'mariadb';
  return tokens.flatMap((named, at) => {
    const isInsert = words[at - 2] === 'insert' && words[at - 1] === 'into' && words[at + 1] === '(';
    const isUpdate = words[at - 1] === 'update' && words[at + 1] === 'set';
    const table = draft.catalog.relations.get(objectKey(trigger.schema, named.value, dialect));
    if (table === undefined || !isName(named)) return [];
    if (isUpdate)
      return setFrom(tokens, at + 2).map((name) => ({ table, name, place: isMariadb ? 'SET' : 'field list' }));
    if (!isInsert || words[at + 2] === 'select') return [];
    return listedFrom(tokens, at + 2).map((name) => ({ table, name, place: isMariadb ? 'INSERT INTO' : 'field list' }));
  });
}

/** `a, b)` */
function listedFrom(tokens: readonly Token[], from: number): readonly string[] {
  const end = tokens.findIndex(({ text }, at) => at >= from && text === ')');
  return tokens
    .slice(from, Math.max(from, end))
    .filter(isName)
    .map(({ value }) => value);
}

/** `a = .., b = ..`, as far as the columns are plain names. */
function setFrom(tokens: readonly Token[], from: number): readonly string[] {
  const columns: string[] = [];
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const { text } = tokens[at] ?? { text: ';' };
    if (text === '(') depth++;
    else if (text === ')') depth--;
    if (depth === 0 && /^(?:;|where|order|limit|end)$/i.test(text)) break;
    const column = tokens[at];
    const isFirst = at === from || (depth === 0 && tokens[at - 1]?.text === ',');
    if (isFirst && column !== undefined && isName(column) && tokens[at + 1]?.text === '=') columns.push(column.value);
  }
  return columns;
}
