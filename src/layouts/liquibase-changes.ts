import { reservedWords } from '../ddl/reserved-words.ts';
import type { DialectName } from '../dialects/dialect.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { Segment, SqlText } from '../text/sql-text.ts';
import type { XmlElement, XmlValue } from '../text/xml.ts';

/** The SQL of a change; null: it changes no schema; undefined: it is of a kind that is not read. */
export function sqlOfChange(change: XmlElement, file: SourceFile, dialect: DialectName): SqlText | null | undefined {
  if (WITHOUT_SCHEMA.has(change.name)) return null;
  const write = WRITERS.get(change.name);
  if (write === undefined) return undefined;
  const writer = new SqlWriter(file, change, dialect);
  write(writer, change);
  return writer.done();
}

/** Changes of rows and of Liquibase's own doing. */
const WITHOUT_SCHEMA: ReadonlySet<string> = new Set([
  'comment',
  'delete',
  'empty',
  'insert',
  'loadData',
  'loadUpdateData',
  'output',
  'preConditions',
  'rollback',
  'stop',
  'tagDatabase',
  'update',
  'validCheckSum',
]);

/** Puts SQL together from words and from values of the changelog, each with its place there. */
class SqlWriter {
  readonly #file: SourceFile;
  readonly #change: XmlElement;
  readonly dialect: DialectName;
  #text = '';
  readonly #segments: Segment[] = [];

  constructor(file: SourceFile, change: XmlElement, dialect: DialectName) {
    this.#file = file;
    this.#change = change;
    this.dialect = dialect;
  }

  words(text: string): this {
    return this.#add(text, this.#change.start);
  }

  value(value: XmlValue | undefined): this {
    return value === undefined ? this : this.#add(value.value, value.start, value.segments);
  }

  /** A name, quoted as Liquibase does where it would be read as a word of the grammar or lose its capitals (objectQuotingStrategy LEGACY). */
  name(value: XmlValue | undefined): this {
    if (value === undefined || !needsQuotes(value.value, this.dialect)) return this.value(value);
    const quote = isMysql(this) ? '`' : '"';
    return this.words(quote).value(value).words(quote);
  }

  /** An attribute of the change that holds a name, or several after commas. */
  of(attribute: string): this {
    const value = this.#change.attributes.get(attribute);
    return value?.value.includes(',') === true ? this.value(value) : this.name(value);
  }

  /** `schema.table`, as two attributes give it. */
  table(tableAttribute = 'tableName', schemaAttribute = 'schemaName'): this {
    const schema = this.#change.attributes.get(schemaAttribute);
    if (schema !== undefined && schema.value !== '') this.name(schema).words('.');
    return this.of(tableAttribute);
  }

  #add(text: string, hostStart: number, segments: readonly Segment[] = [{ start: 0, hostStart }]): this {
    if (text === '') return this;
    for (const { start, hostStart: at } of segments)
      this.#segments.push({ start: this.#text.length + start, hostStart: at });
    this.#text += text;
    return this;
  }

  done(): SqlText {
    return { file: this.#file, text: this.#text, segments: this.#segments, assembled: true };
  }
}

type Write = (writer: SqlWriter, change: XmlElement) => void;

const WRITERS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['sql', (writer, { text, attributes }) => writer.value(text.value.trim() === '' ? attributes.get('sql') : text)],
  [
    'createTable',
    (writer, change) => {
      const guard = valueOf(change, 'ifNotExists') === 'true' ? 'IF NOT EXISTS ' : '';
      writer.words(`CREATE TABLE ${guard}`).table().words(' (');
      writeColumns(writer, change, '');
      writer.words(')');
    },
  ],
  [
    'addColumn',
    (writer, change) => {
      for (const column of columnsOf(change)) {
        writer.words('ALTER TABLE ').table().words(' ADD COLUMN ');
        writeColumn(writer, column, false);
        writer.words(';\n');
      }
    },
  ],
  [
    'dropColumn',
    (writer, change) => {
      const several = columnsOf(change).map(({ attributes }) => attributes.get('name'));
      for (const name of several.length > 0 ? several : [change.attributes.get('columnName')])
        writer.words('ALTER TABLE ').table().words(' DROP COLUMN ').name(name).words(';\n');
    },
  ],
  [
    'dropTable',
    (writer, change) => {
      writer.words('DROP TABLE ').table();
      if (valueOf(change, 'cascadeConstraints') === 'true' && writer.dialect !== 'sqlite') writer.words(' CASCADE');
    },
  ],
  [
    'createIndex',
    (writer, change) => {
      writer.words(`CREATE ${valueOf(change, 'unique') === 'true' ? 'UNIQUE ' : ''}INDEX `);
      writer.of('indexName').words(' ON ').table().words(' (');
      for (const [index, column] of columnsOf(change).entries()) {
        if (index > 0) writer.words(', ');
        writer.name(column.attributes.get('name'));
      }
      writer.words(')');
    },
  ],
  [
    'dropIndex',
    (writer) => {
      writer.words('DROP INDEX ').of('indexName');
      if (isMysql(writer)) writer.words(' ON ').table();
    },
  ],
  [
    'renameTable',
    (writer) => writer.words('ALTER TABLE ').table('oldTableName').words(' RENAME TO ').of('newTableName'),
  ],
  [
    'renameColumn',
    (writer) => {
      writer.words('ALTER TABLE ').table().words(' RENAME COLUMN ');
      writer.of('oldColumnName').words(' TO ').of('newColumnName');
    },
  ],
  [
    'addUniqueConstraint',
    (writer, change) => {
      writer.words('ALTER TABLE ').table().words(' ADD ');
      if (change.attributes.has('constraintName')) writer.words('CONSTRAINT ').of('constraintName').words(' ');
      writer.words('UNIQUE (').of('columnNames').words(')');
    },
  ],
  [
    'addPrimaryKey',
    (writer, change) => {
      writer.words('ALTER TABLE ').table().words(' ADD ');
      if (change.attributes.has('constraintName')) writer.words('CONSTRAINT ').of('constraintName').words(' ');
      writer.words('PRIMARY KEY (').of('columnNames').words(')');
    },
  ],
  [
    'addForeignKeyConstraint',
    (writer, change) => {
      writer.words('ALTER TABLE ').table('baseTableName', 'baseTableSchemaName').words(' ADD CONSTRAINT ');
      writer.of('constraintName').words(' FOREIGN KEY (').of('baseColumnNames').words(') REFERENCES ');
      writer.table('referencedTableName', 'referencedTableSchemaName').words(' (').of('referencedColumnNames');
      writer.words(')');
      const onDelete = valueOf(change, 'onDelete');
      if (onDelete !== undefined) writer.words(` ON DELETE ${onDelete}`);
    },
  ],
  [
    'dropForeignKeyConstraint',
    (writer) => {
      writer.words('ALTER TABLE ').table('baseTableName', 'baseTableSchemaName');
      writer.words(isMysql(writer) ? ' DROP FOREIGN KEY ' : ' DROP CONSTRAINT ').of('constraintName');
    },
  ],
  [
    'dropUniqueConstraint',
    (writer) => {
      writer.words('ALTER TABLE ').table();
      writer.words(isMysql(writer) ? ' DROP KEY ' : ' DROP CONSTRAINT ').of('constraintName');
    },
  ],
  [
    'addNotNullConstraint',
    (writer, change) => {
      writer.words('ALTER TABLE ').table();
      if (isMysql(writer))
        writer
          .words(' MODIFY ')
          .of('columnName')
          .words(` ${typeOf(change, 'columnDataType', writer)} NOT NULL`);
      else writer.words(' ALTER COLUMN ').of('columnName').words(' SET NOT NULL');
    },
  ],
  [
    'dropNotNullConstraint',
    (writer, change) => {
      writer.words('ALTER TABLE ').table();
      if (isMysql(writer))
        writer
          .words(' MODIFY ')
          .of('columnName')
          .words(` ${typeOf(change, 'columnDataType', writer)} NULL`);
      else writer.words(' ALTER COLUMN ').of('columnName').words(' DROP NOT NULL');
    },
  ],
  [
    'modifyDataType',
    (writer, change) => {
      writer.words('ALTER TABLE ').table();
      writer.words(isMysql(writer) ? ' MODIFY ' : ' ALTER COLUMN ').of('columnName');
      writer.words(`${isMysql(writer) ? '' : ' TYPE'} ${typeOf(change, 'newDataType', writer)}`);
    },
  ],
  [
    'createView',
    (writer, change) => {
      const replaces = valueOf(change, 'replaceIfExists') === 'true' ? 'OR REPLACE ' : '';
      const query = change.text.value.trim() === '' ? change.attributes.get('selectQuery') : change.text;
      writer.words(`CREATE ${replaces}VIEW `).table('viewName').words(' AS ').value(query);
    },
  ],
  ['dropView', (writer) => writer.words('DROP VIEW ').table('viewName')],
  ['createSequence', (writer) => writer.words('CREATE SEQUENCE ').table('sequenceName')],
  ['dropSequence', (writer) => writer.words('DROP SEQUENCE ').table('sequenceName')],
]);

/** MySQL takes every name in quotes for the same; its reserved words differ by version. */
function needsQuotes(name: string, dialect: DialectName): boolean {
  // An expression, or several names, of which an index may be made.
  if (/[().,"'`]|\s(?:asc|desc)$/i.test(name)) return false;
  if (/\W/.test(name)) return true;
  if (dialect === 'mysql' || dialect === 'mariadb') return true;
  const isMixed = /[a-z]/.test(name) && /[A-Z]/.test(name);
  return reservedWords[dialect].has(name.toLowerCase()) || (dialect === 'postgres' && isMixed);
}

function isMysql({ dialect }: SqlWriter): boolean {
  return dialect === 'mysql' || dialect === 'mariadb';
}

function valueOf({ attributes }: XmlElement, name: string): string | undefined {
  return attributes.get(name)?.value;
}

function columnsOf({ children }: XmlElement): readonly XmlElement[] {
  return children.filter(({ name }) => name === 'column');
}

/** The columns of a new table; several that are of the primary key make one key of the table. */
function writeColumns(writer: SqlWriter, change: XmlElement, before: string): void {
  const columns = columnsOf(change);
  const keys = columns.filter((column) => constraintOf(column, 'primaryKey') === 'true');
  for (const [index, column] of columns.entries()) {
    writer.words(index > 0 ? ', ' : before);
    writeColumn(writer, column, keys.length === 1 && keys[0] === column);
  }
  if (keys.length < 2) return;
  writer.words(', PRIMARY KEY (');
  for (const [index, column] of keys.entries()) writer.words(index > 0 ? ', ' : '').name(column.attributes.get('name'));
  writer.words(')');
}

function writeColumn(writer: SqlWriter, column: XmlElement, isKey: boolean): void {
  const counts = valueOf(column, 'autoIncrement') === 'true';
  writer.name(column.attributes.get('name')).words(` ${typeOf(column, 'type', writer)}`);
  if (counts && writer.dialect === 'postgres') writer.words(' GENERATED BY DEFAULT AS IDENTITY');
  if (constraintOf(column, 'nullable') === 'false' && !isKey) writer.words(' NOT NULL');
  if (counts && isMysql(writer)) writer.words(' AUTO_INCREMENT');
  const fallback = defaultOf(column);
  if (fallback !== null) writer.words(` DEFAULT ${fallback}`);
  if (isKey) writer.words(' PRIMARY KEY');
  if (constraintOf(column, 'unique') === 'true') writer.words(' UNIQUE');
  const references = constraintOf(column, 'references');
  if (references !== undefined) writer.words(` REFERENCES ${references}`);
}

function constraintOf(column: XmlElement, name: string): string | undefined {
  const constraints = column.children.find((child) => child.name === 'constraints');
  return constraints === undefined ? undefined : valueOf(constraints, name);
}

function defaultOf(column: XmlElement): string | null {
  const text = valueOf(column, 'defaultValue') ?? valueOf(column, 'defaultValueDate');
  if (text !== undefined) return /^(?:now|current_timestamp)\b/i.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
  const plain = ['defaultValueNumeric', 'defaultValueComputed', 'defaultValueBoolean'];
  return plain.map((name) => valueOf(column, name)).find((value) => value !== undefined) ?? null;
}

/** Names of types that Liquibase has for all databases, as PostgreSQL calls them (liquibase.datatype.core). */
const POSTGRES_TYPES: ReadonlyMap<string, string> = new Map([
  ['bit', 'boolean'],
  ['blob', 'bytea'],
  ['clob', 'text'],
  ['currency', 'decimal'],
  ['datetime', 'timestamp'],
  ['double', 'double precision'],
  ['longblob', 'bytea'],
  ['longtext', 'text'],
  ['longvarchar', 'text'],
  ['mediumblob', 'bytea'],
  ['mediumint', 'int'],
  ['mediumtext', 'text'],
  ['nclob', 'text'],
  ['number', 'numeric'],
  ['nvarchar', 'varchar'],
  ['tinyblob', 'bytea'],
  ['tinyint', 'smallint'],
  ['tinytext', 'text'],
  ['varchar2', 'varchar'],
]);

const MYSQL_TYPES: ReadonlyMap<string, string> = new Map([
  ['clob', 'longtext'],
  ['currency', 'decimal'],
  ['nclob', 'longtext'],
  ['number', 'numeric'],
  ['uuid', 'char(36)'],
  ['varchar2', 'varchar'],
]);

function typeOf(element: XmlElement, attribute: string, { dialect }: SqlWriter): string {
  const type = (valueOf(element, attribute) ?? '').replace(/^java\.sql\.Types\./i, '');
  if (dialect === 'sqlite') return type;
  const [, name = '', rest = ''] = /^(\w*)(.*)$/s.exec(type) ?? [];
  return ((dialect === 'postgres' ? POSTGRES_TYPES : MYSQL_TYPES).get(name.toLowerCase()) ?? name) + rest;
}
