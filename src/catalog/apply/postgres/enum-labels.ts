import type { Operation } from '../../../ddl/operation.ts';
import { readWriteTree } from '../../../query/needs-grammar.ts';
import type { Table, UserType } from '../../catalog.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { findRelation, nameKey } from '../names.ts';
import { enumText } from './types.ts';

/** A label that ALTER TYPE .. ADD VALUE has added in this very transaction. */
interface NewLabel {
  readonly type: UserType;
  /** The type as a column has it. */
  readonly typeText: string;
  readonly label: string;
}

/**
 * PostgreSQL: a label added by ALTER TYPE .. ADD VALUE cannot be used before its transaction ends, unless (since
 * 17) the type was made in it, too (manual, ALTER TYPE; enum.c, check_safe_enum_use).
 */
export function refuseNewLabels(draft: Draft, operation: Operation): void {
  const { atBegin, session } = draft;
  if (!session.inTransaction || atBegin === null) return;
  if (atBegin.types === draft.catalog.types || !MAY_USE.has(operation.kind)) return;
  for (const label of newLabels(draft)) {
    const use = useOf(draft, operation, label);
    if (use === null) continue;
    const text = `unsafe use of new value "${label.label}" of enum type ${label.typeText}`;
    const object = { kind: 'type-label', schema: label.type.schema, table: label.type.name, name: label.label };
    const error = { ...errorAt('other', text, use.at, object), existing: label.type.origin };
    if (use.needsRows === null) draft.refuse(error);
    draft.refuseWhenFilled(use.needsRows, 'values', error);
  }
}

const MAY_USE: ReadonlySet<Operation['kind']> = new Set([
  'create-table',
  'add-column',
  'alter-column',
  'add-constraint',
  'create-index',
  'write-rows',
  'create-view',
  'query',
]);

function newLabels(draft: Draft): readonly NewLabel[] {
  const found: NewLabel[] = [];
  for (const [key, type] of draft.catalog.types.entries()) {
    const before = draft.atBegin?.types.get(key);
    // Another type may have taken the name since: its labels came with it.
    if (type.variant !== 'enum' || before?.origin !== type.origin) continue;
    for (const label of type.labels)
      if (!before.labels.includes(label)) found.push({ type, typeText: enumText(type), label });
  }
  return found;
}

interface Use {
  readonly at: Token | Operation['statement'];
  /** The table whose rows decide; null: it is used whatever the rows. */
  readonly needsRows: Table | null;
}

function useOf(draft: Draft, operation: Operation, { typeText, label }: NewLabel): Use | null {
  const { sql, start, end } = operation.statement;
  const tokens = tokensOf(sql.text.slice(start, end), draft.engine.dialect);
  const table = tableOf(draft, operation);
  const columns = columnsOfType(draft, operation, table, typeText);
  const placed = (token: Token): Token => ({ ...token, start: start + token.start, end: start + token.end });
  const literal = tokens.findIndex(
    (token, at) =>
      token.kind === 'string' &&
      token.value === label &&
      (isCast(tokens, at, typeText) ||
        columns.has(comparedWith(tokens, at, draft)) ||
        isDefaultOf(operation, columns, draft)),
  );
  const token = tokens[literal];
  if (token !== undefined) return { at: placed(token), needsRows: null };
  if (operation.kind === 'write-rows' && isInserted(draft, operation, columns, label))
    return { at: operation.statement, needsRows: null };
  const isRetyped =
    operation.kind === 'alter-column' &&
    operation.change.kind === 'set-type' &&
    operation.change.type.name === typeText;
  return isRetyped && table !== null ? { at: operation.statement, needsRows: table } : null;
}

function tableOf(draft: Draft, operation: Operation): Table | null {
  const name = 'table' in operation ? operation.table : undefined;
  if (name === undefined) return null;
  const found = findRelation(draft, name);
  return found.presence === 'present' && found.value.kind === 'table' ? found.value : null;
}

/** Keys of the columns that have the type: those of the table, and those that the statement makes. */
function columnsOfType(draft: Draft, operation: Operation, table: Table | null, typeText: string): ReadonlySet<string> {
  const keys = new Set((table?.columns ?? []).filter(({ type }) => type === typeText).map(({ name }) => name));
  const made =
    operation.kind === 'create-table' ? operation.columns : operation.kind === 'add-column' ? [operation.column] : [];
  for (const { name, type } of made)
    if (type?.name === typeText || type?.identifier?.text === typeText) keys.add(nameKey(name, draft.engine.dialect));
  return keys;
}

/** `'x'::type` */
function isCast(tokens: readonly Token[], at: number, typeText: string): boolean {
  return tokens[at + 1]?.text === '::' && tokens[at + 2]?.value.toLowerCase() === typeText.toLowerCase();
}

/** The column of `c = 'x'`, `c IN ('a', 'x')`. */
function comparedWith(tokens: readonly Token[], at: number, draft: Draft): string {
  let before = at - 1;
  while (tokens[before]?.kind === 'string' || tokens[before]?.text === ',') before--;
  if (tokens[before]?.text === '(' && /^in$/i.test(tokens[before - 1]?.text ?? '')) before--;
  if (!/^(?:=|<>|!=|in)$/i.test(tokens[before]?.text ?? '')) return '';
  const name = /^not$/i.test(tokens[before - 1]?.text ?? '') ? tokens[before - 2] : tokens[before - 1];
  return name === undefined ? '' : draft.engine.dialect.key(name.value, name.kind === 'quoted');
}

/** SET DEFAULT, and the default of a column that is made. */
function isDefaultOf(operation: Operation, columns: ReadonlySet<string>, draft: Draft): boolean {
  if (operation.kind === 'alter-column')
    return operation.change.kind === 'set-default' && columns.has(nameKey(operation.column, draft.engine.dialect));
  return operation.kind === 'add-column' && operation.column.default !== undefined && columns.size > 0;
}

function isInserted(
  draft: Draft,
  operation: Extract<Operation, { kind: 'write-rows' }>,
  columns: ReadonlySet<string>,
  label: string,
): boolean {
  const table = tableOf(draft, operation);
  const tree = readWriteTree(operation, draft.engine.dialect);
  const [arm] = tree?.rows?.arms ?? [];
  if (table === null || arm?.kind !== 'values') return false;
  const keys =
    tree?.columns?.map((name) => nameKey(name, draft.engine.dialect)) ?? table.columns.map(({ name }) => name);
  return arm.rows.some(({ values }) =>
    values.some(
      ({ literal }, at) => literal?.kind === 'string' && literal.text === label && columns.has(keys[at] ?? ''),
    ),
  );
}
