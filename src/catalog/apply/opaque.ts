import type { Name, Opaque, Operation, QualifiedName, RunCode } from '../../ddl/operation.ts';
import { isName } from '../canonical.ts';
import type { Engine } from '../../dialects/dialect.ts';
import type { SourceFile } from '../../text/source-file.ts';
import type { Database, Relation, UserType } from '../catalog.ts';
import type { Outcome } from '../outcome.ts';
import { tokensOf, type Token } from '../tokens.ts';
import { Draft, originOf } from './draft.ts';
import { openTable } from './lookup.ts';
import { targetForCreation } from './names.ts';
import { withValues } from './rows.ts';

/**
 * A statement that is not read, or code that the engine runs: every table that its text mentions becomes unsure, and what
 * it may create may exist.
 */
export function touchUnread(draft: Draft, operation: Opaque | RunCode): Outcome {
  touchMentioned(draft, tokensOfUnread(draft, operation), operation);
  const why =
    operation.kind === 'opaque' ? `not read: ${operation.reason}` : `what ${operation.variant} runs is not read`;
  return { kind: 'unsure', why };
}

/** The words of a statement that is not read, those of its strings among them. */
export function tokensOfUnread(draft: Draft, operation: Opaque | RunCode): readonly Token[] {
  return tokensOf(textOf(draft, operation), draft.engine.dialect);
}

/** The same for code of which these are the tokens. */
export function touchMentioned(draft: Draft, tokens: readonly Token[], operation: Unread): void {
  openMentioned(draft, tokens);
  for (const name of namesCreated(tokens, operation)) suspect(draft, operation, name);
  for (const name of typesCreated(tokens, operation)) suspectType(draft, operation, name);
}

function textOf(draft: Draft, operation: Opaque | RunCode): string {
  const { sql, start, end } = operation.statement;
  const whole = sql.text.slice(start, end);
  // A body in dollar quotes or a string is one token of the whole: its own text stands apart.
  const body = operation.kind === 'run-code' ? (operation.body?.text ?? codeElsewhere(draft, operation)) : undefined;
  // A procedure that puts its statements together is given names as strings: CALL drop_index('users', 'users_name').
  const written = operation.kind === 'run-code' && operation.variant === 'call' ? unquoted(whole) : whole;
  return body === undefined ? written : `${written} ${unquoted(body)}`;
}

/** The code that a CALL or EXECUTE runs stands in the routine, or in strings that were put together just before. */
function codeElsewhere(draft: Draft, { variant, name, statement }: RunCode): string | undefined {
  if (variant === 'call') {
    const wanted = name?.name.text.toLowerCase();
    return [...draft.catalog.routines.values()].find((routine) => routine.name.toLowerCase() === wanted)?.text;
  }
  // PostgreSQL prepares queries only.
  if (variant !== 'execute' || draft.engine.dialect.name === 'postgres') return undefined;
  return statement.sql.text.slice(Math.max(0, statement.start - STRINGS_BEFORE), statement.start);
}

/** How far before an EXECUTE its text is looked for, in characters. */
const STRINGS_BEFORE = 4000;

/** A body's code, without its quotes. */
export function unquoted(body: string): string {
  return body.replace(/^\$\w*\$|\$\w*\$$/g, ' ').replaceAll("'", ' ');
}

/** Every relation of which the text has the name, in whatever schema: code may set its own search path. */
function openMentioned(draft: Draft, tokens: readonly Token[]): void {
  const { dialect } = draft.engine;
  const names = new Set(tokens.filter(isName).map(({ kind, value }) => dialect.tableKey(value, kind === 'quoted')));
  for (const [key, relation] of [...draft.catalog.relations.entries()])
    if (names.has(dialect.tableKey(relation.name, true))) {
      draft.putRelation(key, unsureVersion(relation));
      openTriggers(draft, key);
    }
}

/** The triggers of a table go with it. */
function openTriggers(draft: Draft, table: string): void {
  for (const [key, trigger] of draft.catalog.triggers.entries()) {
    if (trigger.table !== table || !trigger.certain) continue;
    const triggers = draft.catalog.triggers.set(key, { ...trigger, certain: false });
    draft.catalog = { ...draft.catalog, triggers };
  }
}

/** The database after code of another language, which is not read: every relation that it names, whatever quotes it in. */
export function afterUnreadCode(database: Database, { text }: SourceFile, engine: Engine): Database {
  const draft = new Draft(database, engine);
  openMentioned(draft, tokensOf(text.replace(/[`"']/g, ' '), engine.dialect));
  draft.catalog = { ...draft.catalog, open: true };
  return draft.database;
}

/** The relation as it is after something unseen happened to it. */
export function unsureVersion(relation: Relation): Relation {
  if (relation.kind !== 'table') return { ...relation, certain: false };
  return {
    ...relation,
    certain: false,
    open: true,
    absent: [],
    absentIndexes: [],
    columns: withValues(relation).columns.map((column) => ({ ...column, certain: false })),
    indexes: relation.indexes.map((index) => ({ ...index, certain: false })),
    constraints: relation.constraints.map((constraint) => ({ ...constraint, certain: false })),
  };
}

/** The statement that it belongs to. */
type Unread = Pick<Operation, 'statement'>;

/** Names that stand after CREATE [OR REPLACE] [TEMP] TABLE or VIEW [IF NOT EXISTS]. */
function namesCreated(tokens: readonly Token[], operation: Unread): readonly QualifiedName[] {
  return tokens.flatMap((token, at) =>
    /^(?:table|view|sequence|into|to)$/i.test(token.text) ? nameAt(tokens, at + 1, operation) : [],
  );
}

function typesCreated(tokens: readonly Token[], operation: Unread): readonly QualifiedName[] {
  return tokens.flatMap((token, at) =>
    /^(?:type|domain)$/i.test(token.text) && /^create$/i.test(tokens[at - 1]?.text ?? '')
      ? nameAt(tokens, at + 1, operation)
      : [],
  );
}

/** The name that stands there, its words of a guard stepped over. Where in the code it stands is not known. */
function nameAt(tokens: readonly Token[], start: number, { statement }: Unread): readonly QualifiedName[] {
  let at = start;
  while (/^(?:if|not|exists|only)$/i.test(tokens[at]?.text ?? '')) at++;
  const range = { start: statement.start, end: statement.end };
  const named = (token: Token): Name => ({ ...range, text: token.value, quoted: token.kind === 'quoted' });
  const first = tokens[at];
  const last = tokens[at + 1]?.text === '.' ? tokens[at + 2] : first;
  if (first === undefined || last === undefined || !isName(last)) return [];
  return [{ ...range, name: named(last), ...(first === last ? {} : { schema: named(first) }) }];
}

function suspect(draft: Draft, operation: Unread, name: QualifiedName): void {
  const target = targetForCreation(draft, name);
  if (draft.catalog.relations.has(target.key)) return;
  draft.putRelation(target.key, { ...openTable(operation, target, false), origin: originOf(operation, name) });
}

/** Of which kind it is, and with which labels, is not known either. */
function suspectType(draft: Draft, operation: Unread, name: QualifiedName): void {
  const target = targetForCreation(draft, name);
  if (draft.catalog.types.has(target.key)) return;
  const type: UserType = {
    schema: target.schema,
    name: target.name,
    variant: 'base',
    labels: [],
    text: '',
    origin: originOf(operation, name),
    certain: false,
  };
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(target.key, type) };
}
