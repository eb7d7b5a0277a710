import { afterEach, describe, expect, it, vi } from 'vitest';

/** Replaces some exports of a module; the others stay. */
type Mutation = (original: Record<string, unknown>) => Record<string, unknown>;

/** The catalog broken on purpose: each must show when it is held against the engine, or the comparison has no teeth. */
const MUTATIONS: readonly { readonly title: string; readonly module: string; readonly mutate: Mutation }[] = [
  {
    title: 'DROP COLUMN looks at nothing that reads the column',
    module: '../../src/catalog/apply/sqlite/dropped-column.ts',
    mutate: () => ({
      dropColumn: (_draft: unknown, _operation: unknown, at: { table: { columns: unknown[] } }, column: unknown) => ({
        ...at.table,
        columns: at.table.columns.filter((candidate) => candidate !== column),
      }),
    }),
  },
  {
    title: 'CREATE TABLE finds no fault',
    module: '../../src/catalog/apply/sqlite/new-table.ts',
    mutate: () => ({ checkNewTable: () => undefined }),
  },
  {
    title: 'names differ by case',
    module: '../../src/dialects/ascii-fold.ts',
    mutate: () => ({ foldAscii: (text: string) => text }),
  },
  {
    title: 'a renamed column keeps its old name in the table',
    module: '../../src/catalog/apply/column-changes.ts',
    mutate: () => ({ withRenamedColumn: (_draft: unknown, _operation: unknown, at: { table: unknown }) => at.table }),
  },
  {
    title: 'foreign keys do not follow a renamed table',
    module: '../../src/catalog/apply/column-changes.ts',
    mutate: () => ({ repointForeignKeys: () => undefined }),
  },
  {
    title: 'one error has other words',
    module: '../../src/catalog/errors/sqlite.ts',
    mutate: () => ({ uniqueColumn: 'Cannot add a unique column now' }),
  },
];

/** Sound, nothing is found; what is found with a mutation is its doing. */
async function disagreementsOnFixtures(): Promise<number> {
  const { compare } = await import('./comparison.ts');
  const { fixtureSequences } = await import('./fixtures.ts');
  const { openSqlite, sqliteVersion } = await import('./engines/sqlite.ts');
  const { engineOf } = await import('../../src/dialects/index.ts');
  const version = sqliteVersion();
  const engine = engineOf('sqlite', { from: version, to: version });
  const server = openSqlite();
  let found = 0;
  for (const { text } of fixtureSequences('sqlite')) {
    await server.reset();
    found += (await compare(text, engine, server)).disagreements.length;
  }
  await server.close();
  return found;
}

describe('a catalog that is broken on purpose disagrees with SQLite', () => {
  afterEach(() => {
    for (const { module } of MUTATIONS) vi.doUnmock(module);
    vi.resetModules();
  });

  it('and a sound one does not', async () => {
    expect(await disagreementsOnFixtures()).toBe(0);
  });

  it.each(MUTATIONS)('$title', async ({ module, mutate }) => {
    vi.resetModules();
    vi.doMock(module, async (original) => {
      const sound = await original<Record<string, unknown>>();
      return { ...sound, ...mutate(sound) };
    });
    expect(await disagreementsOnFixtures()).toBeGreaterThan(0);
  });
});
