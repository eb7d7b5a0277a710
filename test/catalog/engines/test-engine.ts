/** What a real engine said to one statement. */
export interface EngineVerdict {
  readonly ok: boolean;
  /** The engine's message without prefix and position; null when it accepted the statement. */
  readonly errorText: string | null;
}

/**
 * A schema as lines that can be compared, sorted: `column public.jobs 2 name text not null default`. Only what a model
 * without an expression evaluator can know is in them: that there is a default, not how the engine prints it.
 */
export type SchemaLines = readonly string[];

/** A scratch database on a real engine, with one connection to it. */
export interface TestEngine {
  /** `PostgreSQL 15.14`: as a person writes it. */
  readonly title: string;
  /** Whether the connection begins with foreign keys checked. */
  readonly foreignKeys: boolean;
  /** How often its schema can be read in reasonable time. */
  readonly comparesCatalogs: 'after each statement' | 'at the end';
  /** Whether `fillTables` left no table without rows. */
  readonly fillsEveryTable: boolean;
  run(statement: string): Promise<EngineVerdict>;
  introspect(): Promise<SchemaLines>;
  /** Puts rows of equal values into every table that has none, as far as its keys let them. */
  fillTables(): Promise<void>;
  /** An error text without what differs by chance: quotes that follow what was written, random names. */
  normalised(errorText: string): string;
  /** Empties the database and the connection's state, so that another sequence can begin. */
  reset(): Promise<void>;
  /** Ends the connection and drops the database. */
  close(): Promise<void>;
}

/** A server that a test wants, or why it cannot have it. */
export type EngineAvailability =
  { readonly available: true; readonly version: string } | { readonly available: false; readonly why: string };

/**
 * Decides what a missing engine means: tests skip on a person's machine, and fail in CI, where nobody would notice that
 * they had been skipped for months.
 */
export function requireInContinuousIntegration(
  title: string,
  variable: string | null,
  availability: EngineAvailability,
): boolean {
  if (availability.available) return true;
  const remedy =
    variable === null ? 'npm ci installs it' : `set ${variable} to a server that tests may create databases on`;
  const advice = `${title} is not reachable (${availability.why}); ${remedy}`;
  if (process.env.CI === 'true') throw new Error(advice);
  process.stderr.write(`skipped: ${advice}\n`);
  return false;
}

/** A database name that no other run uses. */
export function scratchDatabaseName(): string {
  return `migralint_${process.pid.toString(36)}_${Math.random().toString(36).slice(2, 10)}`;
}

/** A text without the names that `scratchDatabaseName` gives. */
export function withoutScratchNames(text: string): string {
  return text.replace(/migralint_[a-z0-9]+_[a-z0-9]+/g, 'db');
}

/** The server's version as `[major, minor]`; [0, 0] where there is none. */
export function versionOf(availability: EngineAvailability): readonly [number, number] {
  const [major = 0, minor = 0] = availability.available
    ? availability.version.split('.').map((part) => Number.parseInt(part, 10))
    : [];
  return [major, minor];
}

/** Rows in groups of one table, in the order in which the tables come. */
export function groupedByTable<Row>(rows: readonly Row[], tableOf: (row: Row) => string): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(tableOf(row));
    if (group === undefined) groups.set(tableOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
