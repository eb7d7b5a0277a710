import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../rules/index.ts';
import { commandNames, parseArguments } from '../src/cli/arguments.ts';
import { run } from '../src/cli/run.ts';
import { parseConfig } from '../src/config.ts';
import { folderWith } from './cli/command-line.ts';

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
    let shown = '';
    for (const [index, part] of text.split('<!-- project -->').entries()) {
      const folder = index === 0 ? root : projectIn(part);
      shown += (index === 0 ? '' : '<!-- project -->') + (await withOutputs(part, folder));
    }
    if (update) writeFileSync(path, shown);
    else expect(text).toBe(shown);
  });

  it('has programs that run', () => {
    for (const part of text.split('<!-- project -->').slice(1)) {
      for (const [, words = ''] of part.matchAll(/<!-- runs: node (.*) -->/g))
        expect(() => outputOfNode(words.split(' '), projectIn(part))).not.toThrow();
    }
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
    for (const [, json = ''] of text.matchAll(/(?<!^`(?!migralint\.config)[^`\n]+`:\n\n)```json\n([\s\S]*?)```/gm)) {
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

/** A part of a page whose outputs are those of its commands in a folder. */
async function withOutputs(part: string, folder: string): Promise<string> {
  let shown = '';
  let rest = part;
  for (const [marker, program = '', command = ''] of part.matchAll(/<!-- output: (migralint|node) ?(.*) -->\n/g)) {
    const [before = ''] = rest.split(marker);
    rest = rest.slice(before.length + marker.length).replace(/^\n```text\n[\s\S]*?\n```\n/, '');
    const typed = `$ ${program} ${command.replace(/^check /, '')}`.trimEnd();
    const words = command.split(' ').filter(Boolean);
    const output = program === 'node' ? outputOfNode(words, folder) : await outputOf(words, folder);
    shown += `${before}${marker}\n\`\`\`text\n${typed}\n${output.trimEnd()}\n\`\`\`\n`;
  }
  return shown + rest;
}

/** The files that a page shows after `<!-- project -->`: each name in backticks, a colon, and its text in a block. */
function filesIn(part: string): Record<string, string> {
  const blocks = part.matchAll(/^`([^`\n]+)`:\n\n```\w*\n([\s\S]*?)```$/gm);
  return Object.fromEntries([...blocks].map(([, path = '', content = '']) => [path, content]));
}

/** The project that a part of a page shows; its modules may import the package that `npm run build` has made. */
function projectIn(part: string): string {
  const folder = folderWith({ ...filesIn(part), 'node_modules/.keep': '' });
  symlinkSync(root, join(folder, 'node_modules/migralint'));
  return folder;
}

function outputOfNode(words: readonly string[], cwd: string): string {
  return execFileSync(process.execPath, words, { cwd, encoding: 'utf8' });
}

function commandLines(text: string): readonly string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.split('\n'));
}

async function outputOf(words: readonly string[], cwd: string): Promise<string> {
  let text = '';
  const out = { isTerminal: false, columns: 100, write: (part: string) => void (text += part) };
  const err = { ...out, write: () => undefined };
  await run(words, { cwd, env: {}, out, err });
  return text;
}

it('CHANGELOG.md names every rule, command and format', () => {
  const text = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const formats = readdirSync(join(root, 'src/report')).filter((name) => name.endsWith('.ts'));
  const reporters = formats.flatMap((file) => {
    const source = readFileSync(join(root, 'src/report', file), 'utf8');
    return /: Reporter = \{\s*name: '(\w+)'/.exec(source)?.[1] ?? [];
  });
  expect(reporters.length).toBeGreaterThan(8);
  for (const word of [...rules.map(({ id }) => id), ...commandNames, ...reporters]) expect(text).toContain(word);
});
