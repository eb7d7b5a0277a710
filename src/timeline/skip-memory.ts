import type { Database, Relation } from '../catalog/catalog.ts';
import type { StatementResult } from '../catalog/outcome.ts';
import { creationKeyOf } from '../catalog/relation-keys.ts';
import type { ParsedStatement } from '../ddl/parse.ts';
import type { Engine } from '../dialects/dialect.ts';

/**
 * Guarded creations that found their object there: such a statement does nothing again as long as what stands under its names
 * is the same. A schema of 400 statements that runs on each of 3,000 start states costs look-ups only.
 */
export type SkipMemory = WeakMap<ParsedStatement, Remembered>;

interface Remembered {
  readonly searchPath: readonly string[] | null;
  /** Keys of the objects that the statement names: its table, and the index that it would make. */
  readonly keys: readonly string[];
  readonly found: readonly (Relation | string | undefined)[];
  readonly result: StatementResult;
}

/** What the statement did when it last met the same objects; undefined where it has to be run. */
export function rememberedResult(
  memory: SkipMemory,
  parsed: ParsedStatement,
  database: Database,
): StatementResult | undefined {
  const known = skipOn(memory, parsed, database);
  return known === undefined ? undefined : { ...known.result, database };
}

/** Keys of the objects that a statement names which does nothing on this database, as was seen before; else null. */
export function skippedKeys(memory: SkipMemory, parsed: ParsedStatement, database: Database): readonly string[] | null {
  return skipOn(memory, parsed, database)?.keys ?? null;
}

function skipOn(memory: SkipMemory, parsed: ParsedStatement, { catalog, session }: Database): Remembered | undefined {
  const known = memory.get(parsed);
  if (known === undefined || session.aborted || known.searchPath !== session.searchPath) return undefined;
  const isSame = known.keys.every(
    (key, index) =>
      catalog.relations.get(key) === known.found[2 * index] &&
      catalog.indexOwners.get(key) === known.found[2 * index + 1],
  );
  return isSame ? known : undefined;
}

/** Keeps the result of a guarded creation that changed nothing. */
export function rememberSkip(
  memory: SkipMemory,
  parsed: ParsedStatement,
  before: Database,
  result: StatementResult,
  engine: Engine,
): void {
  const [operation, second] = parsed.operations;
  if (second !== undefined || result.outcomes[0]?.kind !== 'skipped' || result.database.catalog !== before.catalog)
    return;
  if (operation?.kind !== 'create-table' && operation?.kind !== 'create-index') return;
  const keys = [creationKeyOf(before, operation.table, engine)];
  if (operation.kind === 'create-index' && operation.index !== undefined)
    keys.push(creationKeyOf(before, operation.index, engine));
  const found = keys.flatMap((key) => [before.catalog.relations.get(key), before.catalog.indexOwners.get(key)]);
  memory.set(parsed, { searchPath: before.session.searchPath, keys, found, result });
}
