import type {
  ColumnDefinition,
  Expression,
  ForeignKeyTarget,
  IndexKey,
  Name,
  Operation,
  QualifiedName,
  Range,
  TableConstraint,
  TypeName,
} from '../../src/ddl/operation.ts';

/**
 * An operation on a line or a few, for the expectations in fixtures/ddl. What is said of names, types, columns, keys and
 * constraints reads like SQL; every other field is `field=value`, and absent ones do not show. `{a, b}` behind an
 * expression lists the columns found in it.
 */
export function describeOperation(operation: Operation): string {
  const { kind, statement, ...fields } = operation;
  const text = statement.sql.text;
  const parts: string[] = [kind];
  const lines: string[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if ((field === 'columns' || field === 'constraints') && kind === 'create-table') lines.push(...describeList(value));
    else parts.push(...describeField(field, value, text));
  }
  return [parts.join(' '), ...lines.map((line) => `    ${line}`)].join('\n');
}

function describeList(items: unknown): string[] {
  return (items as unknown[]).map((item) => describeValue(item, ''));
}

function describeField(field: string, value: unknown, text: string): string[] {
  if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) return [];
  if (value === true) return [field];
  if (isRecord(value) && Object.keys(value).length === 0) return [];
  if (isBareRange(value)) return [isGuard(field) ? field : `${field}=<${oneLine(text.slice(value.start, value.end))}>`];
  if (isRecord(value) && !('start' in value)) {
    const inner = Object.entries(value).flatMap(([key, part]) => describeField(key, part, text));
    return [`${field}=(${inner.join(' ')})`];
  }
  if (Array.isArray(value)) return [`${field}=[${value.map((item) => describeItem(item, text)).join(', ')}]`];
  return [`${field}=${describeValue(value, text)}`];
}

function describeItem(item: unknown, text: string): string {
  if (isBareRange(item)) return `<${oneLine(text.slice(item.start, item.end))}>`;
  if (isRecord(item) && !('start' in item)) {
    return `(${Object.entries(item)
      .flatMap(([key, part]) => describeField(key, part, text))
      .join(' ')})`;
  }
  return describeValue(item, text);
}

/** Guards say enough by being there. */
function isGuard(field: string): boolean {
  return /^(?:if|or[A-Z]|concurrently)/.test(field);
}

function describeValue(value: unknown, text: string): string {
  if (!isRecord(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  if ('checks' in value) return describeColumn(value as unknown as ColumnDefinition);
  if ('form' in value) return describeExpression(value as unknown as Expression);
  if ('arrayDepth' in value) return describeType(value as unknown as TypeName);
  if ('quoted' in value) return describeName(value as unknown as Name);
  if ('kind' in value && 'start' in value) return describeConstraint(value as unknown as TableConstraint);
  if ('name' in value && !('text' in value)) return describeQualified(value as unknown as QualifiedName);
  if ('column' in value || 'expression' in value) return describeKey(value as unknown as IndexKey);
  if (typeof value.text === 'string') return `<${oneLine(value.text)}>`;
  return JSON.stringify(value) + text.slice(0, 0);
}

function describeName(name: Name): string {
  return name.quoted ? `"${name.text}"` : name.text;
}

function describeQualified(name: QualifiedName): string {
  return name.schema === undefined
    ? describeName(name.name)
    : `${describeName(name.schema)}.${describeName(name.name)}`;
}

function describeNames(names: readonly Name[]): string {
  return names.map(describeName).join(', ');
}

function describeType(type: TypeName): string {
  const schema = type.schema === undefined ? '' : `${describeName(type.schema)}.`;
  const quoted = type.identifier?.quoted === true ? `"${type.name}"` : type.name;
  const values = type.arguments.length === 0 ? '' : `(${type.arguments.join(', ')})`;
  return [`${schema}${quoted}${values}${'[]'.repeat(type.arrayDepth)}`, ...type.modifiers].join(' ');
}

function describeExpression(expression: Expression): string {
  const columns = expression.columns.map(({ table, column }) =>
    table === undefined ? describeName(column) : `${describeName(table)}.${describeName(column)}`,
  );
  const functions = expression.functions.map((name) => `${describeQualified(name)}()`);
  const found = [...columns, ...functions, ...(expression.hasSubquery ? ['subquery'] : [])];
  const form = expression.form === 'computed' ? `{${found.join(', ')}}` : `{${expression.form}}`;
  return `${oneLine(expression.text)} ${form}`;
}

function describeTarget(target: ForeignKeyTarget): string {
  const columns = target.columns.length === 0 ? '' : `(${describeNames(target.columns)})`;
  return [
    `references ${describeQualified(target.table)}${columns}`,
    ...(target.onDelete === undefined ? [] : [`on delete ${target.onDelete}`]),
    ...(target.onUpdate === undefined ? [] : [`on update ${target.onUpdate}`]),
    ...(target.deferrable === undefined ? [] : [`deferrable ${target.deferrable}`]),
  ].join(' ');
}

function describeColumn(column: ColumnDefinition): string {
  const named = (name: Name | undefined): string => (name === undefined ? '' : `constraint ${describeName(name)} `);
  const parts = [describeName(column.name), column.type === undefined ? '-' : describeType(column.type)];
  if (column.notNull !== undefined) parts.push(column.notNull ? 'not null' : 'null');
  if (column.primaryKey !== undefined) {
    parts.push(`${named(column.primaryKey.name)}primary key${column.primaryKey.descending === true ? ' desc' : ''}`);
  }
  if (column.unique !== undefined) parts.push(`${named(column.unique.name)}unique`);
  if (column.autoIncrement !== undefined) parts.push('auto-increment');
  if (column.identity !== undefined) parts.push(`identity ${column.identity}`);
  if (column.default !== undefined) parts.push(`default ${describeExpression(column.default)}`);
  if (column.generated !== undefined) {
    parts.push(
      `generated ${describeExpression(column.generated.expression)}${column.generated.stored ? ' stored' : ''}`,
    );
  }
  if (column.onUpdate !== undefined) parts.push(`on-update ${describeExpression(column.onUpdate)}`);
  for (const check of column.checks) parts.push(`${named(check.name)}check ${describeExpression(check.expression)}`);
  if (column.references !== undefined)
    parts.push(`${named(column.references.name)}${describeTarget(column.references)}`);
  if (column.collation !== undefined) parts.push(`collate ${column.collation}`);
  if (column.comment !== undefined) parts.push(`comment ${JSON.stringify(column.comment)}`);
  if (column.opaque.length > 0) parts.push(`OPAQUE×${column.opaque.length}`);
  return parts.join(' ');
}

function describeKey(key: IndexKey): string {
  const value = key.column === undefined ? '' : describeName(key.column);
  return [
    key.expression === undefined ? value : describeExpression(key.expression),
    ...(key.prefixLength === undefined ? [] : [`prefix ${key.prefixLength}`]),
    ...(key.collation === undefined ? [] : [`collate ${key.collation}`]),
    ...(key.operatorClass === undefined ? [] : [`class ${key.operatorClass}`]),
    ...(key.descending === undefined ? [] : [key.descending ? 'desc' : 'asc']),
    ...(key.nulls === undefined ? [] : [`nulls ${key.nulls}`]),
  ].join(' ');
}

function describeConstraint(constraint: TableConstraint): string {
  const parts = constraint.name === undefined ? [] : [`constraint ${describeName(constraint.name)}`];
  if (constraint.ifNotExists !== undefined) parts.push('if-not-exists');
  parts.push('variant' in constraint ? `${constraint.variant} ${constraint.kind}` : constraint.kind);
  if ('keys' in constraint) parts.push(`(${constraint.keys.map(describeKey).join('; ')})`);
  if (constraint.kind === 'check') parts.push(describeExpression(constraint.expression));
  if (constraint.kind === 'not-null') parts.push(describeName(constraint.column));
  if (constraint.kind === 'exclude' && constraint.where !== undefined)
    parts.push(`where ${describeExpression(constraint.where)}`);
  if (constraint.kind === 'foreign-key') {
    if (constraint.indexName !== undefined) parts.push(`index ${describeName(constraint.indexName)}`);
    parts.push(`(${describeNames(constraint.columns)}) ${describeTarget(constraint.target)}`);
  }
  if ('usingIndex' in constraint) parts.push(`using index ${describeName(constraint.usingIndex)}`);
  if ('include' in constraint) parts.push(`include (${describeNames(constraint.include)})`);
  if ('deferrable' in constraint) parts.push(constraint.deferrable ? 'deferrable' : 'not deferrable');
  for (const flag of ['nullsNotDistinct', 'notValid', 'notEnforced', 'noInherit'])
    if (flag in constraint) parts.push(flag);
  if (constraint.opaque !== undefined) parts.push(`OPAQUE×${constraint.opaque.length}`);
  return parts.join(' ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBareRange(value: unknown): value is Range {
  return isRecord(value) && Object.keys(value).length === 2 && 'start' in value && 'end' in value;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
