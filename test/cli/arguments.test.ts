import { describe, expect, test } from 'vitest';
import { commandNames, optionTable } from '../../src/cli/arguments.ts';
import { commandHelp, help } from '../../src/cli/help.ts';
import { folderWith, migralint } from './command-line.ts';

const here = folderWith({ 'schema.sql': 'CREATE TABLE recipe (id INTEGER);' });

/** Bad usage is one line, and exit code 2. */
describe.each([
  [['--formt', 'json'], 'unknown option --formt, did you mean --format?'],
  [['--zzzz=1'], 'unknown option --zzzz, see migralint --help'],
  [['-z'], 'unknown option -z, see migralint --help'],
  [['-f'], '--format needs a value; one that starts with "-" is written --format=-x'],
  [['--dialect', '-q'], '--dialect needs a value'],
  [['--quiet=yes'], '--quiet takes no value'],
  [['-f', 'jsn'], 'unknown format "jsn", did you mean "json"?'],
  [['-f', 'unheard-of'], 'unknown format "unheard-of", there are checkstyle, compact, github,'],
  [['--dialect', 'oracle'], '--dialect: expected sqlite, postgres, mysql or mariadb, got "oracle"'],
  [['--fail-on', 'info2'], '--fail-on: expected error, warning, info or never, got "info2"'],
  [['--max-warnings', 'few'], '--max-warnings: expected a whole number, got "few"'],
  [['--rule', 'duplicate-ddl'], '--rule: expected RULE=LEVEL, such as duplicate-ddl=off, got "duplicate-ddl"'],
  [['--rule', 'duplicate-ddl=loud'], '--rule duplicate-ddl: expected error, warning, info or off, got "loud"'],
  [['no-such-file.sql'], 'no such file or folder: no-such-file.sql'],
  [['chekc'], 'no such file or folder: chekc, did you mean the command "check"?'],
  [['paths', '-f', 'compact'], 'paths: expected --format pretty or json, got "compact"'],
  [['explain'], 'explain: expected one rule; migralint rules lists them'],
  [['--config', 'none.json'], 'none.json: the config cannot be read (ENOENT)'],
])('migralint %s', (words, problem) => {
  test('says what is wrong', async () => {
    const { code, out, err } = await migralint(here, words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^migralint: .*\n$/);
    expect(err).toContain(problem);
  });
});

const PAGES = {
  at: 'schema',
  url: 'replay',
  rows: 'replay',
  'time-limit': 'replay',
  prune: 'baseline',
  unsure: 'paths',
  hook: 'init',
  ci: 'init',
} as const;

test('every option and every command has its line in the help', () => {
  for (const option of Object.keys(optionTable)) {
    const page = option in PAGES ? commandHelp[PAGES[option as keyof typeof PAGES]] : help;
    expect(page, option).toMatch(new RegExp(`--${option}\\b`));
  }
  for (const command of commandNames) expect(help).toContain(`migralint ${command === 'check' ? '[check]' : command}`);
});

test('help and version', async () => {
  expect(await migralint(here, ['--help'])).toEqual({ code: 0, out: help, err: '' });
  expect((await migralint(here, ['schema', '-h'])).out).toBe(commandHelp.schema);
  expect((await migralint(here, ['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
