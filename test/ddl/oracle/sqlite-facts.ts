import { parseStmt } from 'sqlite3-parser';
import type { Dialect } from '../../../src/dialects/dialect.ts';

/** A node of sqlite3-parser's tree, whose types are too many to name here. */
type Node = Readonly<Record<string, unknown>>;

/** What SQLite's own grammar reads in a statement: `rejected`, or its facts; undefined where they are not compared. */
export function sqliteFacts(sql: string, dialect: Dialect): string[] | 'rejected' | undefined {
  const result = parseStmt(sql);
  if (result.status !== 'ok') return 'rejected';
  return new SqliteFacts(dialect).statement(result.root as unknown as Node);
}

class SqliteFacts {
  private readonly lines: string[] = [];
  private readonly dialect: Dialect;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  statement(node: Node): string[] | undefined {
    const line = this.describe(node);
    if (line === undefined) return undefined;
    return [...this.lines, line];
  }

  private describe(node: Node): string | undefined {
    const guard = node.ifExists === true || node.ifNotExists === true ? ' guarded' : '';
    switch (node.type) {
      case 'CreateTableStmt':
        return this.createTable(node, guard);
      case 'CreateIndexStmt':
        return this.createIndex(node, guard);
      case 'AlterTableStmt':
        return this.alterTable(node);
      case 'DropTableStmt':
        return `drop-table ${this.qualified(node.tblName)}${guard}`;
      case 'DropIndexStmt':
        return `drop-index ${this.qualified(node.idxName)}${guard}`;
      case 'DropViewStmt':
        return `drop-view ${this.qualified(node.viewName)}${guard}`;
      case 'DropTriggerStmt':
        return `drop-trigger ${this.qualified(node.triggerName)}${guard}`;
      case 'CreateViewStmt':
        return `create-view ${this.qualified(node.viewName)} (${this.columnNames(node.columns)})${guard}`;
      case 'CreateTriggerStmt':
        return this.createTrigger(node, guard);
      default:
        return undefined;
    }
  }

  private createTable(node: Node, guard: string): string {
    const body = node.body as Node;
    const head = `create-table ${this.qualified(node.tblName)}${guard}${node.temporary === true ? ' temp' : ''}`;
    if (body.type !== 'ColumnsAndConstraintsCreateTableBody') return `${head} as`;
    for (const column of list(body.columns)) this.column(column);
    for (const constraint of list(body.constraints)) this.constraint(constraint);
    return head;
  }

  private column(node: Node): void {
    const type = node.colType as Node | undefined;
    const typeName =
      type === undefined
        ? '-'
        : text(type.name)
            .toLowerCase()
            .replace(/ ?generated always$/, '');
    const parts = ['column', this.name(node.colName), typeName === '' ? '-' : typeName.replaceAll(/\s+/g, ' ')];
    const found = new Map<string, string>();
    let checks = 0;
    for (const named of list(node.constraints)) {
      const constraint = named.constraint as Node;
      if (constraint.type === 'CheckColumnConstraint') checks++;
      for (const [key, value] of this.columnClause(constraint)) found.set(key, value);
    }
    if (checks > 0) found.set('check', `check×${checks}`);
    const order = ['null', 'pk', 'unique', 'auto', 'default', 'generated', 'check', 'references', 'collate'];
    parts.push(...order.flatMap((key) => found.get(key) ?? []));
    this.lines.push(parts.join(' '));
  }

  private columnClause(node: Node): (readonly [string, string])[] {
    switch (node.type) {
      case 'PrimaryKeyColumnConstraint':
        return [['pk', 'pk'], ...(node.autoIncrement === true ? [['auto', 'auto-increment'] as const] : [])];
      case 'NotNullColumnConstraint':
        return [['null', node.nullable === true ? 'null' : 'not-null']];
      case 'UniqueColumnConstraint':
        return [['unique', 'unique']];
      case 'DefaultColumnConstraint':
        return [['default', 'default']];
      case 'GeneratedColumnConstraint':
        return [['generated', 'generated']];
      case 'CollateColumnConstraint':
        return [['collate', 'collate']];
      case 'ForeignKeyColumnConstraint':
        return [['references', this.target(node.clause as Node)]];
      default:
        return [];
    }
  }

  private target(clause: Node): string {
    const actions = { OnDeleteRefArg: '', OnUpdateRefArg: '' };
    for (const argument of list(clause.args)) {
      const action = text(argument.action)
        .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase();
      if (argument.type === 'OnDeleteRefArg' && action !== 'no action') actions.OnDeleteRefArg = ` delete ${action}`;
      if (argument.type === 'OnUpdateRefArg' && action !== 'no action') actions.OnUpdateRefArg = ` update ${action}`;
    }
    const table = this.name(clause.tblName);
    return `-> ${table}(${this.columnNames(clause.columns)})${actions.OnDeleteRefArg}${actions.OnUpdateRefArg}`;
  }

  private constraint(named: Node): void {
    const node = named.constraint as Node;
    const name = named.name === undefined ? '' : ` ${this.name(named.name)}`;
    switch (node.type) {
      case 'PrimaryKeyTableConstraint':
        this.lines.push(`primary-key${name} (${this.keys(node.columns)})`);
        break;
      case 'UniqueTableConstraint':
        this.lines.push(`unique${name} (${this.keys(node.columns)})`);
        break;
      case 'CheckTableConstraint':
        this.lines.push(`check${name} {${this.references(node.expr)}}`);
        break;
      case 'ForeignKeyTableConstraint':
        this.lines.push(`foreign-key${name} (${this.columnNames(node.columns)}) ${this.target(node.clause as Node)}`);
        break;
    }
  }

  private createIndex(node: Node, guard: string): string {
    const unique = node.unique === true ? ' unique' : '';
    const where = node.whereClause === undefined ? '' : ` where {${this.references(node.whereClause)}}`;
    const index = this.name((node.idxName as Node).objName);
    return `create-index ${index} on ${this.name(node.tblName)} (${this.keys(node.columns)})${unique}${guard}${where}`;
  }

  private alterTable(node: Node): string | undefined {
    const table = this.qualified(node.tblName);
    const body = node.body as Node;
    switch (body.type) {
      case 'AddColumnAlterTableBody':
        this.column(body.column as Node);
        return `add-column ${table}`;
      case 'DropColumnAlterTableBody':
        return `drop-column ${table} ${this.name(body.column)}`;
      case 'RenameColumnAlterTableBody':
        return `rename-column ${table} ${this.name(body.old)} ${this.name(body.new)}`;
      case 'RenameToAlterTableBody':
        return `rename-table ${table} ${this.name(body.name)}`;
      default:
        return undefined;
    }
  }

  private createTrigger(node: Node, guard: string): string {
    const event = node.event as Node;
    const word = text(event.type)
      .replace(/(Of)?TriggerEvent$/, '')
      .toLowerCase();
    const timing = text(node.time ?? 'before')
      .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    const when = node.whenClause === undefined ? '' : ' when';
    const columns = this.columnNames(event.columns);
    return `create-trigger ${this.qualified(node.triggerName)} ${timing} ${word} (${columns}) on ${this.qualified(node.tblName)}${when}${guard}`;
  }

  private keys(keys: unknown): string {
    return list(keys)
      .map((key) => {
        const value = this.keyValue(key.expr);
        return key.order === 'Desc' ? `${value} desc` : value;
      })
      .join(', ');
  }

  private keyValue(expression: unknown): string {
    const node = expression as Node;
    if (node.type === 'Id') return this.fold(text(node.name));
    if (node.type === 'StringLiteral') return this.fold(text(node.value));
    if (node.type === 'CollateExpr') return this.keyValue(node.expr);
    return `{${this.references(expression)}}`;
  }

  private references(expression: unknown): string {
    const found = new Set<string>();
    this.collect(expression, found);
    return [...found].sort().join(',');
  }

  private collect(value: unknown, found: Set<string>): void {
    if (Array.isArray(value)) for (const item of value) this.collect(item, found);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Node;
    if (node.type === 'Id') this.addColumn(text(node.name), found);
    else if (node.type === 'QualifiedExpr') found.add(this.name(node.column));
    else if (node.type === 'FunctionCallExpr') this.collect(node.args, found);
    else for (const [key, part] of Object.entries(node)) if (key !== 'select') this.collect(part, found);
  }

  /** sqlite3-parser takes TRUE and FALSE for names; SQLite does so only where a column is called that (lang_expr.html). */
  private addColumn(name: string, found: Set<string>): void {
    if (!/^(?:true|false)$/i.test(name)) found.add(this.fold(name));
  }

  private columnNames(columns: unknown): string {
    return list(columns)
      .map((column) => this.name(column.colName ?? column))
      .join(',');
  }

  private qualified(node: unknown): string {
    const { dbName, objName } = node as Node;
    return dbName === undefined ? this.name(objName) : `${this.name(dbName)}.${this.name(objName)}`;
  }

  private name(node: unknown): string {
    return this.fold(text((node as Node).text));
  }

  private fold(value: string): string {
    return this.dialect.key(value, true);
  }
}

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
