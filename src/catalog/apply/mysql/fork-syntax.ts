import type { Operation, Range } from '../../../ddl/operation.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';

/**
 * Syntax that only one of the two forks has, although our parser reads both. Checked on MySQL 9.7 and MariaDB 10.11: MySQL
 * has no guards inside ALTER TABLE nor on indexes, MariaDB no keys over expressions.
 */
export function refuseForkSyntax(draft: Draft, operation: Operation): void {
  const { name } = draft.engine.dialect;
  if (name !== 'mysql' && name !== 'mariadb') return;
  const at = name === 'mysql' ? mariadbOnly(operation) : mysqlOnly(operation);
  const foreign = at ?? neither(operation);
  if (foreign !== undefined)
    draft.refuse(errorAt('syntax', syntaxError(draft, operation, foreign), foreign, { kind: 'statement', name: '' }));
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
  if (operation.kind === 'create-index') return operation.keys.find((key) => key.expression !== undefined);
  if (operation.kind === 'create-table') {
    return operation.constraints
      .flatMap((constraint) => ('keys' in constraint ? constraint.keys : []))
      .find((key) => key.expression !== undefined);
  }
  return undefined;
}

/** What another dialect has: partial indexes. */
function neither(operation: Operation): Range | undefined {
  if (operation.kind !== 'create-index' || operation.where === undefined) return undefined;
  const { text } = operation.statement.sql;
  const word = text.slice(0, operation.where.start).toLowerCase().lastIndexOf('where');
  return { start: Math.max(word, operation.statement.start), end: operation.where.end };
}

/** Error 1064 quotes the rest of the statement, at most 80 characters (ER_PARSE_ERROR, `near '%-.80s'`). */
export function syntaxError(draft: Draft, { statement }: Operation, at: Range): string {
  const { text } = statement.sql;
  const line = text.slice(statement.start, at.start).split('\n').length;
  const near = text.slice(at.start, statement.end).slice(0, 80);
  const title = draft.engine.dialect.title;
  return `You have an error in your SQL syntax; check the manual that corresponds to your ${title} server version for the right syntax to use near '${near}' at line ${line}`;
}
