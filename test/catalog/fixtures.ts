import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DialectName, Engine } from '../../src/dialects/dialect.ts';
import { compare, shown } from './comparison.ts';
import type { TestEngine } from './engines/test-engine.ts';

/** One sequence of a fixture file: `-- new: TITLE` starts an empty database. */
export interface FixtureSequence {
  readonly title: string;
  readonly text: string;
}

/** All hand-written sequences of a dialect. */
export function fixtureSequences(dialect: DialectName): readonly FixtureSequence[] {
  const folder = new URL(`../../fixtures/conformance/${dialect}/`, import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .flatMap((file) =>
      readFileSync(new URL(file, folder), 'utf8')
        .split(/^-- new\b:? ?/m)
        .map((text, at) => ({
          title: at === 0 ? file : `${file}, ${text.split('\n', 1)[0] ?? ''}`,
          text: at === 0 ? text : `-- ${text}`,
        }))
        .filter(({ text }) => /^[^-\s]/m.test(text)),
    );
}

/** A test for each sequence: verdicts, error texts and schemas must agree after every statement. */
export function expectAgreementOnFixtures(engine: Engine, open: () => Promise<TestEngine> | TestEngine): void {
  let server: TestEngine;
  beforeAll(async () => {
    server = await open();
  });
  afterAll(() => server.close());
  for (const { title, text } of fixtureSequences(engine.dialect.name)) {
    it(title, async () => {
      await server.reset();
      const { disagreements } = await compare(text, engine, server);
      expect(disagreements.map(shown)).toEqual([]);
    });
  }
}
