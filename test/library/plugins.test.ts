import { describe, expect, test } from 'vitest';
import { folderWith, migralint } from '../cli/command-line.ts';

const rule = `export default {
  id: 'no-char',
  severity: 'warning',
  summary: 'A column of type CHAR.',
  why: 'It pads.',
  instead: 'Write TEXT.',
  examples: [],
  check(history, report) {
    for (const { parsed } of history.statements) {
      for (const operation of parsed.operations) {
        if (operation.kind !== 'create-table') continue;
        for (const { name, type } of operation.columns) {
          if (type?.name !== 'char') continue;
          report({ at: { statement: operation.statement, range: type }, object: name.text, message: \`\${name.text} is padded.\` });
        }
      }
    }
  },
};
`;
const files = {
  'migralint.config.json':
    '{ "dialect": "postgres", "plugins": ["./rules/no-char.mjs"], "rules": { "no-char": "error" } }',
  'rules/no-char.mjs': rule,
  'schema.sql': 'CREATE TABLE cooks (id int PRIMARY KEY, code char(3));\n',
};

describe("rules of one's own", () => {
  test('run with the others, take levels, and are silenced as they are', async () => {
    const folder = folderWith(files);
    const { code, out } = await migralint(folder, ['-f', 'compact']);
    expect({ code, out }).toEqual({ code: 1, out: 'schema.sql:1:46: error no-char: code is padded.\n' });
    expect((await migralint(folder, ['--rule', 'no-char=off'])).code).toBe(0);
    const silenced = { ...files, 'schema.sql': `-- migralint-ignore no-char: old\n${files['schema.sql']}` };
    expect((await migralint(folderWith(silenced), [])).out).toContain('nothing found, 1 silenced');
  });

  test('are listed and explained', async () => {
    const folder = folderWith(files);
    const list = await migralint(folder, ['rules']);
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/^no-char +warning +A column of type CHAR\.\n$/m);
    expect((await migralint(folder, ['explain', 'no-char'])).out).toMatch(
      /^no-char {2}warning\n\n {2}A column of type CHAR\.\n\nWhy\n {2}It pads\.\n/,
    );
    const near = await migralint(folder, ['explain', 'no-chra']);
    expect(near.err).toBe('migralint: unknown rule "no-chra", did you mean "no-char"?\n');
  });

  test('those of migralint are listed and explained beside a config at fault', async () => {
    const folder = folderWith({ 'migralint.config.json': '{ "rules": { "installs-difer": "off" } }' });
    const list = await migralint(folder, ['rules']);
    expect(list.out).toContain('installs-differ ');
    expect([list.code, list.err]).toEqual([
      2,
      'migralint: migralint.config.json: rules: unknown rule "installs-difer", did you mean "installs-differ"?\n',
    ]);
    expect((await migralint(folder, ['explain', 'installs-differ'])).code).toBe(0);
  });

  test('of a name that is there already are refused', async () => {
    const folder = folderWith({ ...files, 'rules/no-char.mjs': rule.replace('no-char', 'never-run') });
    expect((await migralint(folder, [])).err).toBe(
      'migralint: migralint.config.json: plugins: a rule "never-run" is there already\n',
    );
  });

  test('are explained in SARIF', async () => {
    const { out } = await migralint(folderWith(files), ['-f', 'sarif']);
    expect(out).toContain('"text": "A column of type CHAR."');
  });

  test('one that throws is a fault that is told, and the others run', async () => {
    const throwing = rule.replace('check(history, report) {', "check(history, report) { throw new Error('oops');");
    const { code, out } = await migralint(folderWith({ ...files, 'rules/no-char.mjs': throwing }), ['-f', 'compact']);
    expect(code).toBe(2);
    expect(out).toContain('The rule no-char failed on schema.sql: oops. This is a fault of the rule');
  });

  test.each([
    ['rules/none.mjs', 'plugins: ./rules/none.mjs cannot be loaded: '],
    ['rules/empty.mjs', 'plugins: ./rules/empty.mjs exports no rule: it lacks id, '],
    [
      'rules/half.mjs',
      'plugins: ./rules/half.mjs exports no rule (no-char): it lacks why, instead, a list of examples\n',
    ],
  ])('a module that is none is named: %s', async (path, problem) => {
    const folder = folderWith({
      ...files,
      'rules/empty.mjs': 'export default {};',
      'rules/half.mjs': rule.replace(/ {2}(?:why|instead|examples): .*\n/g, ''),
      'migralint.config.json': `{ "plugins": ["./${path}"] }`,
    });
    const { code, err } = await migralint(folder, []);
    expect(code).toBe(2);
    expect(err).toContain(problem);
  });

  test('a name that neither has is still told', async () => {
    const config = '{ "plugins": ["./rules/no-char.mjs"], "rules": { "no-chra": "off" } }';
    const { err } = await migralint(folderWith({ ...files, 'migralint.config.json': config }), []);
    expect(err).toContain('unknown rule "no-chra", did you mean "no-char"?');
  });
});
