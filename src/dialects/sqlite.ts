import { foldAscii } from './ascii-fold.ts';
import type { Dialect } from './dialect.ts';

/** Names compare without ASCII case, quoted or not: `"É"` and `"é"` are two columns, `"A"` and `[a]` one (run on 3.40). */
const key = (text: string): string => foldAscii(text);

export const sqlite: Dialect = {
  name: 'sqlite',
  title: 'SQLite',
  lexical: {
    // sqlite.org/lang_comment.html: "C-style comments do not nest".
    nestedComments: false,
    hashComments: false,
    dashCommentNeedsSpace: false,
    // sqlite.org/lang_expr.html, "Literal Values": C-style escapes are not supported.
    backslashEscapes: false,
    dollarQuotes: false,
    escapeStrings: false,
    stringPrefixes: 'x',
    // sqlite.org/lang_keywords.html lists all four ways to quote a name; `'x'` counts as one where no literal may stand.
    doubleQuotedIdentifiers: true,
    backtickIdentifiers: true,
    bracketIdentifiers: true,
    singleQuotedIdentifiers: true,
    executableComments: false,
    mariadbExecutableComments: false,
    executedVersions: [],
  },
  ddl: {
    // sqlite.org/lang_transaction.html: the schema is a table like any other.
    transactionalDdl: true,
    // "there is already a table named ..", "index i already exists", whatever its table (run on 3.40).
    indexNamesPerSchema: true,
    indexesShareTableNames: true,
    // CREATE VIEW and CREATE TRIGGER with a missing column are accepted and fail at use (run on 3.40 and 3.53).
    viewsResolveAtCreate: false,
    // sqlite.org/foreignkeys.html, section 3: the parent is looked up by DML, not by DDL.
    foreignKeysResolveAtCreate: false,
    identifierBytes: null,
    identifierCharacters: null,
  },
  key,
  tableKey: key,
};
