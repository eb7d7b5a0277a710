import type { Guard } from '../deployment.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { introspect, type Introspection } from './introspection.ts';
import type { ScratchDatabase } from './real-engine.ts';

/** What a guard is asked of. */
export interface Asked {
  readonly database: ScratchDatabase;
  readonly dialect: Dialect;
  /** Identities of the recorded steps. */
  readonly ledger: ReadonlySet<string>;
  /** What is taken for a condition that could not be read. */
  readonly unreadable: boolean;
  /** Called with the words of such a condition. */
  readonly onUnreadable: (words: string) => void;
}

/** Evaluates a guard by asking the engine. */
export async function askGuard(guard: Guard, asked: Asked): Promise<boolean> {
  const schema = needsSchema(guard) ? await introspect(asked.database, asked.dialect.name) : null;
  return holds(guard, asked, schema);
}

function needsSchema(guard: Guard): boolean {
  if ('all' in guard) return guard.all.some(needsSchema);
  if ('any' in guard) return guard.any.some(needsSchema);
  return guard.test !== 'unknown' && guard.test !== 'recorded';
}

function holds(guard: Guard, asked: Asked, schema: Introspection | null): boolean {
  if ('all' in guard) return guard.all.every((part) => holds(part, asked, schema));
  if ('any' in guard) return guard.any.some((part) => holds(part, asked, schema));
  if (guard.test === 'unknown') {
    asked.onUnreadable(guard.words);
    return asked.unreadable;
  }
  return testHolds(guard, asked, schema) !== (guard.not === true);
}

type Test = Exclude<Extract<Guard, { test: string }>, { test: 'unknown' }>;

function testHolds(guard: Test, { ledger, dialect }: Asked, schema: Introspection | null): boolean {
  if (guard.test === 'recorded') return guard.identity === undefined ? ledger.size > 0 : ledger.has(guard.identity);
  if (schema === null) return false;
  const isTable = (stored: string, asked: string): boolean =>
    dialect.tableKey(stored, true) === dialect.tableKey(lastPart(asked), false);
  const isNamed = (stored: string, asked: string): boolean => dialect.key(stored, true) === dialect.key(asked, false);
  switch (guard.test) {
    case 'empty':
      return !schema.relations.some(({ kind }) => kind === 'table');
    case 'table':
    case 'view':
      return schema.relations.some(({ name }) => isTable(name, guard.name));
    case 'column':
      return schema.columns.some(({ table, name }) => isTable(table, guard.table) && isNamed(name, guard.name));
    case 'index':
      return schema.indexes.some((name) => isNamed(name, guard.name));
    case 'trigger':
      return schema.triggers.some((name) => isNamed(name, guard.name));
  }
}

/** `public.jobs` -> `jobs` */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
