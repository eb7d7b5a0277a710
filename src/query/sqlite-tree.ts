import { parseStmt } from 'sqlite3-parser';
import type {
  As,
  Expr,
  FromClause,
  Name as NameNode,
  OneSelect,
  QualifiedName as TableNode,
  ResultColumn,
  Select,
  SelectTable,
  SetAssignment,
  Stmt,
  TriggerCmd,
  Upsert,
  With,
} from 'sqlite3-parser';
import type { Name, QualifiedName, Range } from '../ddl/operation.ts';
import { assignmentsOf, EMPTY_WRITE, queryOverTable } from './build.ts';
import type { TreeReader } from './reader.ts';
import type {
  Arm,
  Assignment,
  BodyTree,
  Clause,
  ClauseTree,
  CommonTable,
  ConflictClause,
  Item,
  Literal,
  Mention,
  QueryTree,
  Source,
  StatementTree,
  Value,
  WriteTree,
} from './tree.ts';

/** Trees from sqlite3-parser, the LALR grammar made from SQLite's own parse.y. */
export const sqliteTrees: TreeReader = {
  statement: (text) => {
    const root = rootOf(text);
    return root === null ? null : new Reading(text).statement(root);
  },
  trigger: (text) => {
    const root = rootOf(text);
    return root?.type === 'CreateTriggerStmt' ? new Reading(text).trigger(root) : null;
  },
  select: () => null,
};

function rootOf(text: string): Stmt | null {
  const result = parseStmt(text);
  return result.status === 'ok' ? result.root : null;
}

type TriggerNode = Extract<Stmt, { type: 'CreateTriggerStmt' }>;
type Span = NameNode['span'];

interface Node {
  readonly type: string;
}

/** The joinType of NATURAL. */
const NATURAL = 4;

/** Turns the nodes of one text into a tree. */
class Reading {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  statement(node: Stmt): StatementTree | null {
    switch (node.type) {
      case 'SelectStmt':
        return this.#query(node.body);
      case 'InsertStmt': {
        const rows = node.body.type === 'SelectInsertBody' ? node.body : null;
        return this.#insert(node.tblName, node.orConflict, node.columns, rows?.select ?? null, rows?.upsert, {
          ...this.#with(node.with),
          returning: this.#items(node.returning),
        });
      }
      case 'UpdateStmt':
        return this.#update(node, { ...this.#with(node.with), returning: this.#items(node.returning) });
      case 'DeleteStmt':
        return this.#delete(node, { ...this.#with(node.with), returning: this.#items(node.returning) });
      default:
        return null;
    }
  }

  trigger(node: TriggerNode): BodyTree {
    const { event } = node;
    return {
      table: this.#table(node.tblName),
      updateOf: event.type === 'UpdateOfTriggerEvent' ? event.columns.map((column) => this.#name(column)) : [],
      when: this.#mentions(node.whenClause),
      statements: node.commands.map((command) => this.#command(command)),
    };
  }

  #command(node: TriggerCmd): StatementTree {
    switch (node.type) {
      case 'SelectTriggerCmd':
        return this.#query(node.select);
      case 'InsertTriggerCmd':
        return this.#insert(node.tblName, node.orConflict, node.colNames, node.select, node.upsert, {});
      case 'UpdateTriggerCmd':
        return this.#update(node, {});
      case 'DeleteTriggerCmd':
        return this.#delete(node, {});
    }
  }

  #insert(
    table: TableNode,
    orConflict: string | undefined,
    columns: readonly NameNode[] | undefined,
    select: Select | null,
    upsert: Upsert | undefined,
    rest: Partial<WriteTree>,
  ): WriteTree {
    const onDuplicate = orConflict === 'Ignore' ? 'ignore' : orConflict === 'Replace' ? 'replace' : 'fail';
    return {
      ...EMPTY_WRITE,
      verb: 'insert',
      ...this.#target(table),
      columns: columns === undefined ? null : columns.map((column) => this.#name(column)),
      rows: select === null ? null : this.#query(select),
      onDuplicate,
      conflicts: this.#conflicts(upsert),
      ...rest,
    };
  }

  #update(
    node: {
      readonly tblName: TableNode;
      readonly sets: readonly SetAssignment[];
      readonly from: FromClause | undefined;
      readonly whereClause: Expr | undefined;
    },
    rest: Partial<WriteTree>,
  ): WriteTree {
    return {
      ...EMPTY_WRITE,
      verb: 'update',
      ...this.#target(node.tblName),
      sets: this.#sets(node.sets),
      sources: this.#sources(node.from),
      clauses: this.#clause('where', node.whereClause),
      ...rest,
    };
  }

  #delete(
    node: { readonly tblName: TableNode; readonly whereClause: Expr | undefined },
    rest: Partial<WriteTree>,
  ): WriteTree {
    const clauses = this.#clause('where', node.whereClause);
    return { ...EMPTY_WRITE, verb: 'delete', ...this.#target(node.tblName), clauses, ...rest };
  }

  #target(node: TableNode): Pick<WriteTree, 'target' | 'alias'> {
    return { target: this.#table(node), alias: node.alias === undefined ? null : this.#name(node.alias) };
  }

  #conflicts(upsert: Upsert | undefined): readonly ConflictClause[] {
    if (upsert === undefined) return [];
    const { index, doClause } = upsert;
    const columns = (index?.targets ?? []).flatMap(({ expr }) => this.#mentions(expr));
    const target =
      index === undefined
        ? null
        : {
            columns: columns.filter((mention) => mention.kind === 'column'),
            isPlain: index.targets.every(({ expr }) => expr.type === 'Id') && index.whereClause === undefined,
          };
    const sets = doClause.type === 'SetUpsertDo' ? doClause : null;
    const clause: ConflictClause = {
      ...rangeOf(upsert.span),
      target,
      constraint: null,
      sets: this.#sets(sets?.sets ?? []),
      doesNothing: sets === null,
      clauses: this.#clause('where', sets?.whereClause),
    };
    return [clause, ...this.#conflicts(upsert.next)];
  }

  #sets(nodes: readonly SetAssignment[]): readonly Assignment[] {
    return nodes.flatMap(({ colNames, expr }) =>
      assignmentsOf(
        colNames.map((column) => this.#name(column)),
        this.#value(expr),
      ),
    );
  }

  #with(node: With | undefined): { commonTables: readonly CommonTable[]; recursive: boolean } {
    const commonTables = (node?.ctes ?? []).map((table) => ({
      name: this.#name(table.tblName),
      columns: (table.columns ?? []).map(({ colName }) => this.#name(colName)),
      query: this.#query(table.select),
    }));
    // SQLite lets a common table name itself without RECURSIVE (lang_with.html).
    return { commonTables, recursive: true };
  }

  #query(node: Select): QueryTree {
    const compounds = node.compounds ?? [];
    return {
      kind: 'query',
      ...this.#with(node.with),
      arms: [node.select, ...compounds.map(({ select }) => select)].map((arm) => this.#arm(arm)),
      operators: compounds.map(({ operator }) => (operator === 'UnionAll' ? 'UNION ALL' : operator.toUpperCase())),
      order: [...this.#mentions(node.orderBy), ...this.#mentions(node.limit)],
    };
  }

  #arm(node: OneSelect): Arm {
    if (node.type === 'SelectValues') {
      const rows = node.values.map((row) => ({
        ...rangeOf(row.span),
        values: row.values.map((value) => this.#value(value)),
      }));
      return { kind: 'values', rows };
    }
    return {
      kind: 'select',
      sources: this.#sources(node.from),
      items: this.#items(node.columns),
      clauses: [
        ...this.#clause('where', node.whereClause),
        ...this.#clause('group', node.groupBy),
        ...this.#clause('having', node.having),
        ...this.#clause('window', node.windowClause),
      ],
    };
  }

  #clause(clause: Clause, node: Node | readonly Node[] | undefined): readonly ClauseTree[] {
    const mentions = this.#mentions(node);
    return mentions.length === 0 ? [] : [{ clause, mentions }];
  }

  #items(nodes: readonly ResultColumn[] | undefined): readonly Item[] {
    return (nodes ?? []).map((node): Item => {
      if (node.type === 'StarResultColumn') return { kind: 'star', of: null, at: rangeOf(node.span) };
      if (node.type === 'TableStarResultColumn')
        return { kind: 'star', of: this.#name(node.table), at: rangeOf(node.table.span) };
      return { kind: 'value', name: this.#outputName(node.expr, node.alias), mentions: this.#mentions(node.expr) };
    });
  }

  #outputName(node: Expr, alias: As | undefined): Name | null {
    if (alias !== undefined) return this.#name(alias.name);
    if (node.type === 'QualifiedExpr') return this.#name(node.column);
    return node.type === 'Id' ? this.#name({ text: node.name, span: node.span }) : null;
  }

  #sources(node: FromClause | undefined): readonly Source[] {
    if (node?.select === undefined) return [];
    const first = this.#source(node.select);
    const joined = (node.joins ?? []).flatMap(({ table, operator, constraint }): readonly Source[] => {
      const [source, ...others] = this.#source(table);
      if (source === undefined) return [];
      const isNatural = operator.type === 'TypedJoinJoinOperator' && ((operator.joinType ?? 0) & NATURAL) !== 0;
      const using = constraint?.type === 'UsingJoinConstraint' ? constraint.columns : [];
      const on = constraint?.type === 'OnJoinConstraint' ? this.#mentions(constraint.expr) : [];
      const names = using.map((column) => this.#name(column));
      return [{ ...source, natural: isNatural, using: names, on: [...source.on, ...on] }, ...others];
    });
    return [...first, ...joined];
  }

  /** One, or all of a join in parentheses. */
  #source(node: SelectTable): readonly Source[] {
    const plain = { alias: null, columns: [], using: [], natural: false, on: [] };
    const alias = 'alias' in node && node.alias !== undefined ? this.#name(node.alias.name) : null;
    switch (node.type) {
      case 'TableSelectTable':
        return [{ ...plain, from: { kind: 'table', table: this.#table(node.tblName) }, alias }];
      case 'TableCallSelectTable': {
        const name = this.#name(node.tblName.objName);
        return [{ ...plain, from: { kind: 'function', mentions: this.#mentions(node.args) }, alias: alias ?? name }];
      }
      case 'SelectSelectTable':
        return [{ ...plain, from: { kind: 'query', query: this.#query(node.select), lateral: false }, alias }];
      case 'SubSelectTable':
        return this.#sources(node.from);
    }
  }

  #table({ dbName, objName }: TableNode): QualifiedName {
    const name = this.#name(objName);
    if (dbName === undefined) return { name, start: name.start, end: name.end };
    const schema = this.#name(dbName);
    return { name, schema, start: schema.start, end: name.end };
  }

  #name({ text, span }: Pick<NameNode, 'text' | 'span'>): Name {
    const range = rangeOf(span);
    return { text, quoted: /["'`[]/.test(this.#text.charAt(range.start)), ...range };
  }

  #value(node: Expr): Value {
    return { literal: literalOf(node), mentions: this.#mentions(node) };
  }

  /** The columns and queries anywhere below a node. */
  #mentions(node: Node | readonly Node[] | undefined): readonly Mention[] {
    const found: Mention[] = [];
    this.#collect(node, found);
    return found;
  }

  #collect(node: unknown, found: Mention[]): void {
    if (Array.isArray(node)) {
      for (const part of node) this.#collect(part, found);
      return;
    }
    if (!isExpression(node)) return;
    switch (node.type) {
      case 'Id':
        if (!/^(?:true|false)$/i.test(node.name)) found.push(this.#column([{ text: node.name, span: node.span }]));
        return;
      case 'QualifiedExpr':
        found.push(this.#column([node.schema, node.table, node.column].filter((part) => part !== undefined)));
        return;
      case 'Select':
        found.push(this.#query(node));
        return;
      case 'InTableExpr':
        this.#collect([node.lhs, node.args], found);
        if (node.args === undefined) found.push(queryOverTable(this.#table(node.rhs)));
        return;
      case 'FunctionCallExpr':
        this.#collect([node.args, node.orderBy, node.filterOver], found);
        return;
      case 'FunctionCallStarExpr':
        this.#collect(node.filterOver, found);
        return;
      default:
        for (const part of Object.values(node)) this.#collect(part, found);
    }
  }

  #column(parts: readonly Pick<NameNode, 'text' | 'span'>[]): Mention {
    const path = parts.map((part) => this.#name(part));
    return { kind: 'column', path, start: path[0]?.start ?? 0, end: path.at(-1)?.end ?? 0 };
  }
}

/** Names of windows and collations are of type Name: only Id and QualifiedExpr are columns. */
function isExpression(node: unknown): node is Expr | Select {
  return typeof node === 'object' && node !== null && 'type' in node && node.type !== 'Name';
}

function literalOf(node: Expr): Literal | null {
  switch (node.type) {
    case 'StringLiteral':
      return { kind: 'string', text: node.value };
    case 'NumericLiteral':
      return { kind: 'number', text: node.value };
    case 'NullLiteral':
      return { kind: 'null' };
    default:
      return null;
  }
}

function rangeOf({ offset, length }: Span): Range {
  return { start: offset, end: offset + length };
}
