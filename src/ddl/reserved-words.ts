import type { DialectName } from '../dialects/dialect.ts';

/**
 * Words that the grammar refuses as the name of a new table or column unless they are quoted. Where such a name stands the
 * statement is not taken for read, and the engine's own grammar is asked. MySQL and MariaDB, whose lists differ by version
 * and from each other, have none here.
 */
export const reservedWords: Readonly<Record<DialectName, ReadonlySet<string>>> = {
  // `CREATE TABLE t (x, <word> int)` run on SQLite 3.40 with every word of sqlite.org/lang_keywords.html.
  sqlite: new Set(
    `add all alter and as autoincrement between case check collate commit create default deferrable delete distinct drop
    else escape except exists foreign from group having in index insert intersect into is isnull join limit not nothing
    notnull null on or order primary references returning select set table then to transaction union unique update using
    values when where`.split(/\s+/),
  ),
  // pg_get_keywords() of PostgreSQL 15: categories R (reserved) and T (reserved, can be function or type).
  postgres: new Set(
    `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
    concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
    full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning right
    select session_user similar some symmetric table tablesample then to trailing true union unique user using variadic
    verbose when where window with`.split(/\s+/),
  ),
  mysql: new Set(),
  mariadb: new Set(),
};
