import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { POSTGRES_VARIABLE, postgresAvailability } from '../catalog/engines/postgres.ts';
import { requireInContinuousIntegration } from '../catalog/engines/test-engine.ts';
import { migralint } from '../cli/command-line.ts';

const root = join(import.meta.dirname, '..', '..');
const names = readdirSync(join(root, 'fixtures/projects'));
const isOutage = (name: string): boolean => /^(?:argen|hero-proc|keysat|starpunk)/.test(name);
const foldersOf = (chosen: readonly string[]): readonly string[] =>
  chosen.map((name) => `fixtures/projects/${name}/project`);

const isAvailable = requireInContinuousIntegration('PostgreSQL', POSTGRES_VARIABLE, await postgresAvailability());
const server = process.env[POSTGRES_VARIABLE] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

interface Answer {
  readonly deployments: readonly { readonly engine: string | null; readonly dialect: string }[];
  readonly paths: readonly {
    readonly name: string;
    readonly agrees: boolean | null;
    readonly why: string | null;
    readonly migralint: { readonly verdict: string };
    readonly engine: { readonly verdict: string | null } | null;
  }[];
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly confirmed: boolean | null;
  }[];
}

async function replayed(folder: string, words: readonly string[] = []): Promise<Answer> {
  const { out, err } = await migralint(join(root, folder), ['replay', '-f', 'json', '--url', server, ...words]);
  expect(err).toBe('');
  return JSON.parse(out) as Answer;
}

/** What the replay says of each path of the founding outages, and of the example, the engine must say too. */
describe.runIf(isAvailable).each([...foldersOf(names.filter(isOutage)), 'examples/bookshop'])('%s', (folder) => {
  it.each([{ words: [] }, { words: ['--rows'] }])('every path that is sure agrees $words', async ({ words }) => {
    const { deployments, paths, findings } = await replayed(folder, words);
    expect(deployments.map(({ engine }) => engine)).not.toContain(null);
    expect(paths.length).toBeGreaterThan(0);
    // Rows that the constraints leave no room for are not put in: what needs them stays open.
    const isOpen = (why: string | null): boolean => why?.includes('it needs rows') === true;
    const sure = paths.filter(({ migralint: ours }) => ours.verdict !== 'unsure');
    expect(sure.filter(({ agrees, why }) => agrees !== true && !isOpen(why))).toEqual([]);
    expect(findings.filter(({ confirmed }) => confirmed === false)).toEqual([]);
  });
});

/** A start behind a step that always fails cannot be built; where both have an answer, it is the same. MySQL has no server here. */
it.runIf(isAvailable).each(foldersOf(names.filter((name) => !isOutage(name) && !/dolt|laravel|skeema/.test(name))))(
  '%s: nothing that is sure disagrees',
  async (folder) => {
    const { paths, findings } = await replayed(folder);
    expect(paths.filter(({ migralint: ours, agrees }) => ours.verdict !== 'unsure' && agrees === false)).toEqual([]);
    expect(findings.filter(({ confirmed }) => confirmed === false)).toEqual([]);
  },
);

describe.runIf(isAvailable)('an outage', () => {
  it.each([
    ['hero-proc-broken', 'index-before-column'],
    ['starpunk-broken', 'index-before-column'],
    ['starpunk-broken-duplicate-index', 'duplicate-ddl'],
    ['argen-broken', 'missing-create-table'],
  ])('%s is confirmed by the engine', async (name, rule) => {
    const { findings } = await replayed(`fixtures/projects/${name}/project`);
    expect(findings).toContainEqual(expect.objectContaining({ rule, severity: 'error', confirmed: true }));
  });
});
