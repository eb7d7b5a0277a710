import type { ColumnDefinition, DropIndex, Operation, Range } from '../../../ddl/operation.ts';
import { mariadb } from '../../../dialects/mariadb.ts';
import { tokensOf } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/**
 * Syntax that only one of the two forks has, although our parser reads both. Checked on MySQL 9.7 and MariaDB 10.11: MySQL
 * has no guards inside ALTER TABLE nor on indexes, MariaDB no keys over expressions and no arrows into JSON.
 */
export function refuseForkSyntax(draft: Draft, operation: Operation): void {
  const { name } = draft.engine.dialect;
  if (name !== 'mysql' && name !== 'mariadb') return;
  const at = name === 'mysql' ? mariadbOnly(operation) : mysqlOnly(operation);
  const foreign = at ?? partialIndex(operation);
  if (foreign !== undefined) refuseSyntax(draft, operation, foreign);
}

function mariadbOnly(operation: Operation): Range | undefined {
  switch (operation.kind) {
    case 'add-column':
      return operation.ifTableExists ?? operation.ifNotExists;
    case 'drop-column':
    case 'modify-column':
    case 'rename-column':
      return operation.ifTableExists ?? operation.ifExists;
    case 'create-index':
      return operation.ifTableExists ?? operation.orReplace ?? operation.ifNotExists;
    case 'drop-index':
    case 'rename-index':
      return operation.ifExists;
    case 'add-constraint':
      return operation.ifTableExists ?? operation.ifNotExists ?? guardOf(operation.constraint);
    case 'drop-constraint':
      return operation.ifTableExists ?? operation.ifExists;
    case 'alter-column':
    case 'rename-table':
    case 'set-table-option':
      return operation.ifTableExists;
    case 'create-table':
      return operation.orReplace;
    default:
      return undefined;
  }
}

function guardOf(constraint: { readonly ifNotExists?: Range } | object): Range | undefined {
  return 'ifNotExists' in constraint ? constraint.ifNotExists : undefined;
}

function mysqlOnly(operation: Operation): Range | undefined {
  const arrow = jsonArrow(operation);
  if (arrow !== undefined) return arrow;
  if (operation.kind === 'drop-index') return onlineOption(operation);
  if (operation.kind === 'create-index') return operation.keys.find((key) => key.expression !== undefined);
  if (operation.kind === 'create-table') {
    return operation.constraints
      .flatMap((constraint) => ('keys' in constraint ? constraint.keys : []))
      .find((key) => key.expression !== undefined);
  }
  return undefined;
}

/** `column -> '$.path'`: MariaDB reads a minus and stumbles over what follows. */
function jsonArrow({ statement: { sql, start, end } }: Operation): Range | undefined {
  const text = sql.text.slice(start, end);
  if (!text.includes('->')) return undefined;
  const tokens = tokensOf(text, mariadb);
  const arrow = tokens.find((token) => token.kind === 'symbol' && text.startsWith('->', token.start));
  return arrow === undefined ? undefined : { start: start + arrow.start + 1, end };
}

/** DROP INDEX i ON t ALGORITHM = INPLACE LOCK = NONE: MariaDB takes these options in ALTER TABLE alone. */
function onlineOption({ statement: { sql, start, end }, table }: DropIndex): Range | undefined {
  if (table === undefined || !/^drop/i.test(sql.text.slice(start, start + 4))) return undefined;
  const option = /^\s*(?=(?:algorithm|lock)\b)/i.exec(sql.text.slice(table.end, end));
  return option === null ? undefined : { start: table.end + option[0].length, end };
}

/** Other dialects have partial indexes. */
function partialIndex(operation: Operation): Range | undefined {
  if (operation.kind !== 'create-index' || operation.where === undefined) return undefined;
  const { start, end } = operation.where;
  const word = operation.statement.sql.text.slice(0, start).toLowerCase().lastIndexOf('where');
  return { start: Math.max(word, operation.statement.start), end };
}

/** VARCHAR and VARBINARY have no length of their own. */
export function refuseMissingLength(draft: Draft, operation: Operation, { type }: ColumnDefinition): void {
  if (type === undefined || !WITH_LENGTH.test(type.name) || type.arguments.length > 0) return;
  const { sql, end } = operation.statement;
  refuseSyntax(draft, operation, { start: nextToken(sql.text, type.end), end });
}

/** Clauses of a column that stand where the grammar has no place for them (sql_yacc.yy, field_spec and column_def). */
export function refuseMisplacedClause(draft: Draft, operation: Operation, definition: ColumnDefinition): void {
  const at = misplaced(draft, operation, definition);
  if (at !== undefined) refuseSyntax(draft, operation, at);
}

function refuseSyntax(draft: Draft, operation: Operation, at: Range): never {
  return draft.refuse(errorAt('syntax', syntaxError(draft, operation, at), at, { kind: 'statement', name: '' }));
}

function misplaced(draft: Draft, operation: Operation, definition: ColumnDefinition): Range | undefined {
  const { references, generated } = definition;
  if (references !== undefined) {
    if (operation.kind === 'modify-column') return references;
    const after = nextToken(operation.statement.sql.text, references.end);
    if (after < definition.end) return { start: after, end: definition.end };
  }
  if (generated === undefined || draft.engine.dialect.name !== 'mariadb') return undefined;
  const clauses = [
    definition.notNullRange,
    clauseOfDefault(operation, definition),
    definition.primaryKey,
    references,
    definition.autoIncrement,
  ];
  return clauses
    .flatMap((clause) => (clause !== undefined && clause.start > generated.expression.end ? [clause] : []))
    .toSorted((left, right) => left.start - right.start)[0];
}

/** With its word. */
function clauseOfDefault({ statement }: Operation, definition: ColumnDefinition): Range | undefined {
  if (definition.default === undefined) return undefined;
  const { start, end } = definition.default;
  return { start: statement.sql.text.slice(0, start).toLowerCase().lastIndexOf('default'), end };
}

const WITH_LENGTH = /^(?:n?varchar|varbinary|(?:national )?(?:char|character) varying|national varchar)$/;

/** Types of each fork, aliases included (manual 13; MariaDB "Data Types"). Others are those of another dialect, or slips. */
const SHARED_TYPES =
  'tinyint smallint mediumint middleint int integer bigint int1 int2 int3 int4 int8 bool boolean decimal dec numeric fixed float float4 float8 double real bit serial char character varchar varcharacter nchar nvarchar national binary varbinary tinytext text mediumtext longtext tinyblob blob mediumblob longblob long enum set json date time datetime timestamp year geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection vector';
const TYPES: Readonly<Record<'mysql' | 'mariadb', ReadonlySet<string>>> = {
  mysql: new Set(`${SHARED_TYPES} geomcollection`.split(' ')),
  mariadb: new Set(`${SHARED_TYPES} number varchar2 raw clob uuid inet4 inet6 row xmltype sys_refcursor`.split(' ')),
};

/** A type that the engine does not have. MariaDB takes any word for a type at first, MySQL's grammar does not. */
export function refuseUnknownType(draft: Draft, operation: Operation, { type }: ColumnDefinition): void {
  const { name } = draft.engine.dialect;
  if (type?.identifier === undefined || type.identifier.quoted || type.schema !== undefined) return;
  if (operation.statement.hasPlaceholder || (name !== 'mysql' && name !== 'mariadb')) return;
  if (type.arrayDepth > 0 || TYPES[name].has(type.name.split(' ')[0] ?? '')) return;
  if (name === 'mysql') refuseSyntax(draft, operation, type);
  const written = operation.statement.sql.text.slice(type.identifier.start, type.identifier.end);
  draft.refuse(errorAt('syntax', `Unknown data type: '${written}'`, type, { kind: 'statement', name: '' }));
}

function nextToken(text: string, at: number): number {
  return at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
}

/** Error 1064 quotes the rest of the statement, at most 80 characters (ER_PARSE_ERROR, `near '%-.80s'`); MariaDB's last three are dots then. */
export function syntaxError(draft: Draft, { statement }: Operation, at: Range): string {
  const { text } = statement.sql;
  const line = text.slice(statement.start, at.start).split('\n').length;
  const rest = text.slice(at.start, statement.end);
  const { name, title } = draft.engine.dialect;
  const near = rest.length > 80 && name === 'mariadb' ? `${rest.slice(0, 77)}...` : rest.slice(0, 80);
  return `You have an error in your SQL syntax; check the manual that corresponds to your ${title} server version for the right syntax to use near '${near}' at line ${line}`;
}
