import type { Expression, IndexKey, Name } from '../../ddl/operation.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { canonicalExpression } from '../canonical.ts';
import type { Index, Origin } from '../catalog.ts';
import { columnsRead } from './column-definition.ts';
import { nameKey } from './names.ts';

/** What an index is made of, whichever statement or constraint makes it. */
export interface IndexParts {
  readonly name: string;
  readonly unique: boolean;
  readonly keys: readonly IndexKey[];
  readonly include?: readonly Name[];
  readonly where?: Expression | undefined;
  readonly method?: string | null;
  readonly ofConstraint: boolean;
  readonly origin: Origin;
}

/** An index as its parts make it. */
export function indexOf(parts: IndexParts, dialect: Dialect): Index {
  const include = (parts.include ?? []).map((name) => nameKey(name, dialect));
  const keys = parts.keys.map((key) => keyOf(key, dialect));
  const read = [
    ...parts.keys.flatMap((key) =>
      key.column === undefined ? columnsRead(key.expression, dialect) : [nameKey(key.column, dialect)],
    ),
    ...columnsRead(parts.where, dialect),
    ...include,
  ];
  return {
    name: parts.name,
    unique: parts.unique,
    keys,
    include,
    where: parts.where === undefined ? null : canonicalExpression(parts.where.text, dialect),
    columns: [...new Set(read)],
    method: parts.method ?? null,
    ofConstraint: parts.ofConstraint,
    origin: parts.origin,
    certain: true,
  };
}

function keyOf(key: IndexKey, dialect: Dialect): Index['keys'][number] {
  const column = key.column === undefined ? null : nameKey(key.column, dialect);
  const start = column ?? (key.expression === undefined ? '' : canonicalExpression(key.expression.text, dialect));
  return { text: start + modifiersOf(key), column, descending: key.descending === true };
}

/** What stands behind the column or expression, in one spelling. */
function modifiersOf(key: IndexKey): string {
  const prefix = key.prefixLength === undefined ? '' : `(${key.prefixLength})`;
  const collation = key.collation === undefined ? '' : ` collate ${key.collation.toLowerCase()}`;
  const operatorClass = key.operatorClass === undefined ? '' : ` ${key.operatorClass}`;
  // NULLS LAST is what ascending means, NULLS FIRST what descending means.
  const isUsual = key.nulls === undefined || (key.nulls === 'first') === (key.descending === true);
  return `${prefix}${collation}${operatorClass}${isUsual ? '' : ` nulls ${key.nulls ?? ''}`}`;
}
