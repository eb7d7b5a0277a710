import { readFileSync, readdirSync } from 'node:fs';
import type { DialectName } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { splitSql } from '../../src/sql/split.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

const root = new URL('../../fixtures/split/', import.meta.url);

export interface Golden {
  readonly name: string;
  readonly text: string;
  /** What the splitter must give, in the notation of `describeStatements`. */
  readonly expected: string;
}

/** The pairs `fixtures/split/<dialect>/<name>.sql` and `.expected`. */
export function goldens(dialect: DialectName): readonly Golden[] {
  const folder = new URL(`${dialect}/`, root);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => ({
    name: `${dialect}/${name}`,
    text: readFileSync(new URL(name, folder), 'utf8'),
    expected: readFileSync(new URL(name.replace(/\.sql$/, '.expected'), folder), 'utf8'),
  }));
}

export function split(text: string, dialect: DialectName): readonly Statement[] {
  return splitSql(sqlTextOfFile({ path: 'test.sql', text }), dialects[dialect]);
}

export function source(statement: Statement): string {
  return statement.sql.text.slice(statement.start, statement.end);
}

/** Each statement under a line that says what it is. */
export function describeStatements(statements: readonly Statement[]): string {
  return statements.map((statement) => `[${facts(statement).join(', ')}]\n${source(statement)}\n`).join('');
}

function facts(statement: Statement): readonly string[] {
  const words: string[] = [statement.kind];
  if (statement.hasPlaceholder) words.push('placeholder');
  if (!statement.terminated) words.push('not terminated');
  return words;
}
