import { loadModule, parseSync } from 'libpg-query';
import type { Name, QualifiedName } from '../ddl/operation.ts';
import { assignmentsOf, EMPTY_WRITE } from './build.ts';
import { outputName } from './postgres-names.ts';
import { selectTreeOf } from './postgres-select.ts';
import { list, only, place, PostgresText, text, type Fields } from './postgres-nodes.ts';
import type { TreeReader } from './reader.ts';
import type {
  Arm,
  Assignment,
  Clause,
  ClauseTree,
  CommonTable,
  ConflictClause,
  FunctionCall,
  Item,
  Literal,
  Mention,
  QueryTree,
  Source,
  StatementTree,
  Value,
  WriteTree,
} from './tree.ts';

/** Trees from libpg_query, PostgreSQL's own parser. */
export async function loadPostgresTrees(): Promise<TreeReader> {
  await loadModule();
  return {
    statement: (source) => {
      const { stmts = [] } = parseSync(source);
      const [first, second] = stmts;
      if (first?.stmt === undefined || second !== undefined) return null;
      const reading = new Reading(source);
      const tree = reading.statement(first.stmt);
      return tree === null || reading.calls.length === 0 ? tree : { ...tree, calls: reading.calls };
    },
    // A trigger of PostgreSQL calls a function: it has no body of its own.
    trigger: () => null,
    select: (source) => {
      const [first, second] = parseSync(source).stmts ?? [];
      const select = (first?.stmt as Fields | undefined)?.SelectStmt as Fields | undefined;
      return select === undefined || second !== undefined ? null : selectTreeOf(select);
    },
  };
}

/** Turns the nodes of one text into a tree. A node is an object with one field, named for its type. */
class Reading {
  readonly calls: FunctionCall[] = [];
  readonly #text: PostgresText;

  constructor(source: string) {
    this.#text = new PostgresText(source);
  }

  statement(node: Fields): StatementTree | null {
    const [type, fields] = only(node);
    switch (type) {
      case 'SelectStmt':
        return this.#query(fields);
      case 'InsertStmt':
        return this.#insert(fields);
      case 'UpdateStmt':
        return this.#update(fields);
      case 'DeleteStmt':
        return this.#delete(fields);
      case 'MergeStmt':
        return this.#merge(fields);
      default:
        return null;
    }
  }

  #insert(node: Fields): WriteTree {
    const columns = list(node.cols).map((column) => this.#targetName(column));
    const conflict = node.onConflictClause as Fields | undefined;
    return {
      ...this.#write(node, 'insert'),
      columns: columns.length === 0 ? null : columns,
      rows: node.selectStmt === undefined ? null : this.#query((node.selectStmt as Fields).SelectStmt as Fields),
      conflicts: conflict === undefined ? [] : [this.#conflict(conflict)],
    };
  }

  #update(node: Fields): WriteTree {
    return {
      ...this.#write(node, 'update'),
      sets: this.#sets(node.targetList),
      sources: this.#sources(node.fromClause),
      clauses: this.#clause('where', node.whereClause),
    };
  }

  #delete(node: Fields): WriteTree {
    const sources = this.#sources(node.usingClause);
    return { ...this.#write(node, 'delete'), sources, clauses: this.#clause('where', node.whereClause) };
  }

  #merge(node: Fields): WriteTree {
    const branches = list(node.mergeWhenClauses).map((branch) => branch.MergeWhenClause as Fields);
    const inserts = branches.filter(({ commandType }) => commandType === 'CMD_INSERT');
    const updates = branches.filter(({ commandType }) => commandType === 'CMD_UPDATE');
    const values = branches.flatMap(({ condition, values: written }) => this.#mentions([condition, written]));
    return {
      ...this.#write(node, 'merge'),
      sources: this.#source(node.sourceRelation as Fields),
      sets: updates.flatMap(({ targetList }) => this.#sets(targetList)),
      merged: inserts.map(({ targetList, values: written }) => ({
        columns: list(targetList).map((column) => this.#targetName(column)),
        count: list(written).length,
      })),
      clauses: [...this.#clause('on', node.joinCondition), { clause: 'values', mentions: values }],
    };
  }

  #write(node: Fields, verb: WriteTree['verb']): WriteTree {
    const relation = node.relation as Fields;
    const returning = node.returningClause as Fields | undefined;
    return {
      ...EMPTY_WRITE,
      verb,
      ...this.#with(node.withClause),
      target: this.#table(relation),
      alias: this.#aliasOf(relation),
      returning: this.#items(returning?.exprs ?? node.returningList),
    };
  }

  #conflict(node: Fields): ConflictClause {
    const infer = node.infer as Fields | undefined;
    const elements = list(infer?.indexElems).map((element) => element.IndexElem as Fields);
    const plain = elements.filter(({ name }) => name !== undefined);
    const at = this.#text.at(place(infer?.location ?? node.location));
    const columns = plain.map((element) => {
      const name = this.#text.nameAfter(at, text(element.name));
      return { kind: 'column', path: [name], start: name.start, end: name.end } as const;
    });
    const isPlain = plain.length === elements.length && infer?.whereClause === undefined;
    return {
      start: at,
      end: at,
      target: elements.length === 0 ? null : { columns, isPlain },
      constraint: infer?.conname === undefined ? null : this.#text.nameAfter(at, text(infer.conname)),
      sets: this.#sets(node.targetList),
      doesNothing: node.action === 'ONCONFLICT_NOTHING',
      clauses: this.#clause('where', node.whereClause),
    };
  }

  #sets(nodes: unknown): readonly Assignment[] {
    return list(nodes).flatMap((node) => {
      const target = node.ResTarget as Fields;
      const value = target.val as Fields | undefined;
      const several = value?.MultiAssignRef as Fields | undefined;
      const isRepeated = several !== undefined && several.colno !== 1;
      return assignmentsOf([this.#targetName(node)], isRepeated ? NOTHING : this.#value(several?.source ?? value));
    });
  }

  #targetName(node: Fields): Name {
    const { name, location } = node.ResTarget as Fields;
    return this.#text.name(text(name), place(location));
  }

  #with(node: unknown): Pick<WriteTree, 'commonTables' | 'recursive'> {
    const clause = node as Fields | undefined;
    const commonTables = list(clause?.ctes).map((table): CommonTable => {
      const { ctename, aliascolnames, ctequery, location } = table.CommonTableExpr as Fields;
      const query = this.statement(ctequery as Fields);
      if (query === null) throw new Error('a common table of another kind');
      return { name: this.#text.name(text(ctename), place(location)), columns: this.#strings(aliascolnames), query };
    });
    return { commonTables, recursive: clause?.recursive === true };
  }

  #query(node: Fields): QueryTree {
    const { arms, operators } = this.#arms(node, true);
    const order = this.#mentions([node.sortClause, node.limitOffset, node.limitCount]);
    return { kind: 'query', ...this.#with(node.withClause), arms, operators, order };
  }

  #arms(node: Fields, isOuter: boolean): Pick<QueryTree, 'arms' | 'operators'> {
    const hasOwn = !isOuter && (node.sortClause !== undefined || node.withClause !== undefined);
    if (hasOwn) return { arms: [{ kind: 'nested', query: this.#query(node) }], operators: [] };
    if (node.op === undefined || node.op === 'SETOP_NONE') return { arms: [this.#arm(node)], operators: [] };
    const left = this.#arms(node.larg as Fields, false);
    const right = this.#arms(node.rarg as Fields, false);
    // PostgreSQL names the operator without ALL: "each UNION query must have the same number of columns".
    const operator = text(node.op).replace('SETOP_', '');
    return {
      arms: [...left.arms, ...right.arms],
      operators: [...left.operators, operator, ...right.operators],
    };
  }

  #arm(node: Fields): Arm {
    if (node.valuesLists !== undefined) {
      const rows = list(node.valuesLists).map((row) => {
        const items = list((row.List as Fields).items);
        const start = this.#text.at(firstLocation(items));
        return { start, end: start, values: items.map((item) => this.#value(item)) };
      });
      return { kind: 'values', rows };
    }
    return {
      kind: 'select',
      sources: this.#sources(node.fromClause),
      items: this.#items(node.targetList),
      clauses: [
        ...this.#clause('where', node.whereClause),
        ...this.#clause('having', node.havingClause),
        ...this.#clause('group', [node.groupClause, node.distinctClause]),
        ...this.#clause('window', node.windowClause),
      ],
    };
  }

  #clause(clause: Clause, node: unknown): readonly ClauseTree[] {
    const mentions = this.#mentions(node);
    return mentions.length === 0 ? [] : [{ clause, mentions }];
  }

  #items(nodes: unknown): readonly Item[] {
    return list(nodes).map((node): Item => {
      const { name, val, location } = node.ResTarget as Fields;
      const fields = list(((val as Fields).ColumnRef as Fields | undefined)?.fields);
      const start = this.#text.at(place(location));
      if (fields.at(-1)?.A_Star !== undefined) {
        const of = fields.at(-2);
        const qualifier = of === undefined ? null : this.#text.nameAfter(start, text((of.String as Fields).sval));
        return { kind: 'star', of: qualifier, at: { start, end: qualifier?.end ?? start + 1 } };
      }
      const output = name === undefined ? outputName(val as Fields) : text(name);
      const at = { start, end: start };
      return {
        kind: 'value',
        name: output === null ? null : { text: output, quoted: true, ...at },
        mentions: this.#mentions(val),
      };
    });
  }

  #sources(nodes: unknown): readonly Source[] {
    return list(nodes).flatMap((node) => this.#source(node));
  }

  #source(node: Fields): readonly Source[] {
    const [type, fields] = only(node);
    const plain = { using: [], natural: false, on: [], ...this.#alias(fields.alias) };
    switch (type) {
      case 'RangeVar':
        return [{ ...plain, from: { kind: 'table', table: this.#table(fields) } }];
      case 'RangeSubselect': {
        const query = this.statement(fields.subquery as Fields);
        if (query === null) throw new Error('a subquery of another kind');
        return [{ ...plain, from: { kind: 'query', query, lateral: fields.lateral === true } }];
      }
      case 'JoinExpr':
        return this.#join(fields);
      case 'RangeTableSample':
        return this.#source(fields.relation as Fields);
      // RangeFunction, RangeTableFunc (XMLTABLE), JsonTable.
      default:
        return [{ ...plain, from: { kind: 'function', mentions: this.#mentions({ ...fields, alias: undefined }) } }];
    }
  }

  #join(node: Fields): readonly Source[] {
    // The alias of a join hides what it is made of: rare enough to leave unread.
    if (node.alias !== undefined) throw new Error('a join with an alias');
    const left = this.#source(node.larg as Fields);
    const [first, ...others] = this.#source(node.rarg as Fields);
    if (first === undefined) return left;
    const using = this.#strings(node.usingClause);
    const joined = { ...first, using, natural: node.isNatural === true, on: this.#mentions(node.quals) };
    return [...left, joined, ...others];
  }

  #alias(node: unknown): Pick<Source, 'alias' | 'columns'> {
    const alias = node as Fields | undefined;
    if (alias === undefined) return { alias: null, columns: [] };
    return { alias: unplaced(text(alias.aliasname)), columns: this.#strings(alias.colnames) };
  }

  #aliasOf(relation: Fields): Name | null {
    return this.#alias(relation.alias).alias;
  }

  #strings(nodes: unknown): readonly Name[] {
    return list(nodes).map((node) => unplaced(text((node.String as Fields).sval)));
  }

  #table({ schemaname, relname, location }: Fields): QualifiedName {
    if (schemaname === undefined) {
      const name = this.#text.name(text(relname), place(location));
      return { name, start: name.start, end: name.end };
    }
    const schema = this.#text.name(text(schemaname), place(location));
    const name = this.#text.nameAfter(schema.end, text(relname));
    return { name, schema, start: schema.start, end: name.end };
  }

  #value(node: unknown): Value {
    return { literal: literalOf(node as Fields | undefined), mentions: this.#mentions(node) };
  }

  /** The columns and queries anywhere below a node. */
  #mentions(node: unknown): readonly Mention[] {
    const found: Mention[] = [];
    this.#collect(node, found);
    return found;
  }

  #collect(node: unknown, found: Mention[]): void {
    if (Array.isArray(node)) {
      for (const part of node) this.#collect(part, found);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [type, fields] of Object.entries(node as Fields)) {
      if (type === 'ColumnRef') this.#column(fields as Fields, found);
      else if (type === 'SelectStmt') found.push(this.#query(fields as Fields));
      else {
        if (type === 'FuncCall') this.#noteCall(fields as Fields);
        this.#collect(fields, found);
      }
    }
  }

  #noteCall({ funcname, args, location }: Fields): void {
    const parts = list(funcname).map(({ String: string }) => text((string as Fields).sval));
    const [last = '', schema] = parts.toReversed();
    const name = this.#text.nameAfter(this.#text.at(place(location)), last);
    const types = list(args).map(typeOfLiteral);
    this.calls.push({
      name: { start: name.start, end: name.end, name, ...(schema === undefined ? {} : { schema: unplaced(schema) }) },
      types: types.some((type) => type === null) ? null : types.filter((type) => type !== null),
    });
  }

  #column({ fields, location }: Fields, found: Mention[]): void {
    const parts = list(fields);
    // `count(t.*)` and ROW(t.*) name a table, no column.
    if (parts.some(({ A_Star: star }) => star !== undefined)) return;
    let at = this.#text.at(place(location));
    const start = at;
    const path = parts.map(({ String: string }) => {
      const name = this.#text.nameAfter(at, text((string as Fields).sval));
      at = name.end;
      return name;
    });
    found.push({ kind: 'column', path, start, end: at });
  }
}

const NOTHING: Value = { literal: null, mentions: [] };

/** The type of a literal as an error shows it. */
function typeOfLiteral(node: Fields): string | null {
  const constant = node.A_Const as Fields | undefined;
  if (constant?.sval !== undefined || constant?.isnull === true) return 'unknown';
  return constant?.ival === undefined ? null : 'integer';
}

function unplaced(name: string): Name {
  return { text: name, quoted: true, start: 0, end: 0 };
}

function literalOf(node: Fields | undefined): Literal | null {
  if (node?.SetToDefault !== undefined) return { kind: 'default' };
  const cast = node?.TypeCast as Fields | undefined;
  if (cast !== undefined) return literalOf(cast.arg as Fields);
  const constant = node?.A_Const as Fields | undefined;
  if (constant === undefined) return null;
  if (constant.isnull === true) return { kind: 'null' };
  const string = constant.sval as Fields | undefined;
  if (string !== undefined) return { kind: 'string', text: text(string.sval ?? '') };
  const number = (constant.ival ?? constant.fval) as Fields | undefined;
  return number === undefined ? null : { kind: 'number', text: numberText(number.ival ?? number.fval) };
}

function numberText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '0';
}

/** The nearest place that a list of nodes gives. */
function firstLocation(nodes: readonly Fields[]): number {
  for (const node of nodes) {
    const [, fields] = only(node);
    if (typeof fields.location === 'number') return fields.location;
  }
  return 0;
}
