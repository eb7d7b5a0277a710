import type { EngineThread } from './engine-thread.ts';
import type { RealEngine, ScratchDatabase } from './real-engine.ts';
import { withinLimit } from './time-limit.ts';

/** What tells one embedded engine from another. */
interface Embedded {
  readonly dialect: RealEngine['dialect'];
  readonly title: string;
  /** Milliseconds that a statement may take. */
  readonly timeLimit: number;
  /** Its one connection as a new one would be. */
  readonly endSession: (thread: EngineThread) => Promise<void>;
}

/** An engine in a thread: it holds one database at a time, which is emptied for the next. */
export function embeddedEngine(thread: EngineThread, embedded: Embedded): RealEngine {
  return {
    dialect: embedded.dialect,
    title: embedded.title,
    foreignDatabases: [],
    create: async () => {
      await thread.ask('reset', '');
      return scratchDatabase(thread, embedded);
    },
    close: () => thread.end(),
  };
}

function scratchDatabase(thread: EngineThread, { timeLimit, endSession }: Embedded): ScratchDatabase {
  return {
    run: (sql) => withinLimit(thread.run(sql), timeLimit, () => thread.end()),
    rows: (query) => thread.query(query),
    reconnect: () => endSession(thread),
    close: async () => {
      await thread.ask('reset', '');
    },
  };
}
