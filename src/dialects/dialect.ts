/** The dialects that migralint knows. */
export type DialectName = 'sqlite' | 'postgres' | 'mysql' | 'mariadb';

/** How a dialect's text is cut into tokens. Sources stand in each dialect's own file. */
export interface LexicalFacts {
  /** `/* ... *\/` inside another one: PostgreSQL nests, the others end at the first close. */
  readonly nestedComments: boolean;
  /** `#` starts a comment to the end of the line. */
  readonly hashComments: boolean;
  /** `--` starts a comment only before white space or the end of the text. */
  readonly dashCommentNeedsSpace: boolean;
  /** `\` escapes inside a plain `'..'` literal. */
  readonly backslashEscapes: boolean;
  /** `$tag$ .. $tag$` literals. */
  readonly dollarQuotes: boolean;
  /** `E'..'` literals, in which `\` escapes, and `U&'..'`, `U&".."` with code points. */
  readonly escapeStrings: boolean;
  /** Letters that may stand directly before a `'` and belong to the literal, in lower case: `x` for `X'00'`. */
  readonly stringPrefixes: string;
  /** `"x"` is an identifier (a string in MySQL and MariaDB). */
  readonly doubleQuotedIdentifiers: boolean;
  readonly backtickIdentifiers: boolean;
  /** `[x]` is an identifier. */
  readonly bracketIdentifiers: boolean;
  /** `'x'` is taken as an identifier where a name is expected. */
  readonly singleQuotedIdentifiers: boolean;
  /** `/*! .. *\/` holds statements to be run. */
  readonly executableComments: boolean;
  /** `/*M! .. *\/` does too. */
  readonly mariadbExecutableComments: boolean;
  /** Version numbers, both ends included, that let the content of `/*!NNNNN .. *\/` run; without a number it always does. */
  readonly executedVersions: readonly (readonly [from: number, to: number])[];
}

/** What DDL means in a dialect, as far as one word can say it. What needs more is code in `src/catalog`. */
export interface DdlFacts {
  /** Statements that change the schema can be rolled back. */
  readonly transactionalDdl: boolean;
  /** Index names are unique in the whole schema; otherwise per table. */
  readonly indexNamesPerSchema: boolean;
  /** Indexes share one name space with tables and views. */
  readonly indexesShareTableNames: boolean;
  /** Columns of views and of trigger bodies are looked up when created; otherwise at use. */
  readonly viewsResolveAtCreate: boolean;
  /** The table of a foreign key must exist when the key is made (see also session settings). */
  readonly foreignKeysResolveAtCreate: boolean;
  /** Longest identifier in bytes of UTF-8; longer names are cut (PostgreSQL). Null: no limit in bytes. */
  readonly identifierBytes: number | null;
  /** Longest identifier in characters; longer names are refused (MySQL, MariaDB). Null: no limit in characters. */
  readonly identifierCharacters: number | null;
}

export interface Dialect {
  readonly name: DialectName;
  /** As a person writes it: SQLite, PostgreSQL, MySQL, MariaDB. */
  readonly title: string;
  readonly lexical: LexicalFacts;
  readonly ddl: DdlFacts;
  /**
   * The form under which the engine compares the name of a column, index, constraint or type: folded, cut to its length
   * limit. Two names are the same object exactly when their keys are equal.
   */
  key(text: string, quoted: boolean): string;
  /**
   * The same for tables, views, triggers and schemas. Differs from `key` in MySQL and MariaDB only, where these are files
   * and so case-sensitive on Linux servers.
   */
  tableKey(text: string, quoted: boolean): string;
}

/** Versions of an engine that a project may run on, as `[major, minor]`. A failure counts only if all of them fail. */
export interface VersionRange {
  readonly from: Version;
  readonly to: Version;
}
export type Version = readonly [major: number, minor: number];

/** What executes the statements: a dialect and the versions of it that must be served. */
export interface Engine {
  readonly dialect: Dialect;
  readonly versions: VersionRange;
}

/** MySQL and its fork MariaDB, which share most of their DDL. */
export function isOfMysql({ name }: Dialect): boolean {
  return name === 'mysql' || name === 'mariadb';
}
