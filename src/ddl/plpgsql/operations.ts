import type { Dialect } from '../../dialects/dialect.ts';
import type { Statement } from '../../sql/statement.ts';
import { sliceSql } from '../../text/sql-text.ts';
import type { Operation, RunCode } from '../operation.ts';
import { parseSql } from '../parse.ts';
import { bodyStatement, literalStart } from '../body-text.ts';
import { readBody } from './read.ts';
import type { BodyStatement, Fragment } from './tree.ts';

/** What a DO block may do to a schema, whichever way it takes; null where it runs what only its run shows. */
export function operationsInside({ variant, body, language, statement }: RunCode, dialect: Dialect): readonly Operation[] | null {
  if (dialect.name !== 'postgres' || variant !== 'do' || body === undefined || (language ?? 'plpgsql') !== 'plpgsql') return null;
  const { inner } = bodyStatement(statement, body);
  return ofAll([readBody(inner, inner, dialect)], inner, dialect);
} // prettier-ignore

function ofAll(statements: readonly BodyStatement[], inner: Statement, dialect: Dialect): readonly Operation[] | null {
  const found: Operation[] = [];
  for (const statement of statements) {
    const operations = ofOne(statement, inner, dialect);
    if (operations === null) return null;
    found.push(...operations);
  }
  return found;
}

function ofOne(statement: BodyStatement, inner: Statement, dialect: Dialect): readonly Operation[] | null {
  switch (statement.kind) {
    case 'sql':
      return statement.parsed.operations.some(({ kind }) => kind === 'opaque') ? null : statement.parsed.operations;
    case 'execute':
      return ofCommand(statement.command, inner, dialect);
    case 'unread':
      return null;
    case 'block': {
      const handlers = statement.handlers.flatMap((handler) => handler.statements);
      return ofAll([...statement.statements, ...handlers], inner, dialect);
    }
    case 'if':
    case 'case': {
      const branches = statement.branches.flatMap((branch) => branch.statements);
      return ofAll([...branches, ...(statement.otherwise ?? [])], inner, dialect);
    }
    case 'loop':
      return ofAll(statement.statements, inner, dialect);
    default:
      return [];
  }
}

function ofCommand({ text, start, end }: Fragment, { sql }: Statement, dialect: Dialect): readonly Operation[] | null {
  const opening = literalStart(text);
  if (opening === null) return null;
  const closing = text.trimEnd().length - (text.trimStart().startsWith("'") ? 1 : opening);
  const command = sliceSql(sql, start + opening, Math.min(end, start + closing));
  return parseSql(command, dialect).flatMap(({ operations }) => operations);
}
