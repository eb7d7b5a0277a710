import { bodyStatement } from '../../../ddl/body-text.ts';
import type { CreateRoutine } from '../../../ddl/operation.ts';
import { readStatementTree } from '../../../query/reader.ts';
import { splitSql } from '../../../sql/split.ts';
import { sliceSql } from '../../../text/sql-text.ts';
import { Draft } from '../draft.ts';
import { resolve } from '../query/check.ts';

/**
 * LANGUAGE sql: the tables and columns of the body's queries are looked up when it is made, unless check_function_bodies is off
 * (manual, 20.11.1); those of its DDL are not. A search path of its own is not followed.
 */
export function checkSqlBody(draft: Draft, operation: CreateRoutine): void {
  const { body, language, argumentNames, statement } = operation;
  if (body === undefined || (language ?? 'sql') !== 'sql' || draft.session.checkFunctionBodies === false) return;
  const head = statement.sql.text.slice(statement.start, statement.end).replace(body.text, '');
  if (/\bset\s+search_path\b/i.test(head)) return;
  const { inner } = bodyStatement(statement, body);
  const { dialect } = draft.engine;
  const names = new Set(argumentNames.map((name) => dialect.key(name, false)));
  const routine = dialect.key(operation.routine.name.text, operation.routine.name.quoted);
  const isVariable = ([first = '']: readonly string[]): boolean => names.has(first) || first === routine;
  const inside = new Draft(draft.database, draft.engine, [], isVariable);
  for (const part of splitSql(sliceSql(inner.sql, inner.start, inner.end), dialect)) {
    // RETURN expression is SELECT expression (manual, CREATE FUNCTION, sql_body); the words are of one length.
    const text = part.sql.text.slice(part.start, part.end).replace(/^return\b/i, 'SELECT');
    if (!/^\s*(?:select|with|insert|update|delete|merge|values)\b/i.test(text)) continue;
    const tree = readStatementTree(text, dialect);
    if (tree === null) continue;
    const { fault, doubt } = resolve(inside, tree, { text, offset: inner.start + part.start, schema: null });
    if (fault?.class === 'missing-table' || fault?.class === 'missing-column') draft.refuse(fault);
    if (doubt !== null && doubt.error.class === 'missing-table' && !isOfEngine(doubt.error.object.name))
      draft.doubt(doubt.why, doubt.error);
  }
}

function isOfEngine(name: string): boolean {
  return name.startsWith('pg_');
}
