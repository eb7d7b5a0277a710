import { expect, it } from 'vitest';
import { readSqitchPlan } from '../../src/layouts/sqitch-plan.ts';
import { lintFiles } from '../support/project-of.ts';

const plan = (text: string): ReturnType<typeof readSqitchPlan> => readSqitchPlan({ path: 'sqitch.plan', text });

it('computes the ids that sqitch 1.3.1 computes (sqitch plan --format "format:%n %H")', () => {
  const { changes, faults } = plan(`%syntax-version=1.0.0
%project=kitchen
%uri=https://example.org/kitchen

cooks 2024-01-01T00:00:00Z Ana Maria <ana@example.org> # People who cook.
dishes [cooks] 2024-01-02T00:00:00Z Ana <ana@example.org> # one\\ntwo
@v1 2024-01-02T00:00:01Z Ana <ana@example.org> # tag
menus [cooks dishes !cards other:thing] 2024-01-03T00:00:00Z Ünal <u@example.org>
cooks [cooks@v1] 2024-01-04T00:00:00Z Ana <ana@example.org> # again
`);
  expect(faults).toEqual([]);
  expect(changes.map(({ script, id }) => `${script} ${id}`)).toEqual([
    'cooks@v1 c1eb0077032f19980d21539733ba67f8fd54459e',
    'dishes 5f4067a853f12af4acb4b7ac2014eb96d02de3ee',
    'menus b748e740ba1b22bbbae2605f1fee2ef85fe963bd',
    'cooks 55c4e0f93b7f5879f9b9a58b12a9bd928007d336',
  ]);
});

const head = '%syntax-version=1.0.0\n%project=kitchen\n\n';
const who = '2024-01-01T00:00:00Z Ana <ana@example.org>';

it.each([
  [`a [b] ${who}\nb ${who}`, 'Change "a" planned 1 change before required change "b"'],
  [`a [c] ${who}`, 'Unknown change "c" required by change "a"'],
  [`a [a] ${who}`, 'Change "a" cannot require itself'],
  [`a ${who}\na ${who}`, 'Syntax error in sqitch.plan at line 5: Change "a" duplicates earlier declaration on line 4'],
  [`@v1 ${who}`, 'Syntax error in sqitch.plan at line 4: Tag "v1" declared without a preceding change'],
  [`a ${who}\n@v1 ${who}\n@v1 ${who}`, 'Tag "v1" duplicates earlier declaration on line 5'],
  ['a Ana <ana@example.org>', 'Missing timestamp'],
])('%j is refused', (text, words) => {
  expect(plan(head + text).faults.map(({ error }) => error)).toEqual([expect.stringContaining(words) as string]);
});

it.each([
  ['reworked/deploy', ''],
  ['old/deploy', '[core]\n\treworked_dir = old\n'],
])('scripts from before a rework are found in %s', async (folder, config) => {
  const { findings } = await lintFiles({
    'sqitch.conf': config,
    'sqitch.plan': `${head}cooks ${who}\n@v1 ${who}\ncooks [cooks@v1] ${who}\n`,
    [`${folder}/cooks@v1.sql`]: 'CREATE TABLE cooks (id int);',
    'deploy/cooks.sql': 'ALTER TABLE cooks ADD COLUMN name text;',
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});
