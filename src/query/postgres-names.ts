import { list, only, text, type Fields } from './postgres-nodes.ts';

/** A weak name gives way to that of the type which the value is cast to. */
interface OutputName {
  readonly name: string;
  readonly isWeak: boolean;
}

/** The name of an output column without an alias, as FigureColname in parse_target.c finds it; null for `?column?`. */
export function outputName(node: Fields): string | null {
  return nameOf(node)?.name ?? null;
}

function nameOf(node: Fields): OutputName | null {
  const [type, fields] = only(node);
  switch (type) {
    case 'ColumnRef':
      return strong(lastString(fields.fields));
    case 'FuncCall':
      return strong(lastString(fields.funcname));
    case 'A_Indirection':
      return strong(lastString(fields.indirection)) ?? nameOf(fields.arg as Fields);
    case 'TypeCast':
      return nameOfCast(fields);
    case 'CollateClause':
      return nameOf(fields.arg as Fields);
    case 'CaseExpr': {
      const other = nameOf((fields.defresult ?? {}) as Fields);
      return other === null || other.isWeak ? { name: 'case', isWeak: true } : other;
    }
    case 'SubLink':
      return nameOfSubquery(fields);
    case 'SQLValueFunction':
      return strong(text(fields.op).replace('SVFOP_', '').replace(/_N$/, '').toLowerCase());
    case 'MinMaxExpr':
      return strong(fields.op === 'IS_LEAST' ? 'least' : 'greatest');
    case 'A_Expr':
      return fields.kind === 'AEXPR_NULLIF' ? strong('nullif') : null;
    default:
      return namelessOr(type);
  }
}

/** Kinds with a name of their own, and kinds without one; of any other the name is not known. */
function namelessOr(type: string): OutputName | null {
  const own = OWN_NAMES[type];
  if (own !== undefined) return strong(own);
  if (NAMELESS.has(type)) return null;
  throw new Error(`the name of ${type} is not known`);
}

const OWN_NAMES: Readonly<Record<string, string>> = {
  CoalesceExpr: 'coalesce',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  GroupingFunc: 'grouping',
};
const NAMELESS: ReadonlySet<string> = new Set(['', 'A_Const', 'BoolExpr', 'NullTest', 'BooleanTest', 'ParamRef']);

function nameOfCast(fields: Fields): OutputName | null {
  const inner = nameOf(fields.arg as Fields);
  if (inner !== null && !inner.isWeak) return inner;
  const type = lastString((fields.typeName as Fields | undefined)?.names);
  return type === null ? inner : { name: type, isWeak: true };
}

function nameOfSubquery(fields: Fields): OutputName | null {
  switch (fields.subLinkType) {
    case 'EXISTS_SUBLINK':
      return strong('exists');
    case 'ARRAY_SUBLINK':
      return strong('array');
    case 'EXPR_SUBLINK': {
      const select = (fields.subselect as Fields).SelectStmt as Fields;
      const [first] = list(select.targetList);
      const target = first?.ResTarget as Fields | undefined;
      if (target === undefined) return null;
      return target.name === undefined ? nameOf(target.val as Fields) : strong(text(target.name));
    }
    default:
      return null;
  }
}

function strong(name: string | null): OutputName | null {
  return name === null ? null : { name, isWeak: false };
}

function lastString(nodes: unknown): string | null {
  const string = list(nodes).at(-1)?.String as Fields | undefined;
  return string === undefined ? null : text(string.sval);
}
