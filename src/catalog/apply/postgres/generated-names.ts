import type { Expression, IndexKey, Name, TableConstraint } from '../../../ddl/operation.ts';
import type { Dialect } from '../../../dialects/dialect.ts';
import type { Relation, Table } from '../../catalog.ts';
import { entriesWith } from '../../reverse-index.ts';
import { tokensOf, withoutOuterParentheses, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { nameKey, objectKey } from '../names.ts';

/** The name of a constraint for which a statement gives none. */
export function postgresConstraintName(draft: Draft, table: Table, constraint: TableConstraint): string {
  const { dialect } = draft.engine;
  const first = table.name;
  switch (constraint.kind) {
    case 'primary-key':
      return freeRelationName(draft, table, { first, second: null, label: 'pkey', ofConstraint: true });
    case 'unique':
    case 'exclude': {
      const included = constraint.kind === 'unique' ? (constraint.include ?? []) : [];
      const second = columnsPart(indexKeyNames(constraint.keys, included, dialect));
      return freeRelationName(draft, table, {
        first,
        second,
        label: constraint.kind === 'unique' ? 'key' : 'excl',
        ofConstraint: true,
      });
    }
    case 'foreign-key': {
      const second = columnsPart(constraint.columns.map((column) => nameKey(column, dialect)));
      return freeConstraintName(draft, table, { first, second, label: 'fkey' });
    }
    case 'check': {
      const [only, ...others] = new Set(
        constraint.expression.columns.map((reference) => nameKey(reference.column, dialect)),
      );
      return freeConstraintName(draft, table, {
        first,
        second: others.length === 0 ? (only ?? null) : null,
        label: 'check',
      });
    }
    case 'not-null':
      return freeConstraintName(draft, table, {
        first,
        second: nameKey(constraint.column, dialect),
        label: 'not_null',
      });
    case 'index':
      return postgresIndexName(draft, table, constraint.keys);
  }
}

/** The name of an index that CREATE INDEX leaves out. */
export function postgresIndexName(
  draft: Draft,
  table: Table,
  keys: readonly IndexKey[],
  include: readonly Name[] = [],
): string {
  const second = columnsPart(indexKeyNames(keys, include, draft.engine.dialect));
  return freeRelationName(draft, table, { first: table.name, second, label: 'idx', ofConstraint: false });
}

/** The name of the sequence behind a serial or identity column. */
export function postgresSequenceName(
  draft: Draft,
  table: { readonly schema: string; readonly name: string },
  column: string,
): string {
  return freeRelationName(draft, table, { first: table.name, second: column, label: 'seq', ofConstraint: false });
}

/** NAMEDATALEN - 1. */
const NAME_BYTES = 63;

/** `table_column_label`, each part shortened as makeObjectName does (src/backend/commands/indexcmds.c). */
function objectName(first: string, second: string | null, label: string, dialect: Dialect): string {
  const room = NAME_BYTES - label.length - 1 - (second === null ? 0 : 1);
  let firstBytes = byteLength(first);
  let secondBytes = second === null ? 0 : byteLength(second);
  while (firstBytes + secondBytes > room) {
    if (firstBytes > secondBytes) firstBytes--;
    else secondBytes--;
  }
  const parts = [cut(first, firstBytes), ...(second === null ? [] : [cut(second, secondBytes)]), label];
  return dialect.key(parts.join('_'), true);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function cut(text: string, bytes: number): string {
  let kept = text;
  while (byteLength(kept) > bytes) kept = kept.slice(0, -1);
  return kept;
}

/** A table that is being made or altered: its parts are not in the catalog yet. */
type NamedTable = { readonly schema: string; readonly name: string } & Partial<Pick<Table, 'indexes' | 'constraints'>>;

interface NameParts {
  readonly first: string;
  readonly second: string | null;
  readonly label: string;
}

/** A name for an index or sequence that nothing in the schema has yet (ChooseRelationName). */
function freeRelationName(
  draft: Draft,
  table: NamedTable,
  parts: NameParts & { readonly ofConstraint: boolean },
): string {
  return firstFree(parts, draft.engine.dialect, (name) => {
    const isIndex =
      table.indexes?.some((index) => index.name === name) === true ||
      draft.catalog.indexOwners.has(draft.indexKey(table.schema, name));
    const isRelation = draft.catalog.relations.has(objectKey(table.schema, name, draft.engine.dialect));
    return isIndex || isRelation || (parts.ofConstraint && isConstraintNameTaken(draft, table, name));
  });
}

/** A name for a check or foreign key that no constraint of the schema has yet (ChooseConstraintName). */
function freeConstraintName(draft: Draft, table: NamedTable, parts: NameParts): string {
  return firstFree(parts, draft.engine.dialect, (name) => isConstraintNameTaken(draft, table, name));
}

function firstFree(parts: NameParts, dialect: Dialect, isTaken: (name: string) => boolean): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(parts.first, parts.second, pass === 0 ? parts.label : `${parts.label}${pass}`, dialect);
    if (!isTaken(name)) return name;
  }
}

/** Constraint names need only be free on their table, but made-up ones avoid those of the whole schema. */
function isConstraintNameTaken(draft: Draft, table: NamedTable, name: string): boolean {
  if (table.constraints?.some((constraint) => constraint.name === name) === true) return true;
  return entriesWith(draft.catalog.relations, constraintNames, `${table.schema}.${name}`).length > 0;
}

const constraintNames = (relation: Relation): readonly string[] =>
  relation.kind === 'table' ? relation.constraints.map(({ name }) => `${relation.schema}.${name ?? ''}`) : [];

/** The part of an index name that stands for its columns (ChooseIndexNameAddition). */
function columnsPart(names: readonly string[]): string {
  let joined = '';
  for (const name of names) {
    joined += joined === '' ? name : `_${name}`;
    if (byteLength(joined) >= NAME_BYTES + 1) break;
  }
  return joined;
}

/** The names that an index gives to its keys: columns keep theirs, expressions take that of a function or `expr`. */
function indexKeyNames(keys: readonly IndexKey[], included: readonly Name[], dialect: Dialect): readonly string[] {
  const names: string[] = [];
  for (const key of keys) names.push(unused(keyName(key, dialect), names));
  for (const name of included) names.push(unused(nameKey(name, dialect), names));
  return names;
}

function keyName(key: IndexKey, dialect: Dialect): string {
  if (key.column !== undefined) return nameKey(key.column, dialect);
  return key.expression === undefined ? 'expr' : expressionName(key.expression, dialect);
}

function unused(name: string, taken: readonly string[]): string {
  for (let pass = 0; ; pass++) {
    const candidate = pass === 0 ? name : `${name}${pass}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** FigureIndexColname: the function that makes the value, the type it is cast to, else `expr`. */
function expressionName(expression: Expression, dialect: Dialect): string {
  return nameOfTokens(withoutOuterParentheses(tokensOf(expression.text, dialect)), dialect) ?? 'expr';
}

function nameOfTokens(tokens: readonly Token[], dialect: Dialect): string | null {
  const collate = lastAtTopLevel(tokens, (token) => /^collate$/i.test(token.text));
  if (collate > 0) return nameOfTokens(withoutOuterParentheses(tokens.slice(0, collate)), dialect);
  const cast = lastAtTopLevel(tokens, (token) => token.text === '::');
  if (cast > 0) return nameOfCast(tokens, cast, dialect);
  const open = tokens.findIndex((token) => token.text === '(');
  const path = open < 0 ? tokens : tokens.slice(0, open);
  const last = path.at(-1);
  if (last === undefined || !isPath(path)) return null;
  if (open >= 0 && closing(tokens, open) !== tokens.length - 1) return null;
  if (/^case$/i.test(last.text)) return 'case';
  return dialect.key(last.value, last.kind === 'quoted');
}

function nameOfCast(tokens: readonly Token[], cast: number, dialect: Dialect): string | null {
  // `a + b::text` casts only b: the whole is an operator, which has no name.
  const inner = nameOfTokens(withoutOuterParentheses(tokens.slice(0, cast)), dialect);
  if (inner !== null) return inner;
  const isWhole = tokens[0]?.text === '(' ? closing(tokens, 0) === cast - 1 : cast === 1;
  const type = tokens[cast + 1];
  if (!isWhole || type === undefined) return null;
  return INTERNAL_TYPE_NAMES.get(type.text.toLowerCase()) ?? dialect.key(type.value, type.kind === 'quoted');
}

/** Names that the grammar gives to types with a spelling of their own. */
const INTERNAL_TYPE_NAMES = new Map([
  ['integer', 'int4'], ['int', 'int4'], ['bigint', 'int8'], ['smallint', 'int2'], ['boolean', 'bool'], ['real', 'float4'],
  ['double', 'float8'], ['decimal', 'numeric'], ['character', 'bpchar'], ['char', 'bpchar'], ['timestamp', 'timestamp'],
]); // prettier-ignore

function isPath(tokens: readonly Token[]): boolean {
  return tokens.every((token, at) =>
    at % 2 === 0 ? token.kind === 'word' || token.kind === 'quoted' : token.text === '.',
  );
}

function lastAtTopLevel(tokens: readonly Token[], test: (token: Token) => boolean): number {
  let depth = 0;
  let found = -1;
  tokens.forEach((token, at) => {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (depth === 0 && test(token)) found = at;
  });
  return found;
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth++;
    else if (tokens[at]?.text === ')' && --depth === 0) return at;
  }
  return -1;
}
