import type { EngineWords, Mention } from './words.ts';

const wordsByFork = new Map<'mysql' | 'mariadb', EngineWords>();

/** MySQL's and MariaDB's words; MariaDB's run on 10.11. */
export function mysqlWords(fork: 'mysql' | 'mariadb'): EngineWords {
  const known = wordsByFork.get(fork);
  if (known !== undefined) return known;
  const words = makeWords(fork === 'mariadb');
  wordsByFork.set(fork, words);
  return words;
}

function makeWords(isMariadb: boolean): EngineWords {
  return {
    missingTable: (table, place) =>
      place === 'drop'
        ? `Unknown table '${table.schema}.${table.name}'`
        : `Table '${table.schema}.${table.name}' doesn't exist`,
    missingObject: (kind, object) => missingObject(isMariadb, kind, object),
    duplicateRelation: (_existing, _wanted, object) => `Table '${object.name}' already exists`,
    duplicateObject: (kind, object) => duplicateObject(isMariadb, kind, object),
    missingColumn: (column, table, place) => {
      if (place === 'index-key' || place === 'key' || place === 'foreign-key')
        return `Key column '${column}' doesn't exist in table`;
      if (place === 'drop') {
        return isMariadb
          ? `Can't DROP COLUMN \`${column}\`; check that it exists`
          : `Can't DROP '${column}'; check that column/key exists`;
      }
      if (place === 'rows') return `Unknown column '${column}' in '${isMariadb ? 'INSERT INTO' : 'field list'}'`;
      return `Unknown column '${column}' in '${table.name}'`;
    },
    duplicateColumn: (column) => `Duplicate column name '${column}'`,
    missingIndex: (index) =>
      isMariadb
        ? `Can't DROP INDEX \`${index.name}\`; check that it exists`
        : `Can't DROP '${index.name}'; check that column/key exists`,
    duplicateIndex: (index) => `Duplicate key name '${index.name}'`,
    missingConstraint: (constraint) =>
      isMariadb
        ? `Can't DROP CONSTRAINT \`${constraint}\`; check that it exists`
        : `Can't DROP '${constraint}'; check that column/key exists`,
    duplicateConstraint: (constraint) =>
      isMariadb
        ? `Duplicate CHECK constraint name '${constraint}'`
        : `Duplicate check constraint name '${constraint}'.`,
    secondPrimaryKey: () => 'Multiple primary key defined',
    wrongKind: (_existing, wanted, object) =>
      `'${object.schema}.${object.name}' is not of type '${wanted === 'view' ? 'VIEW' : wanted === 'sequence' ? 'SEQUENCE' : 'BASE TABLE'}'`,
    notNullWithoutDefault: (column) => `Field '${column}' doesn't have a default value`,
    uniqueViolation: (index, table) => `Duplicate entry for key '${isMariadb ? index : `${table.name}.${index}`}'`,
    checkViolation: (constraint, table) =>
      isMariadb
        ? `CONSTRAINT \`${constraint ?? ''}\` failed for \`${table.schema}\`.\`${table.name}\``
        : `Check constraint '${constraint ?? ''}' is violated.`,
    foreignKeyViolation: () => 'Cannot add or update a child row: a foreign key constraint fails',
  };
}

function missingObject(isMariadb: boolean, kind: string, object: Mention): string {
  const named = `'${object.schema}.${object.name}'`;
  switch (kind) {
    case 'view':
      return isMariadb ? `Unknown VIEW: ${named}` : `Unknown table ${named}`;
    case 'sequence':
      return `Unknown SEQUENCE: ${named}`;
    case 'trigger':
      return 'Trigger does not exist';
    case 'function':
    case 'procedure':
      return `${kind.toUpperCase()} ${object.schema}.${object.name} does not exist`;
    case 'database':
      return `Can't drop database '${object.name}'; database doesn't exist`;
    default:
      return `Unknown ${kind} ${named}`;
  }
}

function duplicateObject(isMariadb: boolean, kind: string, object: Mention): string {
  switch (kind) {
    case 'trigger':
      return isMariadb ? `Trigger '${object.schema}.${object.name}' already exists` : 'Trigger already exists';
    case 'function':
    case 'procedure':
      return `${kind.toUpperCase()} ${object.name} already exists`;
    case 'database':
      return `Can't create database '${object.name}'; database exists`;
    default:
      return `${kind} '${object.name}' already exists`;
  }
}

/** ALTER TABLE .. RENAME INDEX. */
export const missingRenamedIndex = (index: string, table: string): string =>
  `Key '${index}' doesn't exist in table '${table}'`;
export const allColumnsDropped = "You can't delete all columns with ALTER TABLE; use DROP TABLE instead";
/** What a view stands on is gone. */
export const invalidView = (view: Mention): string =>
  `View '${view.schema}.${view.name}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them`;
