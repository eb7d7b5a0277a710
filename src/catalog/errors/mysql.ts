import type { EngineWords } from './words.ts';

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
      place === 'drop' ? `Unknown table '${table.schema}.${table.name}'` : `Table '${table.schema}.${table.name}' doesn't exist`,
    missingObject: (kind, object) => `Unknown ${kind} '${object.schema}.${object.name}'`,
    duplicateRelation: (_existing, _wanted, object) => `Table '${object.name}' already exists`,
    duplicateObject: (kind, object) => `${kind} '${object.name}' already exists`,
    missingColumn: (column, table, place) => {
      if (place === 'index-key' || place === 'key' || place === 'foreign-key') return `Key column '${column}' doesn't exist in table`;
      if (place === 'drop') {
        return isMariadb ? `Can't DROP COLUMN \`${column}\`; check that it exists` : `Can't DROP '${column}'; check that column/key exists`;
      }
      return `Unknown column '${column}' in '${table.name}'`;
    },
    duplicateColumn: (column) => `Duplicate column name '${column}'`,
    missingIndex: (index) =>
      isMariadb ? `Can't DROP INDEX \`${index.name}\`; check that it exists` : `Can't DROP '${index.name}'; check that column/key exists`,
    duplicateIndex: (index) => `Duplicate key name '${index.name}'`,
    missingConstraint: (constraint) =>
      isMariadb
        ? `Can't DROP CONSTRAINT \`${constraint}\`; check that it exists`
        : `Can't DROP '${constraint}'; check that column/key exists`,
    duplicateConstraint: (constraint) =>
      isMariadb ? `Duplicate constraint name '${constraint}'` : `Duplicate check constraint name '${constraint}'.`,
    secondPrimaryKey: () => 'Multiple primary key defined',
    wrongKind: (_existing, wanted, object) => `'${object.schema}.${object.name}' is not of type '${wanted === 'view' ? 'VIEW' : 'BASE TABLE'}'`,
    notNullWithoutDefault: (column) => `Field '${column}' doesn't have a default value`,
    uniqueViolation: (index, table) => `Duplicate entry for key '${isMariadb ? index : `${table.name}.${index}`}'`,
    checkViolation: (constraint) => `CONSTRAINT \`${constraint ?? ''}\` failed`,
    foreignKeyViolation: () => 'Cannot add or update a child row: a foreign key constraint fails',
  };
}
