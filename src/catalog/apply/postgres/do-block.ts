import type { Operation, Range, RunCode } from '../../../ddl/operation.ts';
import { parseStatement } from '../../../ddl/parse.ts';
import type { Statement } from '../../../sql/statement.ts';
import type { Database } from '../../catalog.ts';
import type { EngineError, ErrorClass, Outcome, SkippedBy, StatementResult } from '../../outcome.ts';
import { tokensOf, type Token } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { checkCondition } from './do-conditions.ts';

/** A DO block whose parts are all understood: plain statements, guards around them, handlers that swallow. */
interface Block {
  readonly parts: readonly Part[];
  readonly handlers: readonly Handler[];
}
type Part =
  | { readonly kind: 'statement'; readonly statement: Statement }
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'if'; readonly condition: readonly Token[]; readonly at: Range; readonly parts: readonly Part[] };
interface Handler {
  /** Condition names, lower-cased: `duplicate_object`, `others`. */
  readonly conditions: readonly string[];
  readonly at: Range;
}

type Apply = (database: Database, operations: readonly Operation[]) => StatementResult;

/** Runs a DO block that only guards DDL, as PL/pgSQL would; undefined when it does anything else. */
export function runDoBlock(draft: Draft, operation: RunCode, apply: Apply): Outcome | undefined {
  if (operation.variant !== 'do' || operation.body === undefined || (operation.language ?? 'plpgsql') !== 'plpgsql')
    return undefined;
  const block = new BlockReader(draft, operation).read();
  if (block === null) return undefined;
  const run = new BlockRun(draft, apply);
  const before = draft.catalog;
  if (run.block(block)) return run.outcome ?? draft.conclude();
  draft.catalog = before;
  return undefined;
}

/** Reads the few forms of PL/pgSQL that migrations use as guards. Anything else makes the whole block unread. */
class BlockReader {
  readonly #operation: RunCode;
  readonly #tokens: readonly Token[];
  /** Where the body's own text begins in the statement's SQL. */
  readonly #offset: number;
  #at = 0;

  constructor(draft: Draft, operation: RunCode) {
    this.#operation = operation;
    const body = operation.body ?? { text: '', start: 0, end: 0 };
    const tag = /^\$\w*\$/.exec(body.text)?.[0] ?? '';
    const inner = body.text.slice(tag.length, body.text.length - tag.length);
    this.#offset = body.start + tag.length;
    this.#tokens = tokensOf(inner, draft.engine.dialect);
  }

  read(): Block | null {
    const block = this.#block();
    return block === null || this.#at < this.#tokens.length ? null : block;
  }

  #is(word: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token !== undefined && token.kind !== 'quoted' && token.text.toLowerCase() === word;
  }

  #accept(...words: readonly string[]): boolean {
    if (!words.every((word, ahead) => this.#is(word, ahead))) return false;
    this.#at += words.length;
    return true;
  }

  #block(): Block | null {
    if (!this.#accept('begin')) return null;
    const parts = this.#parts();
    if (parts === null) return null;
    const handlers: Handler[] = [];
    if (this.#accept('exception')) {
      while (this.#is('when')) {
        const handler = this.#handler();
        if (handler === null) return null;
        handlers.push(handler);
      }
    }
    if (!this.#accept('end')) return null;
    this.#accept(';');
    return { parts, handlers };
  }

  /** Statements up to END or EXCEPTION. */
  #parts(): readonly Part[] | null {
    const parts: Part[] = [];
    while (this.#at < this.#tokens.length && !this.#is('end') && !this.#is('exception')) {
      if (this.#skipsNothing()) continue;
      const part = this.#part();
      if (part === null) return null;
      parts.push(part);
    }
    return parts;
  }

  /** NULL and RAISE NOTICE do nothing to the schema. */
  #skipsNothing(): boolean {
    const isQuiet = this.#is('null') || (this.#is('raise') && !this.#is('exception', 1) && !this.#is(';', 1));
    if (!isQuiet) return false;
    this.#toSemicolon();
    return true;
  }

  #part(): Part | null {
    if (this.#is('begin')) {
      const block = this.#block();
      return block === null ? null : { kind: 'block', block };
    }
    if (this.#is('if')) return this.#if();
    const verb = this.#tokens[this.#at]?.text.toLowerCase() ?? '';
    if (!VERBS.has(verb)) return null;
    const start = this.#tokens[this.#at]?.start ?? 0;
    const end = this.#toSemicolon();
    const { sql, hasPlaceholder, terminated } = this.#operation.statement;
    const statement: Statement = {
      sql,
      start: this.#offset + start,
      end: this.#offset + end,
      kind: 'sql',
      hasPlaceholder,
      terminated,
    };
    return { kind: 'statement', statement };
  }

  #if(): Part | null {
    const first = this.#at + 1;
    const at = this.#place(this.#at);
    while (this.#at < this.#tokens.length && !this.#is('then')) this.#at++;
    const condition = this.#tokens.slice(first, this.#at);
    if (!this.#accept('then')) return null;
    const parts = this.#parts();
    // ELSE and ELSIF end no list of parts: they make the block unread.
    return parts !== null && this.#accept('end', 'if', ';') ? { kind: 'if', condition, at, parts } : null;
  }

  #handler(): Handler | null {
    const at = this.#place(this.#at);
    this.#accept('when');
    const conditions: string[] = [];
    do {
      conditions.push(this.#tokens[this.#at]?.text.toLowerCase() ?? '');
      this.#at++;
    } while (this.#accept('or'));
    if (!this.#accept('then')) return null;
    while (this.#skipsNothing());
    return this.#is('when') || this.#is('end') ? { conditions, at } : null;
  }

  #place(token: number): Range {
    const { start = 0, end = 0 } = this.#tokens[token] ?? {};
    return { start: this.#offset + start, end: this.#offset + end };
  }

  /** Moves past the next semicolon; gives the end of what stood before it. */
  #toSemicolon(): number {
    while (this.#at < this.#tokens.length && !this.#is(';')) this.#at++;
    const end = this.#tokens[this.#at - 1]?.end ?? 0;
    this.#at++;
    return end;
  }
}

const VERBS = new Set(['create', 'alter', 'drop', 'comment', 'insert', 'update', 'delete', 'grant', 'revoke']);

/** Carries a block out on the draft. */
class BlockRun {
  outcome: Outcome | undefined;
  readonly #draft: Draft;
  readonly #apply: Apply;

  constructor(draft: Draft, apply: Apply) {
    this.#draft = draft;
    this.#apply = apply;
  }

  /** False when a condition cannot be told: then the block counts as unread. */
  block({ parts, handlers }: Block): boolean {
    const before = this.#draft.catalog;
    const failure = this.#parts(parts);
    if (failure === 'unknown') return false;
    if (failure === null) return true;
    const handler = handlers.find(({ conditions }) =>
      conditions.some((condition) => catches(condition, failure.class)),
    );
    if (handler === undefined) return this.#draft.refuse(failure);
    this.#draft.catalog = before;
    this.outcome = { kind: 'skipped', by: skippedBy(failure, handler.at) };
    return true;
  }

  #parts(parts: readonly Part[]): EngineError | 'unknown' | null {
    for (const part of parts) {
      const failure = this.#part(part);
      if (failure !== null) return failure;
    }
    return null;
  }

  #part(part: Part): EngineError | 'unknown' | null {
    switch (part.kind) {
      case 'block':
        return this.block(part.block) ? null : 'unknown';
      case 'if': {
        const answer = checkCondition(this.#draft, part.condition);
        if (answer === null) return 'unknown';
        if (answer.holds) return this.#parts(part.parts);
        this.outcome ??= {
          kind: 'skipped',
          by: { guard: answer.guard, at: part.at, existing: answer.existing, object: answer.object, differs: null },
        };
        return null;
      }
      case 'statement':
        return this.#statement(part.statement);
    }
  }

  #statement(statement: Statement): EngineError | 'unknown' | null {
    const { operations } = parseStatement(statement, this.#draft.engine.dialect);
    if (operations.some((operation) => operation.kind === 'opaque' || operation.kind === 'run-code')) return 'unknown';
    const { database, outcomes } = this.#apply(this.#draft.database, operations);
    for (const outcome of outcomes) {
      if (outcome.kind === 'failed' && outcome.condition === 'always') return outcome.error;
      if (outcome.kind === 'failed') this.outcome = outcome;
      if (outcome.kind === 'unsure') this.#draft.doubt(outcome.why, outcome.error);
      if (outcome.kind === 'done') for (const effect of outcome.effects) this.#draft.record(effect);
    }
    this.#draft.catalog = database.catalog;
    return null;
  }
}

/** PostgreSQL manual, appendix A: which conditions an error class answers to. */
const CAUGHT: Readonly<Record<string, readonly ErrorClass[]>> = {
  duplicate_object: ['duplicate-type', 'duplicate-constraint', 'duplicate-object'],
  duplicate_table: ['duplicate-table', 'duplicate-index'],
  duplicate_column: ['duplicate-column'],
  duplicate_function: ['duplicate-object'],
  duplicate_schema: ['duplicate-object'],
  undefined_table: ['missing-table'],
  undefined_column: ['missing-column'],
  undefined_object: ['missing-constraint', 'missing-type', 'missing-object', 'missing-index'],
  undefined_function: ['missing-object'],
  dependent_objects_still_exist: ['dependent-objects'],
  invalid_table_definition: ['duplicate-constraint'],
};

function catches(condition: string, errorClass: ErrorClass): boolean {
  return condition === 'others' || CAUGHT[condition]?.includes(errorClass) === true;
}

function skippedBy(error: EngineError, at: Range): SkippedBy {
  const guard = error.class.startsWith('missing') ? 'if-exists' : 'if-not-exists';
  return { guard, at, existing: error.existing ?? null, object: error.object, differs: null };
}
