import type { DdlFacts, Dialect, LexicalFacts } from './dialect.ts';

/**
 * MySQL manual 11.2.3: column, index, routine and event names are never case-sensitive, quoted or not. Accents count, and
 * case folds beyond ASCII (run on MariaDB 10.11: `É` and `é` clash, `é` and `e` do not).
 */
export function mysqlKey(text: string): string {
  return text.toLowerCase();
}

/** The same section: tables, databases and triggers are files, case-sensitive on Linux (lower_case_table_names = 0). */
export function mysqlTableKey(text: string): string {
  return text;
}

/** Facts of the text that MySQL and MariaDB share. */
export const mysqlLexical: LexicalFacts = {
  // Manual 11.7: nested comments are not supported; `#` and `-- ` comments, the latter only with white space after it.
  nestedComments: false,
  hashComments: true,
  dashCommentNeedsSpace: true,
  // Manual 11.1.1: unless NO_BACKSLASH_ESCAPES is set, which it is not by default.
  backslashEscapes: true,
  dollarQuotes: false,
  escapeStrings: false,
  stringPrefixes: 'bxn',
  // Manual 11.2: `"` quotes names only under ANSI_QUOTES, which is not set by default.
  doubleQuotedIdentifiers: false,
  backtickIdentifiers: true,
  bracketIdentifiers: false,
  singleQuotedIdentifiers: false,
  // Manual 11.7: `/*! .. */` and `/*!80000 .. */` are executed.
  executableComments: true,
  mariadbExecutableComments: false,
  // A server runs what asks for its own version or an older one; 9.7 is the newest we serve.
  executedVersions: [[0, 90799]],
};

/** Facts of DDL that MySQL and MariaDB share. */
export const mysqlDdl: DdlFacts = {
  // Manual 15.3.3: DDL commits implicitly.
  transactionalDdl: false,
  indexNamesPerSchema: false,
  indexesShareTableNames: false,
  viewsResolveAtCreate: true,
  // Error 1824 "Failed to open the referenced table", unless foreign_key_checks is 0.
  foreignKeysResolveAtCreate: true,
  identifierBytes: null,
  // Manual 11.2.1: 64 characters; more is error 1059 "Identifier name '..' is too long".
  identifierCharacters: 64,
};

export const mysql: Dialect = {
  name: 'mysql',
  title: 'MySQL',
  lexical: mysqlLexical,
  ddl: mysqlDdl,
  key: mysqlKey,
  tableKey: mysqlTableKey,
};
