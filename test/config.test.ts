import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseConfig, parseVersionRange, validateConfig } from '../src/config.ts';

const rules = ['duplicate-ddl', 'index-before-column'];

/** What is said about a config; nothing when it is right. */
function problemsOf(text: string): readonly string[] {
  const reading = parseConfig(text, 'migralint.config.json', rules);
  return reading.ok ? [] : reading.problems;
}

/** Every fault, with the words that a person gets to read. */
test.each([
  ['{ "dialct": "sqlite" }', 'unknown key "dialct", did you mean "dialect"?'],
  ['{ "colour": true }', 'unknown key "colour"'],
  ['{ "dialect": "oracle" }', 'dialect: expected one of "sqlite", "postgres", "mysql", "mariadb", got "oracle"'],
  ['{ "upgrades": "no" }', 'upgrades: expected true or false, got "no"'],
  ['{ "ignore": "vendor/**" }', 'ignore: expected a list, got "vendor/**"'],
  ['{ "ignore": ["a", 1] }', 'ignore[1]: expected a string, got 1'],
  ['{ "rules": { "duplicate-dll": "off" } }', 'rules: unknown rule "duplicate-dll", did you mean "duplicate-ddl"?'],
  [
    '{ "rules": { "duplicate-ddl": "warn" } }',
    'rules.duplicate-ddl: expected one of "error", "warning", "info", "off", got "warn"',
  ],
  ['{ "engineVersion": "new" }', 'engineVersion: expected a version or a range such as "8.0 - 8.4", got "new"'],
  ['{ "deployments": [{ "root": "." }] }', 'deployments[0]: the key "run" is missing'],
  [
    '{ "deployments": [{ "root": ".", "run": [{ "files": [], "when": "always" }, { "files": ["m/*.sql"], "when": "sometimes" }] }] }',
    'deployments[0].run[1].when: expected one of "always", "once", "fresh", "upgrade", "on-change", got "sometimes"',
  ],
  [
    '{ "deployments": [{ "root": ".", "run": [], "start": { "v 1": "a.sql" } }] }',
    'deployments[0].start["v 1"]: expected a list, got "a.sql"',
  ],
  ['[]', 'expected an object, got a list'],
  ['null', 'expected an object, got null'],
])('%s', (text, problem) => {
  expect(problemsOf(text)).toEqual([`migralint.config.json: ${problem}`]);
});

/** Where the text stops being JSON. */
test.each([
  ['', '1:1: the file ends here, a value is missing'],
  ['{\n  "dialect": "sqlite",\n}', '3:1: expected a key in double quotes'],
  ['{\n  "dialect": sqlite }', '2:14: "sqlite" is not JSON'],
  ['{ "upgrades": true "ignore": [] }', '1:20: expected "," or "}"'],
  ['{ "ignore": ["a" "b"] }', '1:18: expected "," or "]"'],
  ['{ "dialect": "sqlite }', '1:14: this string has no closing double quote'],
  ['{ "dialect": "a\nb" }', '1:16: expected the closing double quote on the same line'],
  ['{ "dialect": "\\x" }', '1:14: an escape in this string is not JSON'],
  ['{} {}', '1:4: expected the end of the file'],
  ['{ "upgrades": true, "upgrades": false }', '1:21: the key "upgrades" stands here a second time'],
  ['['.repeat(1000), '1:501: nested too deep'],
])('JSON %#', (text, problem) => {
  expect(problemsOf(text)).toEqual([`migralint.config.json:${problem}`]);
});

test('several faults are all named', () => {
  expect(problemsOf('{ "dialect": 1, "upgrade": true }')).toHaveLength(2);
});

test('a whole config is read as it is written', () => {
  const text = `{ "$schema": "x", "dialect": "sqlite", "engineVersion": "3.40", "upgrades": false,
    "deployments": [{ "name": "db", "root": "db", "dialect": "mysql", "run": [{ "files": ["schema.sql"], "when": "always" }],
      "start": { "v0.9": ["old/v0.9.sql"] }, "rerunnable": ["0009"] }],
    "rules": { "duplicate-ddl": "warning" }, "ignore": ["vendor/**"], "baseline": "known.json" }`;
  const reading = parseConfig(text, 'migralint.config.json', rules);
  const asWritten = JSON.parse(text) as Record<string, unknown>;
  expect(reading).toEqual({ ok: true, config: { ...asWritten, engineVersion: { from: [3, 40], to: [3, 40] } } });
});

test('a value that a script made is checked the same way', () => {
  expect(validateConfig(undefined, 'x.mjs')).toEqual({
    ok: false,
    problems: ['x.mjs: expected an object, got nothing'],
  });
  expect(validateConfig({ ignore: [() => 1] }, 'x.mjs')).toMatchObject({
    problems: ['x.mjs: ignore[0]: expected a string, got a function'],
  });
});

test.each([
  ['15', [15, 0], [15, 99]],
  ['3.40', [3, 40], [3, 40]],
  ['8.0 - 8.4', [8, 0], [8, 4]],
  ['10.6.1-11', [10, 6], [11, 99]],
])('version %s', (words, from, to) => {
  expect(parseVersionRange(words)).toEqual({ from, to });
});

test.each(['', 'x', '9 - 8', '8.4 - 8.0', '1.2.', '-1'])('no version: "%s"', (words) => {
  expect(parseVersionRange(words)).toBeUndefined();
});

describe('the JSON schema says the same', () => {
  const schema = JSON.parse(readFileSync('schema/config.schema.json', 'utf8')) as object;
  const validate = new Ajv().compile(schema);

  test.each([
    ['{ "dialect": "sqlite", "rules": { "duplicate-ddl": "off" }, "engineVersion": "8.0 - 8.4" }', true],
    ['{ "deployments": [{ "root": ".", "run": [{ "files": ["a.sql"], "when": "once" }] }] }', true],
    ['{ "dialct": "sqlite" }', false],
    ['{ "deployments": [{ "root": "." }] }', false],
    ['{ "engineVersion": "new" }', false],
  ])('%s', (text, right) => {
    expect(validate(JSON.parse(text))).toBe(right);
    expect(parseConfig(text, 'x', rules).ok).toBe(right);
  });
});
