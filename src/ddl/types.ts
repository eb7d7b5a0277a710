import { acceptCascade, acceptIfExists, acceptIfNotExists, given, restAsWords } from './clauses.ts';
import type { Cursor } from './cursor.ts';
import { readCompleteExpression, readParenthesized } from './expression.ts';
import { acceptString, readName, readQualifiedName, readQualifiedNames } from './names.ts';
import type { AlterType, ColumnDefinition, CreateType, Name, Operation, Range } from './operation.ts';
import type { Family } from './reader.ts';
import { acceptTypeName, readTypeName } from './type-name.ts';

/** CREATE, ALTER and DROP of types and domains. */
export const types: Family = {
  'create type': (cursor) => [readCreateType(cursor)],
  'create domain': (cursor) => [readCreateDomain(cursor)],
  'alter type': (cursor) => readAlterType(cursor, 'type'),
  'alter domain': (cursor) => readAlterType(cursor, 'domain'),
  'drop type': (cursor) => readDropTypes(cursor, 'type'),
  'drop domain': (cursor) => readDropTypes(cursor, 'domain'),
};

function readCreateType(cursor: Cursor): CreateType {
  const { statement } = cursor;
  const ifNotExists = acceptIfNotExists(cursor);
  const type = readQualifiedName(cursor);
  const head = { kind: 'create-type', statement, type, ...given({ ifNotExists }) } as const;
  const plain = { ...head, labels: [], attributes: [] };
  if (cursor.atEnd()) return { ...plain, variant: 'shell' };
  if (cursor.isSymbol('(')) {
    cursor.skipRest();
    return { ...plain, variant: 'base' };
  }
  cursor.expect('as');
  if (cursor.accept('enum')) return { ...plain, variant: 'enum', labels: readLabels(cursor) };
  if (cursor.accept('range')) {
    cursor.skipRest();
    return { ...plain, variant: 'range' };
  }
  return { ...plain, variant: 'composite', attributes: readAttributes(cursor) };
}

function readLabels(cursor: Cursor): readonly string[] {
  const labels: string[] = [];
  cursor.expectSymbol('(');
  while (!cursor.atEnd() && !cursor.isSymbol(')')) {
    labels.push(readLabel(cursor));
    if (!cursor.acceptSymbol(',')) break;
  }
  cursor.expectSymbol(')');
  return labels;
}

function readLabel(cursor: Cursor): string {
  return acceptString(cursor) ?? cursor.fail('expected a label');
}

/** `(a integer, b text COLLATE "C")`. */
function readAttributes(cursor: Cursor): readonly ColumnDefinition[] {
  const attributes: ColumnDefinition[] = [];
  cursor.expectSymbol('(');
  while (!cursor.atEnd() && !cursor.isSymbol(')')) {
    attributes.push(readAttribute(cursor));
    if (!cursor.acceptSymbol(',')) break;
  }
  cursor.expectSymbol(')');
  return attributes;
}

function readAttribute(cursor: Cursor): ColumnDefinition {
  const name = readName(cursor);
  const type = readTypeName(cursor);
  const collation = cursor.accept('collate') ? readQualifiedName(cursor).name.text : undefined;
  return { ...cursor.rangeFrom(name.start), name, type, ...given({ collation }), checks: [], opaque: [] };
}

function readCreateDomain(cursor: Cursor): CreateType {
  const { statement } = cursor;
  const ifNotExists = acceptIfNotExists(cursor);
  const type = readQualifiedName(cursor);
  cursor.accept('as');
  const domain = readDomain(cursor, type.name);
  const head = { kind: 'create-type', statement, type, variant: 'domain', labels: [], attributes: [] } as const;
  return { ...head, domain, ...given({ ifNotExists }) };
}

type Draft = { -readonly [Key in keyof ColumnDefinition]: ColumnDefinition[Key] };

/** Its base type, then DEFAULT, COLLATE, [NOT] NULL and CHECK in any order. */
function readDomain(cursor: Cursor, name: Name): ColumnDefinition {
  const start = cursor.start();
  const type = acceptTypeName(cursor);
  const checks: { name?: Name; expression: ColumnDefinition['checks'][number]['expression'] }[] = [];
  const draft: Draft = { start, end: start, name, ...given({ type }), checks, opaque: [] };
  const opaque: Range[] = [];
  let constraint: Name | undefined;
  while (!cursor.atEnd()) {
    if (cursor.accept('constraint')) {
      constraint = readName(cursor);
      continue;
    }
    if (acceptCheckAttribute(cursor)) continue;
    if (cursor.accept('check')) checks.push({ ...given({ name: constraint }), expression: readParenthesized(cursor) });
    else if (!acceptDomainClause(cursor, draft)) opaque.push(skipUnknown(cursor));
    constraint = undefined;
  }
  return { ...draft, ...cursor.rangeFrom(start), opaque };
}

/** PostgreSQL 18 knows ENFORCED; NO INHERIT and NOT VALID are refused for a domain, but not by the grammar. */
function acceptCheckAttribute(cursor: Cursor): boolean {
  const attribute = cursor.acceptWords('no', 'inherit') ?? cursor.acceptWords('not', 'valid');
  return attribute !== undefined || cursor.acceptWords('not', 'enforced') !== undefined || cursor.accept('enforced');
}

function acceptDomainClause(cursor: Cursor, draft: Draft): boolean {
  const notNull = cursor.acceptWords('not', 'null');
  if (notNull !== undefined) {
    draft.notNull = true;
    draft.notNullRange = notNull;
    return true;
  }
  if (cursor.accept('null')) {
    draft.notNull = false;
    return true;
  }
  if (cursor.accept('default')) {
    draft.default = readCompleteExpression(cursor);
    return true;
  }
  if (!cursor.accept('collate')) return false;
  draft.collation = readQualifiedName(cursor).name.text;
  return true;
}

function skipUnknown(cursor: Cursor): Range {
  const start = cursor.start();
  cursor.skipItem();
  return cursor.rangeFrom(start);
}

function readAlterType(cursor: Cursor, variant: AlterType['variant']): readonly AlterType[] {
  const { statement } = cursor;
  const type = readQualifiedName(cursor);
  return [{ kind: 'alter-type', statement, type, variant, change: readTypeChange(cursor) }];
}

function readTypeChange(cursor: Cursor): AlterType['change'] {
  if (cursor.acceptWords('add', 'value') !== undefined) return readAddValue(cursor);
  if (cursor.acceptWords('rename', 'value') !== undefined) {
    const label = readLabel(cursor);
    cursor.expect('to');
    return { kind: 'rename-value', label, to: readLabel(cursor) };
  }
  if (cursor.acceptWords('rename', 'to') !== undefined) return { kind: 'rename', to: readName(cursor) };
  if (cursor.acceptWords('set', 'schema') !== undefined) return { kind: 'set-schema', schema: readName(cursor) };
  return { kind: 'other', words: restAsWords(cursor) };
}

function readAddValue(cursor: Cursor): AlterType['change'] {
  const ifNotExists = acceptIfNotExists(cursor);
  const labelRange = cursor.here();
  const label = readLabel(cursor);
  const before = cursor.accept('before') ? readLabel(cursor) : undefined;
  const after = cursor.accept('after') ? readLabel(cursor) : undefined;
  return { kind: 'add-value', label, labelRange, ...given({ ifNotExists, before, after }) };
}

function readDropTypes(cursor: Cursor, object: 'type' | 'domain'): readonly Operation[] {
  const { statement } = cursor;
  const ifExists = acceptIfExists(cursor);
  const names = readQualifiedNames(cursor);
  const cascade = acceptCascade(cursor);
  return names.map((name) => ({ kind: 'drop-object', statement, object, name, ...given({ ifExists }), cascade }));
}
