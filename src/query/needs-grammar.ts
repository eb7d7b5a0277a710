import type { Operation, WriteRows } from '../ddl/operation.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { asksOfTables } from './plain-query.ts';
import { readPlainInsert } from './plain-insert.ts';
import { LONGEST_TEXT, readStatementTree } from './reader.ts';
import type { WriteTree } from './tree.ts';

/** Whether only a grammar tells what a statement reads and writes. */
export function needsGrammar({ operations }: ParsedStatement, dialect: Dialect): boolean {
  return operations.some((operation) => operationNeedsGrammar(operation, dialect));
}

function operationNeedsGrammar(operation: Operation, dialect: Dialect): boolean {
  switch (operation.kind) {
    case 'create-view':
      return true;
    case 'query':
    case 'set-sequence':
      return asksOfTables(operation.statement.sql.text.slice(operation.statement.start, operation.statement.end));
    case 'create-table':
      return operation.asQuery !== undefined;
    case 'create-trigger':
      return dialect.name === 'sqlite';
    case 'create-routine':
      return dialect.name === 'postgres' && operation.body !== undefined;
    case 'run-code':
      return (
        operation.body !== undefined &&
        /\b(?:insert|update|delete|select|perform|merge|execute|if|case|while|for|foreach)\b|:=/i.test(
          operation.body.text,
        )
      );
    case 'write-rows':
      return !isReadAlready(operation) && readPlainInsert(operation, dialect) === null;
    default:
      return false;
  }
}

/** The DDL parser has read all that it names, or there is more of it than a grammar is shown. */
function isReadAlready({ verb, statement, table }: WriteRows): boolean {
  if (verb === 'truncate' || verb === 'copy' || verb === 'load') return true;
  if (statement.end - statement.start > LONGEST_TEXT) return true;
  return (
    verb === 'delete' && table !== undefined && /^[\s;]*$/.test(statement.sql.text.slice(table.end, statement.end))
  );
}

/** What a writing statement names; null where that cannot be told. Offsets count from the statement's start. */
export function readWriteTree(operation: WriteRows, dialect: Dialect): WriteTree | null {
  const plain = readPlainInsert(operation, dialect);
  if (plain !== null) return plain;
  if (isReadAlready(operation)) return null;
  const { sql, start, end } = operation.statement;
  const tree = readStatementTree(sql.text.slice(start, end), dialect);
  return tree?.kind === 'write' ? tree : null;
}
