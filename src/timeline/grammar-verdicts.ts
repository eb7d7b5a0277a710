import type { Operation, Range } from '../ddl/operation.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { loadGrammar, type Grammar } from '../query/grammar.ts';
import type { History } from './history.ts';

/**
 * Shows the statements that our parser cannot read, or not in full, to the engine's own grammar, which is loaded only if there are any. A
 * statement with a placeholder is no SQL yet, so no grammar may judge it.
 */
export async function withGrammarVerdicts(histories: readonly History[]): Promise<readonly History[]> {
  const grammars = new Map<DialectName, Promise<Grammar | null>>();
  return Promise.all(
    histories.map(async (history) => {
      const { name } = history.deployment.engine.dialect;
      const unread = history.statements.map(({ parsed }) => parsed).filter((parsed) => isUnread(parsed, name));
      if (unread.length === 0) return history;
      const loading = grammars.get(name) ?? loadGrammar(name);
      grammars.set(name, loading);
      const grammar = await loading;
      return grammar === null ? history : { ...history, rejected: rejectedBy(grammar, unread) };
    }),
  );
}

function isUnread({ statement, operations }: ParsedStatement, dialect: DialectName): boolean {
  if (statement.hasPlaceholder) return false;
  const text = statement.sql.text.slice(statement.start, statement.end);
  const hasCast = dialect !== 'postgres' && text.includes('::');
  if (!hasCast && !operations.every(({ kind }) => kind === 'opaque') && !operations.some(holdsUnreadPart)) return false;
  // Inside quotes a template is no placeholder to the lexer, and may hold quotes itself: `"{{ index .Options "x" }}"`.
  return !/\{\{|\$\{|<%/.test(text);
}

/** A clause that was stepped over: `AUTO_INCREMENT` in PostgreSQL. */
function holdsUnreadPart(operation: Operation): boolean {
  switch (operation.kind) {
    case 'create-table':
      return [operation, ...operation.columns, ...operation.constraints].some(isUnreadIn);
    case 'add-column':
      return isUnreadIn(operation.column);
    case 'create-index':
      return isUnreadIn(operation);
    default:
      return false;
  }
}

function isUnreadIn({ opaque }: { readonly opaque?: readonly Range[] }): boolean {
  return opaque !== undefined && opaque.length > 0;
}

function rejectedBy(grammar: Grammar, statements: readonly ParsedStatement[]): History['rejected'] {
  const rejected = new Map<ParsedStatement, { readonly error: string; readonly at: number }>();
  for (const parsed of statements) {
    const { sql, start, end } = parsed.statement;
    const verdict = grammar.judge(sql.text.slice(start, end));
    if (!verdict.accepted) rejected.set(parsed, { error: verdict.error, at: start + verdict.at });
  }
  return rejected;
}
