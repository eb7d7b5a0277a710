import { baseName } from '../src/layouts/file-order.ts';
import type { PassedOverFile } from '../src/deployment.ts';
import { defineRule } from '../src/rule.ts';
import { firstLine } from '../src/timeline/past-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'never-run',
  severity: 'warning',
  summary: 'The migration tool does not take a file of its folder for a migration, so nobody runs it.',
  why: `A tool knows its files by their names. One that does not match is left out without a word: the deploy succeeds, and the column is
not there. Other tools stop at such a name, on every database.`,
  instead: 'Name the file as the tool wants it, or keep it in another folder.',
  examples: [
    {
      title: 'Flyway wants two underscores',
      files: {
        'db/V1__cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);',
        'db/V2_dishes.sql': 'CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY); -- expect: never-run',
      },
    },
    {
      title: 'A name that no tool would take for a migration',
      files: {
        'db/V1__cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);',
        'db/reset.sql': 'DELETE FROM cooks;',
      },
    },
  ],
  check({ deployment }, report) {
    for (const passed of deployment.passedOver) {
      if (deployment.tool === null || !looksMeant(passed)) continue;
      const { file, because, reaction } = passed;
      const name = baseName(file.path);
      const step = { identity: name, name: name.replace(/\.sql$/, ''), file: file.path };
      const refuses = reaction.does === 'refuses';
      report({
        at: firstLine(file),
        ...(refuses ? { severity: 'error' } : {}),
        object: name,
        message: refuses
          ? `${deployment.tool.name} stops at ${name}, on every database: ${because}.`
          : `${deployment.tool.name} never runs ${name}: ${because}.`,
        help: `Name it as the others are named, such as ${baseName(deployment.ledger[0]?.file ?? name)}, or keep it in another folder.`,
        ...(refuses ? { engineError: wordsOf(reaction, deployment, step) } : {}),
      });
    }
  },
});

/** Its name has a number, or the tool stops at it; and it changes the schema. */
function looksMeant({ file, reaction }: PassedOverFile): boolean {
  const name = baseName(file.path);
  if (reaction.does === 'refuses') return true;
  return /\d/.test(name) && /\b(?:create|alter|drop|insert|update)\b/i.test(file.text) && !/\bdown\.sql$/.test(name);
}
