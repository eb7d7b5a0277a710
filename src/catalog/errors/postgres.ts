import type { EngineWords } from './words.ts';

/** PostgreSQL's words, run on 15. */
export const postgresWords: EngineWords = {
  missingTable: (table, place) =>
    place === 'drop' ? `table "${table.name}" does not exist` : `relation "${table.written}" does not exist`,
  missingObject: (kind, object, table) =>
    table === undefined
      ? `${wordOf(kind)} "${object.written}" does not exist`
      : `${kind} "${object.name}" for ${tableWord(kind)} "${table}" does not exist`,
  duplicateRelation: (_existing, _wanted, object) => `relation "${object.name}" already exists`,
  duplicateObject: (kind, object, table) =>
    table === undefined || kind === 'statistics'
      ? `${wordOf(kind)} "${object.name}" already exists`
      : `${kind} "${object.name}" for ${kind === 'policy' ? 'table' : 'relation'} "${table}" already exists`,
  missingColumn: (column, table, place) => {
    if (place === 'key') return `column "${column}" named in key does not exist`;
    if (place === 'foreign-key' || place === 'referenced')
      return `column "${column}" referenced in foreign key constraint does not exist`;
    // objectaddress.c, get_object_address_attribute: the name as written, which may have a schema.
    if (place === 'comment') return `column "${column}" of relation "${table.written}" does not exist`;
    if (place === 'drop' || place === 'alter' || place === 'rows') {
      return `column "${column}" of relation "${table.name}" does not exist`;
    }
    return `column "${column}" does not exist`;
  },
  duplicateColumn: (column, table) => `column "${column}" of relation "${table.name}" already exists`,
  missingIndex: (index) => `index "${index.name}" does not exist`,
  duplicateIndex: (index) => `relation "${index.name}" already exists`,
  missingConstraint: (constraint, table) => `constraint "${constraint}" of relation "${table.name}" does not exist`,
  duplicateConstraint: (constraint, table) => `constraint "${constraint}" for relation "${table.name}" already exists`,
  secondPrimaryKey: (table) => `multiple primary keys for table "${table.name}" are not allowed`,
  wrongKind: (_existing, wanted, object) =>
    `"${object.name}" is not ${wanted === 'index' ? 'an' : 'a'} ${wanted.replace('-', ' ')}`,
  notNullWithoutDefault: (column, table) => `column "${column}" of relation "${table.name}" contains null values`,
  uniqueViolation: (index) => `could not create unique index "${index}"`,
  checkViolation: (constraint, table) =>
    `check constraint "${constraint ?? ''}" of relation "${table.name}" is violated by some row`,
  foreignKeyViolation: (constraint, table) =>
    `insert or update on table "${table.name}" violates foreign key constraint "${constraint ?? ''}"`,
};

function wordOf(kind: string): string {
  return kind === 'statistics' ? 'statistics object' : kind;
}

function tableWord(kind: string): string {
  return kind === 'rule' ? 'relation' : 'table';
}

export const abortedTransaction = 'current transaction is aborted, commands ignored until end of transaction block';
