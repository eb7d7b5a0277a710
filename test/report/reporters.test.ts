import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import compact from '../../src/report/compact.ts';
import json from '../../src/report/json.ts';
import { pathsPage } from '../../src/report/paths-page.ts';
import pretty from '../../src/report/pretty.ts';
import type { Result } from '../../src/result.ts';
import { reporters } from '../../src/report/index.ts';
import { movedDown, options, outage } from './outage.ts';

const nothing: Result = { ...outage, findings: [], suppressed: 0, baseline: null, errors: [] };

describe('each format shows the outage as a person once approved it', () => {
  test.each([
    ['outage.pretty.txt', pretty.report(outage, options)],
    ['outage.pretty-60-columns.txt', pretty.report(outage, { ...options, width: 60 })],
    ['outage.compact.txt', compact.report(outage, options)],
    ['outage.json.txt', json.report(outage, options)],
    ['outage.paths.txt', pathsPage(outage.histories, options)],
  ])('%s', async (file, report) => {
    await expect(report).toMatchFileSnapshot(`expected/${file}`);
  });
});

test.each(reporters)('$name shows paths as the reader sees them', async ({ load }) => {
  const shownPath = (path: string) => `up/${path}`;
  const reporter = await load();
  expect(reporter.report(outage, { ...options, shownPath, repositoryPath: shownPath })).not.toMatch(
    /(?<!up\/)db\/(?:schema|cleanup|broken)\.sql/,
  );
});

test('names out of the files cannot command a terminal or forge a line', () => {
  const [finding] = outage.findings;
  if (finding === undefined) throw new Error('the outage has findings');
  const hostile = 'a\u001b[2J\r\nb\u202e';
  const file = { path: `db/${hostile}.sql`, text: `${hostile} "日本語"` };
  const span = { ...finding.span, file };
  const evil = {
    ...finding,
    message: hostile,
    help: hostile,
    engineError: hostile,
    span,
    related: [{ span, message: hostile }],
  };
  for (const reporter of [pretty, compact]) {
    const report = reporter.report({ ...nothing, findings: [evil] }, options);
    expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  }
  expect(compact.report({ ...nothing, findings: [evil] }, options).split('\n')).toHaveLength(2);
});

describe('pretty', () => {
  test('no line is wider than the terminal', () => {
    for (const width of [60, 80, 100]) {
      const lines = pretty.report(outage, { ...options, width }).split('\n');
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    }
  });

  test('colour adds escapes and changes no word', () => {
    const colored = pretty.report(outage, { ...options, color: true });
    expect(colored).toContain('\u001b[31m');
    expect(colored.replace(/\u001b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(pretty.report(outage, options));
  });

  test('says how much was read when nothing is found, unless it is to be quiet', () => {
    expect(pretty.report(nothing, options)).toMatch(/^nothing found\n3 files, 4 statements, 3 upgrade paths/);
    expect(pretty.report(nothing, { ...options, quiet: true })).toBe('');
  });
});

describe('json', () => {
  const documentOf = (result: Result) =>
    JSON.parse(json.report(result, options)) as { findings: { fingerprint: string }[] };

  test('keeps its contract', () => {
    const schema = JSON.parse(readFileSync('schema/result.schema.json', 'utf8')) as object;
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
    expect(validate(documentOf(outage)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(documentOf(nothing)), JSON.stringify(validate.errors)).toBe(true);
  });

  test('fingerprints stay when lines move, and tell equal findings apart', () => {
    const fingerprints = (result: Result) => documentOf(result).findings.map(({ fingerprint }) => fingerprint);
    const withoutHistory = { ...outage, histories: [] };
    expect(fingerprints(movedDown(outage))).toEqual(fingerprints(withoutHistory));
    const [first] = outage.findings;
    const twice = fingerprints({ ...outage, findings: first === undefined ? [] : [first, first] });
    expect(new Set([...twice, ...fingerprints(outage)]).size).toBe(4);
  });
});
