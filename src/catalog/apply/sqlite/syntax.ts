import type { ColumnDefinition, Expression, Operation, Range, TableConstraint } from '../../../ddl/operation.ts';
import type { Version } from '../../../dialects/dialect.ts';
import { sqliteSince } from '../../../dialects/since.ts';
import { syntaxErrorNear } from '../../errors/sqlite.ts';
import type { Draft } from '../draft.ts';
import { errorAt, missingTableError } from '../lookup.ts';
import { findRelation } from '../names.ts';

/** Something that SQLite's grammar refuses, in no version or only in some. */
interface Refused {
  /** The token at which SQLite stops. */
  readonly near: string;
  readonly at: Range;
  /** The version that first accepts it; absent: none does. */
  readonly since?: readonly [number, number];
}

/** Refuses statements that our parser reads and SQLite's does not: guards of other dialects, ALTERs that it lacks. */
export function checkSyntax(draft: Draft, operation: Operation, all: readonly Operation[]): void {
  // The table is looked up before the parser comes to the column (parse.y, add_column_fullname).
  const isGuarded = operation.kind === 'add-column' && operation.ifNotExists !== undefined;
  if (isGuarded && operation.ifTableExists === undefined) {
    const { presence, target } = findRelation(draft, operation.table);
    if (presence === 'absent') draft.refuse(missingTableError(draft, target, 'alter'));
  }
  const refused =
    listRefused(operation, all) ??
    objectRefused(operation) ??
    guardRefused(operation) ??
    clauseRefused(operation, draft.engine.versions.from);
  if (refused === null) return;
  const error = errorAt('syntax', syntaxErrorNear(refused.near), refused.at, {
    kind: 'statement',
    name: operation.kind,
  });
  if (refused.since === undefined) draft.refuse(error);
  else draft.refuseForVersions({ before: refused.since }, error);
}

/** SQLite alters one thing and drops one table per statement. */
function listRefused(operation: Operation, all: readonly Operation[]): Refused | null {
  return all.length > 1 && operation === all[0] ? { near: ',', at: operation.statement } : null;
}

/** Objects that SQLite does not have: it stops at the word for them, or at OR before it. */
function objectRefused(operation: Operation): Refused | null {
  if (!FOREIGN_OBJECTS.has(operation.kind)) return null;
  const { sql, start, end } = operation.statement;
  const words = /^(?:comment\b|(?:create|alter|drop)\s+(?:temp(?:orary)?\s+)?(\w+))/i.exec(sql.text.slice(start, end));
  if (words === null) return null;
  const near = words[1] ?? words[0];
  return { near, at: { start: start + words[0].length - near.length, end: start + words[0].length } };
}

const FOREIGN_OBJECTS: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>([
  'create-object',
  'alter-object',
  'drop-object',
  'create-type',
  'alter-type',
  'create-routine',
  'comment-on',
]);

/** sqlite.org/syntax/alter-table-stmt.html knows no IF [NOT] EXISTS; CREATE and DROP know no OR REPLACE and CASCADE. */
function guardRefused(operation: Operation): Refused | null {
  const { ifTableExists, orReplace } = operation as { readonly ifTableExists?: Range; readonly orReplace?: Range };
  if (ifTableExists !== undefined) return { near: 'EXISTS', at: ifTableExists };
  if (operation.kind === 'add-column' && operation.ifNotExists !== undefined)
    return { near: 'EXISTS', at: operation.ifNotExists };
  const isColumnGuard =
    operation.kind === 'drop-column' || operation.kind === 'rename-column' || operation.kind === 'alter-column';
  if (isColumnGuard && operation.ifExists !== undefined) return { near: 'EXISTS', at: operation.ifExists };
  if (orReplace !== undefined) return { near: 'OR', at: orReplace };
  if ('cascade' in operation && operation.cascade) return { near: 'CASCADE', at: operation.statement };
  return null;
}

function clauseRefused(operation: Operation, from: Version): Refused | null {
  switch (operation.kind) {
    case 'add-constraint':
      return constraintRefused(operation.constraint, from);
    case 'drop-constraint':
      return operation.variant === undefined
        ? { near: 'CONSTRAINT', at: operation.statement, since: sqliteSince.alteredConstraints }
        : { near: 'KEY', at: operation.statement };
    case 'alter-column': {
      const known = operation.change.kind === 'set-not-null' || operation.change.kind === 'drop-not-null';
      if (known) return { near: 'ALTER', at: operation.statement, since: sqliteSince.alteredConstraints };
      // From 3.53 on the parser goes on to the word after SET, or to TYPE.
      return {
        near: knowsConstraints(from) ? (operation.change.kind === 'set-type' ? 'TYPE' : 'DEFAULT') : 'ALTER',
        at: operation.statement,
      };
    }
    case 'modify-column':
      return { near: 'MODIFY', at: operation.statement };
    case 'rename-constraint':
      return { near: 'CONSTRAINT', at: operation.constraint };
    case 'create-index':
      if (operation.inAlterTable) return { near: 'INDEX', at: operation.statement };
      // CONCURRENTLY is taken for the name of the index.
      if (operation.concurrently !== undefined && operation.index !== undefined)
        return { near: operation.index.name.text, at: operation.index };
      return operation.method === undefined
        ? arrowIn([...operation.keys.map(({ expression }) => expression), operation.where])
        : { near: 'USING', at: operation.statement };
    case 'drop-column':
      return { near: 'DROP', at: operation.statement, since: sqliteSince.dropColumn };
    case 'rename-column':
      return { near: 'COLUMN', at: operation.statement, since: sqliteSince.renameColumn };
    case 'add-column':
      return newerInColumns([operation.column]);
    case 'create-table': {
      const newer = newerInColumns(operation.columns);
      if (newer !== null) return newer;
      return operation.strict === true
        ? { near: 'STRICT', at: operation.statement, since: sqliteSince.strictTables }
        : null;
    }
    default:
      return null;
  }
}

/** Generated columns, and `->` in what is generated or checked. */
function newerInColumns(columns: readonly ColumnDefinition[]): Refused | null {
  for (const { generated, checks } of columns) {
    // GENERATED ALWAYS are words of the type to an older parser.
    if (generated !== undefined) return { near: 'AS', at: generated.expression, since: sqliteSince.generatedColumns };
    const arrow = arrowIn(checks.map(({ expression }) => expression));
    if (arrow !== null) return arrow;
  }
  return null;
}

/** `->` and `->>`: before, the parser read a minus. */
function arrowIn(expressions: readonly (Expression | undefined)[]): Refused | null {
  for (const expression of expressions) {
    const near = /->(>?)/.exec(expression?.text.replace(/'[^']*'/g, '') ?? '');
    if (near !== null && expression !== undefined)
      return { near: `>${near[1] ?? ''}`, at: expression, since: sqliteSince.jsonArrows };
  }
  return null;
}

function knowsConstraints(version: Version): boolean {
  return version[0] > 3 || version[1] >= 53;
}

function constraintRefused(constraint: TableConstraint, from: Version): Refused {
  if (constraint.kind === 'check')
    return {
      near: constraint.name === undefined ? 'CHECK' : 'CONSTRAINT',
      at: constraint,
      since: sqliteSince.alteredConstraints,
    };
  if (constraint.name !== undefined && !knowsConstraints(from)) return { near: 'CONSTRAINT', at: constraint };
  const words: Readonly<Record<string, string>> = {
    unique: 'UNIQUE',
    'foreign-key': 'FOREIGN',
    'primary-key': 'PRIMARY',
    index: 'INDEX',
  };
  return { near: words[constraint.kind] ?? 'CONSTRAINT', at: constraint };
}
