import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.ts';
import { parseArguments } from '../src/cli/arguments.ts';
import { run } from '../src/cli/run.ts';
import { parseConfig } from '../src/config.ts';

const root = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
];

/** `UPDATE_DOCUMENTATION=1 npx vitest run test/documentation.test.ts` writes the outputs that the pages show. */
const update = process.env.UPDATE_DOCUMENTATION === '1';

describe.each(pages)('%s', (page) => {
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');

  it('shows what the commands really print', async () => {
    let shown = text;
    for (const [, command = ''] of text.matchAll(/<!-- output: migralint (.+) -->/g)) {
      const output = await outputOf(command.split(' '));
      const marker = `<!-- output: migralint ${command} -->`;
      const [before = '', after = ''] = shown.split(`${marker}\n`);
      const rest = after.replace(/^\n```text\n[\s\S]*?\n```\n/, '');
      shown = `${before}${marker}\n\n\`\`\`text\n$ migralint ${command.replace(/^check /, '')}\n${output.trimEnd()}\n\`\`\`\n${rest}`;
    }
    if (update) writeFileSync(path, shown);
    else expect(text).toBe(shown);
  });

  it('names only commands, options and scripts that exist', () => {
    const scripts = Object.keys(
      (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
    );
    for (const line of commandLines(text)) {
      for (const command of line.split('&&').map((part) => part.replace(/#.*$/, '').trim())) {
        const script = /^npm (?:run )?(?!ci\b)([\w-]+)/.exec(command)?.[1];
        if (script !== undefined) expect(scripts, command).toContain(script);
        const words = /^(?:node bin\/migralint\.js|migralint)\b(.*)$/.exec(command)?.[1];
        if (words !== undefined)
          expect(() => parseArguments(words.trim().split(/\s+/).filter(Boolean)), command).not.toThrow();
      }
    }
  });

  it('holds valid configs', () => {
    for (const [, json = ''] of text.matchAll(/```json\n([\s\S]*?)```/g)) {
      expect(parseConfig(json, page)).toMatchObject({ ok: true });
    }
  });

  it('links to files that exist', () => {
    for (const [, link = ''] of text.matchAll(/\]\(([^)#:]+)\)/g))
      expect(existsSync(join(dirname(path), link)), link).toBe(true);
  });
});

it('README.md names every rule', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  for (const { id } of rules) expect(text).toContain(`docs/rules/${id}.md`);
});

function commandLines(text: string): readonly string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
}

async function outputOf(words: readonly string[]): Promise<string> {
  let text = '';
  const out = { isTerminal: false, columns: 100, write: (part: string) => void (text += part) };
  const err = { ...out, write: () => undefined };
  await run(words, { cwd: root, env: {}, out, err });
  return text;
}
