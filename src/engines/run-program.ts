import type { ParsedStatement } from '../ddl/parse.ts';
import { parseSql } from '../ddl/parse.ts';
import type { Action, Call, Deployment, OnError, Step } from '../deployment.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { errorClassesOf } from '../hosts/error-words.ts';
import { lex, TokenKind } from '../sql/lexer.ts';
import type { Statement } from '../sql/statement.ts';
import { statementsOf } from '../timeline/program.ts';
import { askGuard } from './ask-guard.ts';
import { leavesByClient, reachesOutside } from './outside.ts';
import type { RealEngine, ScratchDatabase } from './real-engine.ts';
import { withoutScratchNames } from './scratch-name.ts';

/** A statement that the engine refused. */
export interface EngineFailure {
  /** Null: the COMMIT that ends a step was refused. */
  readonly parsed: ParsedStatement | null;
  readonly words: string;
}

/** A statement that was not handed to the engine. */
export interface NotRun {
  readonly statement: Statement;
  readonly why: string;
  /** It may have changed the schema, so what follows may go another way. */
  readonly matters: boolean;
}

/** What a program did on a real engine. */
export interface ProgramRun {
  /** `stopped`: no verdict, `stoppedBy` says why. */
  readonly verdict: 'ok' | 'fails' | 'stopped';
  /** What ended the deploy. */
  readonly failure: EngineFailure | null;
  readonly stoppedBy: string | null;
  /** Failures that the code catches. */
  readonly caught: readonly EngineFailure[];
  readonly notRun: readonly NotRun[];
  /** Conditions that could not be read, and were taken to be as the run was told. */
  readonly unreadableGuards: readonly string[];
  /** Identities of the steps that are recorded in the end. */
  readonly ledger: ReadonlySet<string>;
}

/** What a program is run on. */
export interface Ground {
  readonly engine: RealEngine;
  readonly database: ScratchDatabase;
  readonly ledger: ReadonlySet<string>;
  /** What is taken for conditions that could not be read. */
  readonly unreadable: boolean;
}

/**
 * Runs a program as a deploy would, each statement on the engine. The replay on the catalog (`src/timeline/run.ts`) walks the
 * same actions, but goes on after a failure and down both branches of a doubtful guard; here a failure is the end, and
 * guards are asked of the engine. That both walk alike is what `test/engines/projects.test.ts` holds.
 */
export async function runProgram(
  actions: readonly Action[],
  deployment: Deployment,
  ground: Ground,
): Promise<ProgramRun> {
  const walk = new Walk(deployment, ground);
  return walk.run(actions);
}

/** An error on its way out, caught by the handler at this depth; -1: by none. */
type Unwinding = { readonly toDepth: number; readonly failure: EngineFailure } | null;

/** No verdict is possible from here on. */
class Stop extends Error {}

class Walk {
  readonly #deployment: Deployment;
  readonly #ground: Ground;
  readonly #dialect: Dialect;
  readonly #handlers: OnError[] = [];
  readonly #ledger: Set<string>;
  readonly #caught: EngineFailure[] = [];
  readonly #notRun: NotRun[] = [];
  readonly #unreadableGuards: string[] = [];
  #inTransaction = false;

  constructor(deployment: Deployment, ground: Ground) {
    this.#deployment = deployment;
    this.#dialect = deployment.engine.dialect;
    this.#ground = ground;
    this.#ledger = new Set(ground.ledger);
  }

  async run(actions: readonly Action[]): Promise<ProgramRun> {
    try {
      const unwinding = await this.#perform(actions);
      return this.#result(unwinding === null ? 'ok' : 'fails', unwinding?.failure ?? null, null);
    } catch (problem) {
      if (!(problem instanceof Stop)) throw problem;
      return this.#result('stopped', null, problem.message);
    }
  }

  #result(verdict: ProgramRun['verdict'], failure: EngineFailure | null, stoppedBy: string | null): ProgramRun {
    return {
      verdict,
      failure,
      stoppedBy,
      caught: this.#caught,
      notRun: this.#notRun,
      unreadableGuards: this.#unreadableGuards,
      ledger: this.#ledger,
    };
  }

  async #perform(actions: readonly Action[]): Promise<Unwinding> {
    for (const action of actions) {
      const unwinding = await this.#performOne(action);
      if (unwinding !== null) return unwinding;
    }
    return null;
  }

  async #performOne(action: Action): Promise<Unwinding> {
    switch (action.kind) {
      case 'call':
        return this.#handling(action.call.onError, () => this.#performCall(action.call));
      case 'code':
        throw new Stop(`${action.file.path} is code, which is not run`);
      case 'step':
        return this.#performStep(action.step);
      case 'stamp':
        for (const step of action.steps ?? this.#deployment.ledger) this.#ledger.add(step.identity);
        return null;
      case 'if':
        return this.#perform((await this.#ask(action.guard)) ? action.then : action.otherwise);
      case 'block':
        return this.#handling(action.onError, () =>
          this.#inOneTransaction(action.transaction === true, () => this.#perform(action.actions)),
        );
    }
  }

  async #performStep(step: Step): Promise<Unwinding> {
    if (this.#ledger.has(step.identity)) return null;
    const unwinding = await this.#inOneTransaction(step.transaction, () => this.#perform(step.actions));
    if (unwinding === null) this.#ledger.add(step.identity);
    return unwinding;
  }

  async #ask(guard: Extract<Action, { kind: 'if' }>['guard']): Promise<boolean> {
    try {
      return await askGuard(guard, {
        database: this.#ground.database,
        dialect: this.#dialect,
        ledger: this.#ledger,
        unreadable: this.#ground.unreadable,
        onUnreadable: (words) => this.#unreadableGuards.push(words || 'a condition that could not be read'),
      });
    } catch {
      throw new Stop('a condition could not be asked of the engine');
    }
  }

  async #handling(onError: OnError, part: () => Promise<Unwinding>): Promise<Unwinding> {
    const depth = this.#handlers.length;
    this.#handlers.push(onError);
    const unwinding = await part();
    this.#handlers.length = depth;
    if (unwinding === null || unwinding.toDepth < depth) return unwinding;
    this.#caught.push(unwinding.failure);
    return null;
  }

  /** An error that leaves the part takes it back, on engines that can (the others commit with every DDL statement). */
  async #inOneTransaction(wrapped: boolean, part: () => Promise<Unwinding>): Promise<Unwinding> {
    if (!wrapped || !this.#dialect.ddl.transactionalDdl || this.#inTransaction) return part();
    const { database } = this.#ground;
    // The code may be in a transaction that it began itself: then this one is a part of that.
    const begun = (await database.run('BEGIN')).kind === 'accepted';
    this.#inTransaction = begun;
    const unwinding = await part();
    this.#inTransaction = false;
    if (!begun) return unwinding;
    if (unwinding !== null) {
      await database.run('ROLLBACK');
      return unwinding;
    }
    const answer = await database.run('COMMIT');
    if (answer.kind === 'refused' && !answer.words.includes('no transaction is active')) {
      await database.run('ROLLBACK');
      return this.#unwinding({ parsed: null, words: withoutScratchNames(answer.words) }, answer.code);
    }
    return null;
  }

  async #performCall(call: Call): Promise<Unwinding> {
    for (const { statement } of parseSql(call.sql, this.#dialect)) {
      if (statement.kind === 'client-command' && leavesByClient(statement))
        this.#notRun.push({ statement, why: 'it is for a client, and leaves this database', matters: true });
    }
    for (const parsed of statementsOf(call, this.#deployment)) {
      const unwinding = await this.#performStatement(parsed);
      if (unwinding !== null) return unwinding;
    }
    return null;
  }

  async #performStatement(parsed: ParsedStatement): Promise<Unwinding> {
    const { statement } = parsed;
    const why = this.#whyNot(statement);
    if (why !== null) {
      this.#notRun.push({ statement, why, matters: mayChangeSchema(parsed) });
      return null;
    }
    const answer = await this.#ground.database.run(statement.sql.text.slice(statement.start, statement.end));
    if (answer.kind === 'accepted') return null;
    const words = withoutScratchNames(answer.words);
    if (answer.kind === 'stopped' || LACKING_HERE.test(words)) throw new Stop(words);
    return this.#unwinding({ parsed, words }, answer.code);
  }

  #whyNot(statement: Statement): string | null {
    if (statement.hasPlaceholder && holdsTemplate(statement, this.#dialect))
      return 'its text is completed when the program runs';
    return reachesOutside(statement, this.#dialect, this.#ground.engine.foreignDatabases);
  }

  #unwinding(failure: EngineFailure, code: string): Unwinding {
    const classes = errorClassesOf(code) ?? errorClassesOf(failure.words) ?? [];
    const toDepth = this.#handlers.findLastIndex(
      (handler) =>
        handler.kind === 'swallow' ||
        (handler.kind === 'tolerate' && handler.classes.some((tolerated) => classes.includes(tolerated))),
    );
    return { toDepth, failure };
  }
}

/** Nothing is wrong with the project: this server lacks a role or an extension that the project's own servers have. */
const LACKING_HERE =
  /^role "[^"]*" does not exist$|^extension "[^"]*" is not available$|could not open extension control file|^permission denied|must be superuser/;

/** Values that a driver binds are not known here, and names that a template fills in neither; MySQL's `@x` is SQL. */
function holdsTemplate({ sql, start, end }: Statement, dialect: Dialect): boolean {
  const tokens = lex(sql.text, start, end, dialect);
  const isVariable = dialect.name === 'mysql' || dialect.name === 'mariadb' ? /^@/ : null;
  for (let index = 0; index < tokens.count; index++) {
    if (tokens.kind(index) === TokenKind.placeholder && isVariable?.test(tokens.source(index)) !== true) return true;
  }
  // A placeholder inside a name, such as idx_%s, is no token of its own.
  return isVariable === null || /[{%]/.test(sql.text.slice(start, end));
}

function mayChangeSchema({ operations }: ParsedStatement): boolean {
  return operations.some(({ kind }) => !['write-rows', 'query', 'no-schema-effect', 'comment-on'].includes(kind));
}
