import { loadModule, parseSync } from 'libpg-query';

/** A node of PostgreSQL's parse tree, as its JSON has it. */
type Node = Readonly<Record<string, unknown>>;

/** To be awaited once before `postgresFacts` is asked. */
export async function loadPostgresGrammar(): Promise<void> {
  await loadModule();
}

/** What PostgreSQL's own grammar reads in a statement: `rejected`, or its facts; undefined where they are not compared. */
export function postgresFacts(sql: string): string[] | 'rejected' | undefined {
  let statements: readonly Node[];
  try {
    statements = list((parseSync(sql) as unknown as Node).stmts);
  } catch {
    return 'rejected';
  }
  const statement = statements[0]?.stmt as Node | undefined;
  if (statement === undefined || statements.length !== 1) return undefined;
  const [[type, node] = ['', {}]] = Object.entries(statement);
  return new PostgresFacts().statement(type, node as Node);
}

class PostgresFacts {
  private readonly lines: string[] = [];

  statement(type: string, node: Node): string[] | undefined {
    const described = this.describe(type, node);
    if (described === undefined) return undefined;
    return [...this.lines, ...(typeof described === 'string' ? [described] : described)];
  }

  private describe(type: string, node: Node): string | readonly string[] | undefined {
    switch (type) {
      case 'CreateStmt':
        return this.createTable(node);
      case 'CreateForeignTableStmt':
        return this.createTable(node.base as Node);
      case 'CreateTableAsStmt':
        return createAs(node);
      case 'IndexStmt':
        return createIndex(node);
      case 'AlterTableStmt':
        return this.alterTable(node);
      case 'RenameStmt':
        return rename(node);
      case 'DropStmt':
        return drop(node);
      case 'ViewStmt': {
        const columns = list(node.aliases).map(stringOf).join(',');
        return `create-view ${relation(node.view)} (${columns})${node.replace === true ? ' or-replace' : ''}`;
      }
      case 'CreateTrigStmt':
        return createTrigger(node);
      default:
        return this.describeOther(type, node);
    }
  }

  private describeOther(type: string, node: Node): string | readonly string[] | undefined {
    switch (type) {
      case 'CreateFunctionStmt': {
        const inputs = list(node.parameters)
          .map((parameter) => parameter.FunctionParameter as Node)
          .filter(({ mode }) => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE');
        const types = inputs.map((input) => typeName(input.argType, false)).join(',');
        return `create-routine ${dotted(node.funcname)} (${types})${node.replace === true ? ' or-replace' : ''}`;
      }
      case 'CreateEnumStmt':
        return `create-type ${dotted(node.typeName)} enum ${list(node.vals).map(stringOf).join('|')}`;
      case 'CompositeTypeStmt':
        for (const column of list(node.coldeflist)) this.column(column.ColumnDef as Node);
        return `create-type ${relation(node.typevar)} composite `;
      case 'CreateRangeStmt':
        return `create-type ${dotted(node.typeName)} range `;
      case 'CreateDomainStmt':
        return `create-type ${dotted(node.domainname)} domain `;
      case 'AlterEnumStmt':
        if (node.oldVal !== undefined) return undefined;
        return `add-value ${dotted(node.typeName)} ${word(node.newVal)}${node.skipIfNewValExists === true ? ' guarded' : ''}`;
      case 'CommentStmt':
        return comment(node);
      case 'InsertStmt': {
        const columns = list(node.cols).map((column) => word((column.ResTarget as Node).name));
        return [...withWrites(node), `write insert ${relation(node.relation)} (${columns.join(',')})`];
      }
      case 'UpdateStmt':
        return [...withWrites(node), `write update ${relation(node.relation)} ()`];
      case 'DeleteStmt':
        return [...withWrites(node), `write delete ${relation(node.relation)} ()`];
      case 'TruncateStmt':
        return list(node.relations).map((table) => `write truncate ${relation(table.RangeVar)} ()`);
      default:
        return undefined;
    }
  }

  private createTable(node: Node): string {
    for (const element of list(node.tableElts)) this.element(element);
    const parents = list(node.inhRelations).map((parent) => relation(parent.RangeVar));
    const isPartition = node.partbound !== undefined;
    if (!isPartition) this.lines.push(...parents.map((parent) => `inherits ${parent}`));
    const temporary = (node.relation as Node).relpersistence === 't' ? ' temp' : '';
    const partition = isPartition ? ` of ${parents.join()}` : '';
    return `create-table ${relation(node.relation)}${node.if_not_exists === true ? ' guarded' : ''}${temporary}${partition}`;
  }

  private element(element: Node): void {
    if (element.ColumnDef !== undefined) this.column(element.ColumnDef as Node);
    else if (element.Constraint !== undefined) this.constraint(element.Constraint as Node);
    else if (element.TableLikeClause !== undefined) {
      this.lines.push(`like ${relation((element.TableLikeClause as Node).relation)}`);
    }
  }

  private column(node: Node): void {
    const found = new Map<string, string>();
    let checks = 0;
    for (const item of list(node.constraints)) {
      const constraint = item.Constraint as Node;
      if (constraint.contype === 'CONSTR_CHECK') checks++;
      const [key, line] = columnClause(constraint);
      if (key !== '') found.set(key, line);
    }
    if (checks > 0) found.set('check', `check×${checks}`);
    const order = ['null', 'pk', 'unique', 'identity', 'default', 'generated', 'check', 'references'];
    const type = node.typeName === undefined ? '-' : typeName(node.typeName, true);
    const parts = ['column', word(node.colname), type, ...order.flatMap((key) => found.get(key) ?? [])];
    this.lines.push(parts.join(' '));
  }

  private constraint(node: Node): void {
    const name = node.conname === undefined ? '' : ` ${word(node.conname)}`;
    const keys = list(node.keys).map(stringOf).join(', ');
    const using = node.indexname === undefined ? '' : ` using ${word(node.indexname)}`;
    switch (node.contype) {
      case 'CONSTR_PRIMARY':
        this.lines.push(`primary-key${name}${using} (${keys})`);
        break;
      case 'CONSTR_UNIQUE':
        this.lines.push(`unique${name}${using} (${keys})`);
        break;
      case 'CONSTR_CHECK':
        this.lines.push(`check${name} {${references(node.raw_expr)}}`);
        break;
      case 'CONSTR_FOREIGN':
        this.lines.push(`foreign-key${name} (${list(node.fk_attrs).map(stringOf).join(',')}) ${target(node)}`);
        break;
      case 'CONSTR_EXCLUSION':
        this.lines.push(`exclude${name}`);
        break;
      case 'CONSTR_NOTNULL':
        this.lines.push(`not-null${name} ${keys}`);
        break;
    }
  }

  private alterTable(node: Node): readonly string[] | undefined {
    if (node.objtype !== 'OBJECT_TABLE') return undefined;
    const table = relation(node.relation);
    const commands = list(node.cmds).map((command) => this.command(table, command.AlterTableCmd as Node));
    return commands.every((line) => line !== undefined) ? commands : undefined;
  }

  private command(table: string, node: Node): string | undefined {
    const guard = node.missing_ok === true ? ' guarded' : '';
    const name = word(node.name);
    const definition = node.def as Node | undefined;
    switch (node.subtype) {
      case 'AT_AddColumn':
        this.column(definition?.ColumnDef as Node);
        return `add-column ${table}${guard}`;
      case 'AT_DropColumn':
        return `drop-column ${table} ${name}${guard}`;
      case 'AT_SetNotNull':
        return `alter-column ${table} ${name} set-not-null`;
      case 'AT_DropNotNull':
        return `alter-column ${table} ${name} drop-not-null`;
      case 'AT_ColumnDefault':
        return `alter-column ${table} ${name} ${definition === undefined ? 'drop-default' : 'set-default'}`;
      case 'AT_AlterColumnType':
        return `alter-column ${table} ${name} set-type ${typeName((definition?.ColumnDef as Node).typeName, true)}`;
      case 'AT_AddConstraint': {
        const constraint = definition?.Constraint as Node;
        this.constraint(constraint);
        return `add-constraint ${table}${constraint.skip_validation === true ? ' not-valid' : ''}`;
      }
      case 'AT_DropConstraint':
        return `drop-constraint ${table} ${name}${guard}`;
      case 'AT_ValidateConstraint':
        return `validate-constraint ${table} ${name}`;
      default:
        return undefined;
    }
  }
}

function columnClause(node: Node): readonly [string, string] {
  switch (node.contype) {
    case 'CONSTR_NOTNULL':
      return ['null', 'not-null'];
    case 'CONSTR_NULL':
      return ['null', 'null'];
    case 'CONSTR_PRIMARY':
      return ['pk', 'pk'];
    case 'CONSTR_UNIQUE':
      return ['unique', 'unique'];
    case 'CONSTR_DEFAULT':
      return ['default', 'default'];
    case 'CONSTR_GENERATED':
      return ['generated', 'generated'];
    case 'CONSTR_IDENTITY':
      return ['identity', `identity-${node.generated_when === 'a' ? 'always' : 'by default'}`];
    case 'CONSTR_FOREIGN':
      return ['references', target(node)];
    default:
      return ['', ''];
  }
}

const actions: Readonly<Record<string, string>> = { r: 'restrict', c: 'cascade', n: 'set null', d: 'set default' };

function target(node: Node): string {
  const onDelete = actions[word(node.fk_del_action)];
  const onUpdate = actions[word(node.fk_upd_action)];
  const columns = list(node.pk_attrs).map(stringOf).join(',');
  const deletes = onDelete === undefined ? '' : ` delete ${onDelete}`;
  return `-> ${relation(node.pktable)}(${columns})${deletes}${onUpdate === undefined ? '' : ` update ${onUpdate}`}`;
}

function createAs(node: Node): readonly string[] {
  const into = node.into as Node;
  if (node.objtype === 'OBJECT_MATVIEW') {
    const columns = list(into.colNames).map(stringOf).join(',');
    return [`create-view ${relation(into.rel)} (${columns})${node.if_not_exists === true ? ' guarded' : ''}`];
  }
  const columns = list(into.colNames).map((name) => `column ${stringOf(name)} -`);
  const temporary = (into.rel as Node).relpersistence === 't' ? ' temp' : '';
  return [
    ...columns,
    `create-table ${relation(into.rel)}${node.if_not_exists === true ? ' guarded' : ''}${temporary} as`,
  ];
}

function createIndex(node: Node): string {
  const words = [
    node.unique === true && 'unique',
    node.if_not_exists === true && 'guarded',
    node.concurrent === true && 'concurrently',
    node.whereClause !== undefined && `where {${references(node.whereClause)}}`,
    node.indexIncludingParams !== undefined && `include (${list(node.indexIncludingParams).map(key).join(',')})`,
  ];
  const keys = list(node.indexParams).map(key).join(', ');
  const head = `create-index ${word(node.idxname)} on ${relation(node.relation)} (${keys})`;
  return [head, ...words.filter(Boolean)].join(' ');
}

function key(item: Node): string {
  const element = item.IndexElem as Node;
  const value = element.name === undefined ? `{${references(element.expr)}}` : word(element.name);
  return element.ordering === 'SORTBY_DESC' ? `${value} desc` : value;
}

function rename(node: Node): string | undefined {
  const subject = word(node.subname);
  switch (node.renameType) {
    case 'OBJECT_COLUMN':
      return `rename-column ${relation(node.relation)} ${subject} ${word(node.newname)}`;
    case 'OBJECT_TABCONSTRAINT':
      return `rename-constraint ${relation(node.relation)} ${subject} ${word(node.newname)}`;
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
      return `rename-table ${relation(node.relation)} ${word(node.newname)}`;
    default:
      return undefined;
  }
}

const droppedKinds: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'drop-table',
  OBJECT_FOREIGN_TABLE: 'drop-table',
  OBJECT_INDEX: 'drop-index',
  OBJECT_VIEW: 'drop-view',
  OBJECT_MATVIEW: 'drop-view',
  OBJECT_TYPE: 'drop type',
  OBJECT_DOMAIN: 'drop domain',
  OBJECT_SEQUENCE: 'drop sequence',
  OBJECT_SCHEMA: 'drop schema',
  OBJECT_EXTENSION: 'drop extension',
  OBJECT_FUNCTION: 'drop function',
  OBJECT_PROCEDURE: 'drop procedure',
  OBJECT_AGGREGATE: 'drop aggregate',
};
const droppedOnTable: Readonly<Record<string, string>> = {
  OBJECT_TRIGGER: 'drop-trigger',
  OBJECT_POLICY: 'drop policy',
  OBJECT_RULE: 'drop rule',
};

function drop(node: Node): readonly string[] | undefined {
  const guard = node.missing_ok === true ? ' guarded' : '';
  const onTable = droppedOnTable[word(node.removeType)];
  if (onTable !== undefined) {
    return list(node.objects).map((object) => {
      const parts = list((object.List as Node).items).map(stringOf);
      return `${onTable} ${parts.at(-1) ?? ''} on ${parts.slice(0, -1).join('.')}${guard}`;
    });
  }
  const kind = droppedKinds[word(node.removeType)];
  if (kind === undefined) return undefined;
  return list(node.objects).map((object) => `${kind} ${dottedObject(object)}${guard}`);
}

function dottedObject(object: Node): string {
  if (object.List !== undefined) return dotted((object.List as Node).items);
  if (object.ObjectWithArgs !== undefined) return dotted((object.ObjectWithArgs as Node).objname);
  if (object.TypeName !== undefined) return dotted((object.TypeName as Node).names);
  return stringOf(object);
}

/** Bits of `events` and `timing` in CREATE TRIGGER (catalog/pg_trigger.h). */
const eventBits: readonly (readonly [number, string])[] = [
  [8, 'delete'],
  [4, 'insert'],
  [32, 'truncate'],
  [16, 'update'],
];

function createTrigger(node: Node): string {
  const timing = ((node.timing as number | undefined) ?? 0) & 66;
  const when = timing === 2 ? 'before' : timing === 64 ? 'instead of' : 'after';
  const events = eventBits.filter(([bit]) => ((node.events as number) & bit) !== 0).map(([, word]) => word);
  const columns = list(node.columns).map(stringOf).join(',');
  const condition = node.whenClause === undefined ? '' : ' when';
  return `create-trigger ${word(node.trigname)} ${when} ${events.sort().join('|')} (${columns}) on ${relation(node.relation)}${condition}`;
}

function comment(node: Node): string | undefined {
  const object = node.object as Node;
  const parts = object.List === undefined ? [dottedObject(object)] : list((object.List as Node).items).map(stringOf);
  switch (node.objtype) {
    case 'OBJECT_COLUMN':
      return `comment ${parts.join('.')}`;
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
    case 'OBJECT_TABCONSTRAINT':
      return `comment ${parts.at(-1) ?? ''} on ${parts.slice(0, -1).join('.')}`;
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_INDEX':
    case 'OBJECT_SEQUENCE':
    case 'OBJECT_SCHEMA':
    case 'OBJECT_EXTENSION':
    case 'OBJECT_FUNCTION':
    case 'OBJECT_TYPE':
      return `comment ${parts.join('.')}`;
    default:
      return undefined;
  }
}

const writeVerbs: Readonly<Record<string, string>> = {
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
};

function withWrites(node: Node): readonly string[] {
  const parts = list((node.withClause as Node | undefined)?.ctes);
  return parts.flatMap((part) => {
    const [[type, query] = ['', {}]] = Object.entries((part.CommonTableExpr as Node).ctequery as Node);
    const verb = writeVerbs[type];
    const columns = list((query as Node).cols).map((column) => word((column.ResTarget as Node).name));
    return verb === undefined ? [] : [`write ${verb} ${relation((query as Node).relation)} (${columns.join(',')})`];
  });
}

/** The catalog's short names, as the manual's table 8.1 spells them out. */
const standardNames: Readonly<Record<string, string>> = {
  int4: 'integer',
  int2: 'smallint',
  int8: 'bigint',
  bool: 'boolean',
  float4: 'real',
  float8: 'double precision',
  varchar: 'character varying',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamptz: 'timestamp with time zone',
  timetz: 'time with time zone',
};

function typeName(value: unknown, withArguments: boolean): string {
  const node = value as Node;
  const names = list(node.names).map(stringOf);
  const last = names.at(-1) ?? '';
  const schema = names.length > 1 && names[0] !== 'pg_catalog' ? `${names.slice(0, -1).join('.')}.` : '';
  const array = node.arrayBounds === undefined ? '' : '[]';
  const name = `${schema}${schema === '' ? (standardNames[last] ?? last) : last}`;
  return `${name}${array}${withArguments ? typeArguments(node, last) : ''}`;
}

function typeArguments(node: Node, name: string): string {
  const values = list(node.typmods).map((item) => constant(item));
  // The grammar itself writes `char` as bpchar(1), `bit` as bit(1), and the fields of an interval as a bit mask.
  const implied = (name === 'bpchar' || name === 'bit') && values.join() === '1';
  return values.length === 0 || implied || name === 'interval' ? '' : `(${values.join(',')})`;
}

function constant(item: Node): string {
  const value = item.A_Const as Node | undefined;
  if (value?.ival !== undefined) return word((value.ival as Node).ival, '0');
  return value?.sval === undefined ? references(item) : `'${word((value.sval as Node).sval)}'`;
}

/** The columns that an expression reads, each once; not those of subqueries. */
function references(expression: unknown): string {
  const found = new Set<string>();
  collect(expression, found);
  return [...found].sort().join(',');
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [type, part] of Object.entries(value)) {
    if (type === 'ColumnRef')
      found.add(
        list((part as Node).fields)
          .map(stringOf)
          .at(-1) ?? '',
      );
    else if (type !== 'subselect') collect(part, found);
  }
}

function relation(value: unknown): string {
  const node = value as Node;
  return node.schemaname === undefined ? word(node.relname) : `${word(node.schemaname)}.${word(node.relname)}`;
}

function dotted(names: unknown): string {
  return list(names).map(stringOf).join('.');
}

function stringOf(node: Node): string {
  const value = node.String as Node | undefined;
  return typeof value?.sval === 'string' ? value.sval : '*';
}

function word(value: unknown, absent = ''): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : absent;
}

function list(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}
