import type {
  ColumnDefinition,
  Expression,
  ForeignKeyTarget,
  IndexKey,
  Name,
  Operation,
  QualifiedName,
  TableConstraint,
  TypeName,
} from '../../../src/ddl/operation.ts';
import { typeIdentity } from '../../../src/ddl/routines.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';

/**
 * What a statement says, as short lines that can be compared with those which a library's syntax tree gives
 * (`postgresFacts`, `sqliteFacts`). Undefined: the statement is of a kind on which they are not compared.
 */
export function ourFacts(operations: readonly Operation[], dialect: Dialect): string[] | undefined {
  const facts = new OurFacts(dialect);
  for (const operation of operations) facts.add(operation);
  return facts.comparable ? facts.lines : undefined;
}

class OurFacts {
  readonly lines: string[] = [];
  comparable = true;
  private readonly dialect: Dialect;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
  }

  add(operation: Operation): void {
    const line = this.describe(operation);
    if (line === undefined) this.comparable = false;
    else if (line !== '') this.lines.push(line);
  }

  private name(name: Name): string {
    return this.dialect.key(name.text, name.quoted);
  }

  private names(names: readonly Name[]): string {
    return names.map((name) => this.name(name)).join(',');
  }

  private qualified(name: QualifiedName): string {
    return name.schema === undefined ? this.name(name.name) : `${this.name(name.schema)}.${this.name(name.name)}`;
  }

  private describe(operation: Operation): string | undefined {
    switch (operation.kind) {
      case 'create-table':
        return this.createTable(operation);
      case 'add-column':
        this.column(operation.column);
        return `add-column ${this.qualified(operation.table)}${operation.ifNotExists === undefined ? '' : ' guarded'}`;
      case 'drop-column':
        return `drop-column ${this.qualified(operation.table)} ${this.name(operation.column)}${operation.ifExists === undefined ? '' : ' guarded'}`;
      case 'rename-column':
        return `rename-column ${this.qualified(operation.table)} ${this.name(operation.column)} ${this.name(operation.to)}`;
      case 'rename-table':
        return `rename-table ${this.qualified(operation.table)} ${this.name(operation.to.name)}`;
      case 'rename-index':
        return `rename-table ${this.qualified(operation.index)} ${this.name(operation.to)}`;
      case 'rename-constraint':
        return `rename-constraint ${this.qualified(operation.table)} ${this.name(operation.constraint)} ${this.name(operation.to)}`;
      case 'alter-column':
        return this.alterColumn(operation);
      case 'add-constraint':
        this.constraint(operation.constraint);
        return `add-constraint ${this.qualified(operation.table)}${operation.notValid === true ? ' not-valid' : ''}`;
      case 'drop-constraint':
        return `drop-constraint ${this.qualified(operation.table)} ${operation.constraint === undefined ? '' : this.name(operation.constraint)}${operation.ifExists === undefined ? '' : ' guarded'}`;
      case 'validate-constraint':
        return `validate-constraint ${this.qualified(operation.table)} ${this.name(operation.constraint)}`;
      case 'create-index':
        return this.createIndex(operation);
      default:
        return this.describeOther(operation);
    }
  }

  private describeOther(operation: Operation): string | undefined {
    const guard = 'ifExists' in operation || 'ifNotExists' in operation ? ' guarded' : '';
    switch (operation.kind) {
      case 'drop-table':
        return `drop-table ${this.qualified(operation.table)}${guard}`;
      case 'drop-index':
        return `drop-index ${this.qualified(operation.index)}${guard}`;
      case 'drop-view':
        return `drop-view ${this.qualified(operation.view)}${guard}`;
      case 'drop-trigger': {
        const table = operation.table === undefined ? '' : ` on ${this.qualified(operation.table)}`;
        return `drop-trigger ${this.qualified(operation.trigger)}${table}${guard}`;
      }
      case 'create-view':
        return `create-view ${this.qualified(operation.view)} (${this.names(operation.columns)})${guard}${operation.orReplace === undefined ? '' : ' or-replace'}`;
      case 'create-trigger':
        return this.createTrigger(operation, guard);
      case 'create-routine':
        return `create-routine ${this.qualified(operation.routine)} (${operation.argumentTypes.join(',')})${operation.orReplace === undefined ? '' : ' or-replace'}`;
      case 'create-type':
        for (const attribute of operation.attributes) this.column(attribute);
        return `create-type ${this.qualified(operation.type)} ${operation.variant} ${operation.labels.join('|')}`;
      case 'alter-type':
        return operation.change.kind === 'add-value'
          ? `add-value ${this.qualified(operation.type)} ${operation.change.label}${operation.change.ifNotExists === undefined ? '' : ' guarded'}`
          : undefined;
      case 'comment-on': {
        const table = operation.table === undefined ? '' : ` on ${this.qualified(operation.table)}`;
        return `comment ${this.qualified(operation.name)}${operation.column === undefined ? '' : `.${this.name(operation.column)}`}${table}`;
      }
      case 'drop-object':
        return namelessObjects.has(operation.object)
          ? undefined
          : `drop ${operation.object} ${this.qualified(operation.name)}${operation.table === undefined ? '' : ` on ${this.qualified(operation.table)}`}${guard}`;
      case 'write-rows':
        return operation.table === undefined
          ? undefined
          : `write ${operation.verb} ${this.qualified(operation.table)} (${this.names(operation.columns)})`;
      default:
        return undefined;
    }
  }

  private createTable(operation: Extract<Operation, { kind: 'create-table' }>): string | undefined {
    if (operation.virtualModule !== undefined) return undefined;
    for (const column of operation.columns) this.column(column);
    for (const constraint of operation.constraints) this.constraint(constraint);
    for (const like of operation.likes) this.lines.push(`like ${this.qualified(like.table)}`);
    for (const parent of operation.inherits) this.lines.push(`inherits ${this.qualified(parent)}`);
    const partition = operation.partitionOf === undefined ? '' : ` of ${this.qualified(operation.partitionOf)}`;
    const words = [operation.ifNotExists && 'guarded', operation.temporary && 'temp', operation.asQuery && 'as'];
    return ['create-table', this.qualified(operation.table), ...words.filter(Boolean)].join(' ') + partition;
  }

  private column(column: ColumnDefinition): void {
    const parts = ['column', this.name(column.name), column.type === undefined ? '-' : this.type(column.type)];
    if (column.notNull !== undefined) parts.push(column.notNull ? 'not-null' : 'null');
    if (column.primaryKey !== undefined) parts.push('pk');
    if (column.unique !== undefined) parts.push('unique');
    if (column.autoIncrement !== undefined) parts.push('auto-increment');
    if (column.identity !== undefined) parts.push(`identity-${column.identity}`);
    if (column.default !== undefined) parts.push('default');
    if (column.generated !== undefined) parts.push('generated');
    if (column.checks.length > 0) parts.push(`check×${column.checks.length}`);
    if (column.references !== undefined) parts.push(this.target(column.references));
    if (column.collation !== undefined && this.dialect.name === 'sqlite') parts.push('collate');
    this.lines.push(parts.join(' '));
  }

  private type(type: TypeName): string {
    if (this.dialect.name === 'sqlite') return type.name.toLowerCase();
    const written = type.arguments.join(',').replaceAll(' ', '');
    const identity = typeIdentity(type);
    // PostgreSQL's grammar writes `char` as char(1), and the bits of a float are in its name.
    const implied = written === '1' && (identity === 'character' || identity === 'bit');
    const shown = written === '' || implied || type.name.startsWith('float') ? '' : `(${written})`;
    return `${type.identifier === undefined ? identity : this.dialect.key(identity, true)}${shown}`;
  }

  private target(target: ForeignKeyTarget): string {
    const onDelete =
      target.onDelete === undefined || target.onDelete === 'no action' ? '' : ` delete ${target.onDelete}`;
    const onUpdate =
      target.onUpdate === undefined || target.onUpdate === 'no action' ? '' : ` update ${target.onUpdate}`;
    return `-> ${this.qualified(target.table)}(${this.names(target.columns)})${onDelete}${onUpdate}`;
  }

  private constraint(constraint: TableConstraint): void {
    const name = constraint.name === undefined ? '' : ` ${this.name(constraint.name)}`;
    const line = this.constraintBody(constraint);
    this.lines.push(`${constraint.kind}${name}${line}`);
  }

  private constraintBody(constraint: TableConstraint): string {
    switch (constraint.kind) {
      case 'check':
        return ` {${this.references([constraint.expression])}}`;
      case 'foreign-key':
        return ` (${this.names(constraint.columns)}) ${this.target(constraint.target)}`;
      case 'not-null':
        return ` ${this.name(constraint.column)}`;
      case 'exclude':
        return '';
      default: {
        const using = 'usingIndex' in constraint ? ` using ${this.name(constraint.usingIndex)}` : '';
        return `${using} (${constraint.keys.map((key) => this.key(key)).join(', ')})`;
      }
    }
  }

  private alterColumn(operation: Extract<Operation, { kind: 'alter-column' }>): string {
    const { change } = operation;
    const type = change.kind === 'set-type' ? ` ${this.type(change.type)}` : '';
    const what = alterKinds.has(change.kind) ? change.kind : 'other';
    return `alter-column ${this.qualified(operation.table)} ${this.name(operation.column)} ${what}${type}`;
  }

  private createIndex(operation: Extract<Operation, { kind: 'create-index' }>): string {
    const words = [
      operation.unique && 'unique',
      operation.ifNotExists && 'guarded',
      operation.concurrently && 'concurrently',
      operation.where && `where {${this.references([operation.where])}}`,
      operation.include.length > 0 && `include (${this.names(operation.include)})`,
    ];
    const keys = operation.keys.map((key) => this.key(key)).join(', ');
    const name = operation.index === undefined ? '' : this.name(operation.index.name);
    return ['create-index', name, `on ${this.qualified(operation.table)} (${keys})`, ...words.filter(Boolean)].join(
      ' ',
    );
  }

  private createTrigger(operation: Extract<Operation, { kind: 'create-trigger' }>, guard: string): string {
    const when = operation.when === undefined ? '' : ' when';
    const events = [...operation.events].sort().join('|');
    const table = this.qualified(operation.table);
    return `create-trigger ${this.qualified(operation.trigger)} ${operation.timing} ${events} (${this.names(operation.updateOf)}) on ${table}${when}${guard}`;
  }

  private key(key: IndexKey): string {
    const value = key.column === undefined ? `{${this.references([key.expression])}}` : this.name(key.column);
    return key.descending === true ? `${value} desc` : value;
  }

  /** The columns that an expression reads, each once. */
  private references(expressions: readonly (Expression | undefined)[]): string {
    const found = expressions.flatMap((expression) => expression?.columns ?? []);
    return [...new Set(found.map(({ column }) => this.name(column)))].sort().join(',');
  }
}

const alterKinds: ReadonlySet<string> = new Set([
  'set-type',
  'set-default',
  'drop-default',
  'set-not-null',
  'drop-not-null',
]);

/** Objects that no identifier names. */
const namelessObjects: ReadonlySet<string> = new Set(['operator', 'cast', 'user-mapping', 'transform', 'role']);
