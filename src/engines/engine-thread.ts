import { Worker } from 'node:worker_threads';
import type { Answer, Row } from './real-engine.ts';

/** What a worker answers: rows, or an error with the engine's code where it has one. */
interface Reply {
  readonly rows?: readonly Row[];
  readonly error?: string;
  readonly code?: string;
}

/**
 * An embedded engine in a thread that starts when it is first asked. Its source takes `[task, sql]` and posts a reply;
 * `workerData` is the path of the library. One question at a time.
 */
export class EngineThread {
  readonly #source: string;
  readonly #library: string;
  #worker: Worker | null = null;
  #settle: ((reply: Reply) => void) | null = null;

  constructor(source: string, library: string) {
    this.#source = source;
    this.#library = library;
  }

  /** Asks a question of our own; throws where the engine refuses to answer. */
  async query(sql: string): Promise<readonly Row[]> {
    const { rows, error } = await this.ask('query', sql);
    if (rows === undefined) throw new Error(error);
    return rows;
  }

  /** Runs a statement. */
  async run(sql: string): Promise<Answer> {
    const { error, code } = await this.ask('run', sql);
    return error === undefined ? { kind: 'accepted' } : { kind: 'refused', words: error, code: code ?? '' };
  }

  ask(task: 'reset' | 'run' | 'query', sql: string): Promise<Reply> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      this.#settle = resolve;
      worker.postMessage([task, sql]);
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#source, { eval: true, workerData: this.#library });
    const settle = (reply: Reply): void => {
      this.#settle?.(reply);
      this.#settle = null;
    };
    worker.on('message', settle);
    worker.on('error', ({ message }) => {
      settle({ error: message });
    });
    worker.on('exit', () => {
      settle({ error: 'the engine was stopped' });
    });
    return worker;
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
