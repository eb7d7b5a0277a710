import { foldAscii } from './ascii-fold.ts';
import type { Dialect } from './dialect.ts';

/** NAMEDATALEN - 1 (manual 4.1.1): longer names are cut, with no more than a notice. */
const IDENTIFIER_BYTES = 63;

/** Manual 4.1.1: unquoted names fold to lower case (in UTF-8 only A to Z); quoted or not, all are cut to 63 bytes. */
function key(text: string, quoted: boolean): string {
  const folded = quoted ? text : foldAscii(text);
  return folded.length * 3 <= IDENTIFIER_BYTES ? folded : cutToBytes(folded, IDENTIFIER_BYTES);
}

/** Cuts at a character's boundary, as pg_mbcliplen does: a character that would end beyond the limit is left out. */
function cutToBytes(text: string, limit: number): string {
  let bytes = 0;
  for (let index = 0; index < text.length;) {
    const point = text.codePointAt(index) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes > limit) return text.slice(0, index);
    index += point < 0x10000 ? 1 : 2;
  }
  return text;
}

export const postgres: Dialect = {
  name: 'postgres',
  title: 'PostgreSQL',
  lexical: {
    // Manual 4.1.5: "These block comments nest, as specified in the SQL standard but unlike C".
    nestedComments: true,
    hashComments: false,
    dashCommentNeedsSpace: false,
    // standard_conforming_strings is on since 9.1 (manual 4.1.2.1): only E'..' knows escapes.
    backslashEscapes: false,
    dollarQuotes: true,
    escapeStrings: true,
    stringPrefixes: 'ebxn',
    doubleQuotedIdentifiers: true,
    backtickIdentifiers: false,
    bracketIdentifiers: false,
    singleQuotedIdentifiers: false,
    executableComments: false,
    mariadbExecutableComments: false,
    executedVersions: [],
  },
  ddl: {
    transactionalDdl: true,
    // Tables, indexes, views, sequences are all rows of pg_class, unique by (relname, relnamespace).
    indexNamesPerSchema: true,
    indexesShareTableNames: true,
    viewsResolveAtCreate: true,
    foreignKeysResolveAtCreate: true,
    identifierBytes: IDENTIFIER_BYTES,
    identifierCharacters: null,
  },
  key,
  tableKey: key,
};
