import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { POSTGRES_VARIABLE, postgresAvailability } from '../catalog/engines/postgres.ts';
import { requireInContinuousIntegration } from '../catalog/engines/test-engine.ts';
import { migralint } from '../cli/command-line.ts';

/** The founding outages, and the example: what the replay says of each path, the engine must say too. */
const root = join(import.meta.dirname, '..', '..');
const outages = readdirSync(join(root, 'fixtures/projects')).map((name) => `fixtures/projects/${name}/project`);

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

describe.runIf(isAvailable).each([...outages, 'examples/bookshop'])('%s', (folder) => {
  it.each([{ words: [] }, { words: ['--rows'] }])('every path that is sure agrees $words', async ({ words }) => {
    const { deployments, paths, findings } = await replayed(folder, words);
    expect(deployments.map(({ engine }) => engine)).not.toContain(null);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter(({ migralint: ours, agrees }) => ours.verdict !== 'unsure' && agrees !== true)).toEqual([]);
    expect(findings.filter(({ confirmed }) => confirmed === false)).toEqual([]);
  });
});

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
