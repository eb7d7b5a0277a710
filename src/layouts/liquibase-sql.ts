import type { SourceFile } from '../text/source-file.ts';
import { sliceSql, sqlTextOfFile } from '../text/sql-text.ts';
import { dbmsOf, dbmsOfContext, type ChangeSet } from './liquibase-changeset.ts';

/** Whether a `.sql` file is a changelog: its first line that is not empty says so. */
export function isFormattedSql({ text }: SourceFile): boolean {
  return /^\s*--\s*liquibase\s*formatted/i.test(text);
}

const CHANGESET = /^[ \t]*--[ \t]*changeset[ \t]+("[^"]*"|[^:\s"]+|[^:\n]+?):("[^"]*"|\S+)(.*)$/gim;

/** The changesets of a formatted SQL file (liquibase-core, FormattedSqlChangeLogParser). */
export function readFormattedSql(file: SourceFile): readonly ChangeSet[] {
  const heads = [...file.text.matchAll(CHANGESET)];
  const sql = sqlTextOfFile(file);
  return heads.map((head, index): ChangeSet => {
    const start = head.index + head[0].length;
    const end = heads[index + 1]?.index ?? file.text.length;
    const [, author = '', id = '', attributes = ''] = head;
    const value = (name: string): string | undefined =>
      new RegExp(`\\b${name}:("[^"]*"|\\S+)`, 'i').exec(attributes)?.[1]?.replace(/"/g, '');
    const body = file.text.slice(start, end);
    const marksRan = /^[ \t]*--[ \t]*preconditions\b.*onFail:["']?(?:MARK_RAN|CONTINUE)/im.test(body);
    return {
      file,
      id: id.replace(/"/g, ''),
      author: author.replace(/"/g, ''),
      parts: [sliceSql(sql, start, end)],
      dbms: [...dbmsOf(value('dbms')), ...dbmsOfContext(value('context') ?? value('contextFilter'))],
      again: againOf(value('runAlways'), value('runOnChange')),
      transaction: value('runInTransaction')?.toLowerCase() !== 'false',
      failOnError: value('failOnError')?.toLowerCase() !== 'false',
      guard: marksRan ? { test: 'unknown', words: 'a precondition of the changeset' } : null,
      unread: [],
      ...(value('ignore')?.toLowerCase() === 'true' ? { parts: [] } : {}),
    };
  });
}

/** Which of the two attributes is set. */
export function againOf(always: string | undefined, onChange: string | undefined): ChangeSet['again'] {
  if (always?.toLowerCase() === 'true') return 'always';
  return onChange?.toLowerCase() === 'true' ? 'on-change' : null;
}
