import type { Dialect } from './dialect.ts';
import { mysqlDdl, mysqlKey, mysqlLexical, mysqlTableKey } from './mysql.ts';

export const mariadb: Dialect = {
  name: 'mariadb',
  title: 'MariaDB',
  lexical: {
    ...mysqlLexical,
    // MariaDB "Comment Syntax": `/*M! .. */` is executed by MariaDB and a comment to MySQL.
    mariadbExecutableComments: true,
    // The same page: what asks for MySQL 5.7 or later (50700 to 99999) is not run.
    executedVersions: [
      [0, 50699],
      [100000, 120399],
    ],
  },
  // MariaDB fails a foreign key to a missing table with 1005 (errno: 150), at the same moment as MySQL.
  ddl: mysqlDdl,
  key: mysqlKey,
  tableKey: mysqlTableKey,
};
