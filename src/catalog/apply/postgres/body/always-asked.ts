import type { Block, BodyStatement, Branch } from '../../../../ddl/plpgsql/tree.ts';
import { readSelectTree } from '../../../../query/reader.ts';
import { Refusal, type Draft } from '../../draft.ts';
import { compute } from './computed-value.ts';
import type { Variables } from './declared.ts';
import { truthOf } from './value.ts';

interface Known {
  readonly draft: Draft;
  /** What is the same for every row: TG_OP and its like. */
  readonly variables: Variables;
}

/**
 * The expressions and statements of a body that every run of it comes to, in their order: those before the first decision that is
 * not known, its condition among them. None where errors may be caught.
 */
export function* alwaysAsked(body: Block, known: Known): Generator<string, void> {
  yield* ofBlock(body, known);
}

/** Goes on until something ends it; tells whether what follows is always run. */
type Asked = Generator<string, boolean>;

function* ofBlock({ declarations, statements, handlers }: Block, known: Known): Asked {
  if (handlers.length > 0) return false;
  for (const { value } of declarations) if (value !== null) yield value.text;
  return yield* ofAll(statements, known);
}

function* ofAll(statements: readonly BodyStatement[], known: Known): Asked {
  for (const statement of statements) if (!(yield* ofOne(statement, known))) return false;
  return true;
}

function* ofOne(statement: BodyStatement, known: Known): Asked {
  switch (statement.kind) {
    case 'block':
      return yield* ofBlock(statement, known);
    case 'assign':
      yield statement.value.text;
      if (statement.field !== null) yield `${statement.variable.text}.${quoted(statement.field)}`;
      return true;
    case 'perform':
    case 'sql':
      yield statement.query.text;
      return true;
    case 'raise':
      for (const value of statement.values) yield value.text;
      return statement.level !== 'exception';
    case 'return':
      if (statement.value !== null) yield statement.value.text;
      return !statement.ends;
    case 'if':
      return yield* ofBranches(statement.branches, statement.otherwise, known);
    case 'case':
      if (statement.subject === null) return yield* ofBranches(statement.branches, statement.otherwise ?? [], known);
      yield statement.subject.text;
      return yield* ofBranches(compared(statement.subject.text, statement.branches), statement.otherwise ?? [], known);
    case 'other':
      return statement.condition === null;
    default:
      return false;
  }
}

function quoted({ text, quoted: isQuoted }: { readonly text: string; readonly quoted: boolean }): string {
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `CASE x WHEN a, b` asks whether x is one of them. */
function compared(subject: string, branches: readonly Branch[]): readonly Branch[] {
  return branches.map((branch) => {
    const { condition } = branch;
    return { ...branch, condition: { ...condition, text: `(${subject}) IN (${condition.text})` } };
  });
}

function* ofBranches(branches: readonly Branch[], otherwise: readonly BodyStatement[], known: Known): Asked {
  for (const { condition, statements } of branches) {
    yield condition.text;
    const truth = truthIn(condition.text, known);
    if (truth === null) return false;
    if (truth) return yield* ofAll(statements, known);
  }
  return yield* ofAll(otherwise, known);
}

function truthIn(text: string, { draft, variables }: Known): boolean | null {
  const [item] = readSelectTree(`SELECT ${text}`, draft.engine.dialect)?.items ?? [];
  if (item === undefined) return null;
  const setting = {
    draft,
    variable: (path: readonly string[]) => (path.length === 1 ? variables.get(path[0] ?? '') : undefined),
    note: () => undefined,
  };
  try {
    return truthOf(compute(item.value, setting, { sources: [], outer: null }));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return null;
  }
}
