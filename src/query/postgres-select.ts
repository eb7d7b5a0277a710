import { outputName } from './postgres-names.ts';
import { list, only, text, type Fields } from './postgres-nodes.ts';
import type { SelectItem, SelectSource, SelectTree, ValueTree } from './select-tree.ts';

/** Turns a SelectStmt of libpg_query into what can be computed of it. */
export function selectTreeOf(node: Fields): SelectTree {
  if (node.valuesLists !== undefined) return valuesTree(node);
  if (node.op !== undefined && node.op !== 'SETOP_NONE') return setTree(node);
  const sources: SelectSource[] = [];
  const conditions: ValueTree[] = [];
  const areKnown = list(node.fromClause).every((source) => addSource(source, sources, conditions));
  if (node.whereClause !== undefined) conditions.push(valueOf(node.whereClause as Fields));
  const [first] = conditions;
  const isBeyond =
    !areKnown || ['withClause', 'limitOffset', 'windowClause'].some((field) => node[field] !== undefined);
  return {
    items: list(node.targetList).map(itemOf),
    sources,
    arms: [],
    where: conditions.length > 1 ? { kind: 'and', values: conditions } : (first ?? null),
    isBeyond,
    isGrouped: node.groupClause !== undefined || node.havingClause !== undefined,
    distinct: node.distinctClause !== undefined,
    limit: node.limitCount === undefined ? null : valueOf(node.limitCount as Fields),
  };
}

function valuesTree(node: Fields): SelectTree {
  const rows = rowsOf(node);
  const columns = (rows[0] ?? []).map((_, at) => `column${at + 1}`);
  return {
    items: columns.map((name) => ({ name, value: { kind: 'column', path: [name] } })),
    sources: [{ kind: 'values', rows, alias: '', columns }],
    arms: [],
    where: null,
    isBeyond: node.limitCount !== undefined || node.limitOffset !== undefined,
    isGrouped: false,
    distinct: false,
    limit: null,
  };
}

/** UNION gives the rows of both, without ALL each of them once. */
function setTree(node: Fields): SelectTree {
  const left = selectTreeOf(node.larg as Fields);
  const right = selectTreeOf(node.rarg as Fields);
  const isBeyond = node.op !== 'SETOP_UNION' || node.withClause !== undefined || node.limitOffset !== undefined;
  const limit = node.limitCount === undefined ? null : valueOf(node.limitCount as Fields);
  const plain = { items: [], sources: [], where: null, isGrouped: false };
  return { ...plain, arms: [left, right], isBeyond, distinct: node.all !== true, limit };
}

function rowsOf(node: Fields): readonly (readonly ValueTree[])[] {
  return list(node.valuesLists).map((row) => list((row.List as Fields).items).map(valueOf));
}

function itemOf(node: Fields): SelectItem {
  const { name, val } = node.ResTarget as Fields;
  return { name: name === undefined ? nameOf(val as Fields) : text(name), value: valueOf(val as Fields) };
}

function nameOf(node: Fields): string {
  try {
    return outputName(node) ?? '?column?';
  } catch {
    return '?column?';
  }
}

/** Adds what stands in FROM; false where a join may leave rows out or bring more. */
function addSource(node: Fields, sources: SelectSource[], conditions: ValueTree[]): boolean {
  const [type, fields] = only(node);
  const alias = text((fields.alias as Fields | undefined)?.aliasname);
  const listed = list((fields.alias as Fields | undefined)?.colnames).map(stringOf);
  switch (type) {
    case 'RangeVar': {
      const schema = fields.schemaname === undefined ? null : text(fields.schemaname);
      sources.push({ kind: 'table', schema, name: text(fields.relname), alias: alias || text(fields.relname) });
      return listed.length === 0;
    }
    case 'RangeSubselect': {
      const select = (fields.subquery as Fields).SelectStmt as Fields;
      if (select.valuesLists !== undefined) {
        const rows = rowsOf(select);
        const columns = (rows[0] ?? []).map((_, at) => listed[at] ?? `column${at + 1}`);
        sources.push({ kind: 'values', rows, alias, columns });
        return true;
      }
      sources.push({ kind: 'query', query: selectTreeOf(select), alias });
      return listed.length === 0;
    }
    case 'RangeFunction':
      return addFunction(fields, { alias, listed }, sources);
    case 'JoinExpr': {
      const both =
        addSource(fields.larg as Fields, sources, conditions) && addSource(fields.rarg as Fields, sources, conditions);
      if (fields.quals !== undefined) conditions.push(valueOf(fields.quals as Fields));
      const isInner = fields.jointype === undefined || fields.jointype === 'JOIN_INNER';
      return both && isInner && fields.usingClause === undefined && fields.isNatural !== true && alias === '';
    }
    default:
      return false;
  }
}

function addFunction(
  fields: Fields,
  { alias, listed }: { readonly alias: string; readonly listed: readonly string[] },
  sources: SelectSource[],
): boolean {
  const items = list(((fields.functions as readonly Fields[] | undefined)?.[0]?.List as Fields | undefined)?.items);
  const [call] = items;
  if (call === undefined || items.length > 2) return false;
  const value = valueOf(call);
  const name = alias || (value.kind === 'call' ? value.name : '');
  sources.push({ kind: 'function', call: value, alias: name, column: listed[0] ?? name });
  return fields.ordinality === undefined && list(fields.functions).length === 1;
}

function stringOf(node: Fields): string {
  return text((node.String as Fields | undefined)?.sval);
}

const UNKNOWN: ValueTree = { kind: 'unknown' };

export function valueOf(node: Fields): ValueTree {
  const [type, fields] = only(node);
  switch (type) {
    case 'A_Const':
      return constantOf(fields);
    case 'ColumnRef': {
      const parts = list(fields.fields);
      if (parts.some(({ A_Star: star }) => star !== undefined)) return { kind: 'star' };
      return { kind: 'column', path: parts.map(stringOf) };
    }
    case 'ParamRef':
      return { kind: 'parameter' };
    case 'FuncCall':
      return callOf(fields);
    case 'SQLValueFunction':
      return { kind: 'call', name: text(fields.op).replace('SVFOP_', '').toLowerCase(), values: [] };
    case 'BoolExpr':
      return booleanOf(fields);
    case 'A_Expr':
      return operatorOf(fields);
    case 'NullTest':
      return {
        kind: 'is',
        value: valueOf(fields.arg as Fields),
        what: null,
        negated: fields.nulltesttype === 'IS_NOT_NULL',
      };
    case 'BooleanTest':
      return booleanTestOf(fields);
    case 'TypeCast': {
      const names = list((fields.typeName as Fields | undefined)?.names).map(stringOf);
      const isArray = list((fields.typeName as Fields | undefined)?.arrayBounds).length > 0;
      return {
        kind: 'cast',
        value: valueOf(fields.arg as Fields),
        type: `${names.at(-1) ?? ''}${isArray ? '[]' : ''}`,
      };
    }
    case 'CollateClause':
      return valueOf(fields.arg as Fields);
    case 'CoalesceExpr':
      return { kind: 'coalesce', values: list(fields.args).map(valueOf) };
    case 'A_ArrayExpr':
      return { kind: 'array', values: list(fields.elements).map(valueOf) };
    case 'CaseExpr':
      return caseOf(fields);
    case 'SubLink':
      return subqueryOf(fields);
    default:
      return UNKNOWN;
  }
}

function constantOf(fields: Fields): ValueTree {
  if (fields.isnull === true) return { kind: 'constant', value: null };
  const string = fields.sval as Fields | undefined;
  if (string !== undefined) return { kind: 'constant', value: text(string.sval) };
  const truth = fields.boolval as Fields | undefined;
  if (truth !== undefined) return { kind: 'constant', value: truth.boolval === true };
  const whole = fields.ival as Fields | undefined;
  if (whole !== undefined) return { kind: 'constant', value: typeof whole.ival === 'number' ? whole.ival : 0 };
  const broken = fields.fval as Fields | undefined;
  return broken === undefined ? UNKNOWN : { kind: 'constant', value: Number(text(broken.fval)) };
}

function callOf(fields: Fields): ValueTree {
  const name = stringOf(list(fields.funcname).at(-1) ?? {});
  const isPlain = fields.over === undefined && fields.agg_filter === undefined && fields.agg_distinct === undefined;
  if (!isPlain) return UNKNOWN;
  const values = fields.agg_star === true ? [{ kind: 'star' } as const] : list(fields.args).map(valueOf);
  return { kind: 'call', name, values };
}

function booleanOf(fields: Fields): ValueTree {
  const values = list(fields.args).map(valueOf);
  if (fields.boolop === 'NOT_EXPR') return { kind: 'not', value: values[0] ?? UNKNOWN };
  return { kind: fields.boolop === 'OR_EXPR' ? 'or' : 'and', values };
}

function booleanTestOf(fields: Fields): ValueTree {
  const test = text(fields.booltesttype);
  if (test.endsWith('UNKNOWN')) return UNKNOWN;
  return {
    kind: 'is',
    value: valueOf(fields.arg as Fields),
    what: test.endsWith('TRUE'),
    negated: test.startsWith('IS_NOT'),
  };
}

function operatorOf(fields: Fields): ValueTree {
  const operator = stringOf(list(fields.name).at(-1) ?? {});
  const left = fields.lexpr === undefined ? null : valueOf(fields.lexpr as Fields);
  const right = fields.rexpr as Fields;
  switch (fields.kind) {
    case undefined:
    case 'AEXPR_OP':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return { kind: 'operator', operator, left, right: valueOf(right) };
    case 'AEXPR_IN': {
      const items = list((right.List as Fields | undefined)?.items).map(valueOf);
      return { kind: operator === '<>' ? 'all' : 'any', operator, value: left ?? UNKNOWN, list: items };
    }
    case 'AEXPR_OP_ANY':
      return { kind: 'any', operator, value: left ?? UNKNOWN, list: valueOf(right) };
    case 'AEXPR_OP_ALL':
      return { kind: 'all', operator, value: left ?? UNKNOWN, list: valueOf(right) };
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return {
        kind: 'operator',
        operator: fields.kind === 'AEXPR_DISTINCT' ? 'is distinct from' : 'is not distinct from',
        left,
        right: valueOf(right),
      };
    default:
      return UNKNOWN;
  }
}

function caseOf(fields: Fields): ValueTree {
  const subject = fields.arg === undefined ? null : valueOf(fields.arg as Fields);
  const branches = list(fields.args).map((branch) => {
    const { expr, result } = branch.CaseWhen as Fields;
    const tested = valueOf(expr as Fields);
    const when: ValueTree =
      subject === null ? tested : { kind: 'operator', operator: '=', left: subject, right: tested };
    return { when, then: valueOf(result as Fields) };
  });
  const otherwise: ValueTree =
    fields.defresult === undefined ? { kind: 'constant', value: null } : valueOf(fields.defresult as Fields);
  return { kind: 'case', branches, otherwise };
}

function subqueryOf(fields: Fields): ValueTree {
  const query = selectTreeOf((fields.subselect as Fields).SelectStmt as Fields);
  switch (fields.subLinkType) {
    case 'EXISTS_SUBLINK':
      return { kind: 'exists', query };
    case 'EXPR_SUBLINK':
      return { kind: 'first', query };
    case 'ARRAY_SUBLINK':
      return { kind: 'collected', query };
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK': {
      const operator = stringOf(list(fields.operName).at(-1) ?? {}) || '=';
      const kind = fields.subLinkType === 'ANY_SUBLINK' ? 'any' : 'all';
      return { kind, operator, value: valueOf(fields.testexpr as Fields), list: query };
    }
    default:
      return UNKNOWN;
  }
}
