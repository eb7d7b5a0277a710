import type { Dialect } from './dialect.ts';
import { mysqlDdl, mysqlKey, mysqlLexical, mysqlTableKey } from './mysql.ts';

export const mariadb: Dialect = {
  name: 'mariadb',
  title: 'MariaDB',
  // MariaDB "Comment Syntax": `/*M! .. */` is executed by MariaDB and a comment to MySQL.
  lexical: { ...mysqlLexical, mariadbExecutableComments: true },
  // MariaDB fails a foreign key to a missing table with 1005 (errno: 150), at the same moment as MySQL.
  ddl: mysqlDdl,
  key: mysqlKey,
  tableKey: mysqlTableKey,
};
