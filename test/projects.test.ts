import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../src/cli/run.ts';

/** Whole small repositories: what the command line prints in each is kept beside it. */
const cases = join(import.meta.dirname, '..', 'fixtures', 'projects');

async function outputOf(words: readonly string[], cwd: string): Promise<string> {
  let text = '';
  const output = { isTerminal: false, columns: 100, write: (part: string) => void (text += part) };
  const silent = { ...output, write: () => undefined };
  const code = await run(words, { cwd, env: {}, out: output, err: silent });
  return `${text}exit ${code}\n`;
}

describe.each(readdirSync(cases))('%s', (name) => {
  const project = join(cases, name, 'project');

  it('check', async () => {
    await expect(await outputOf(['check'], project)).toMatchFileSnapshot(join(cases, name, 'check.txt'));
  });

  it('paths', async () => {
    await expect(await outputOf(['paths'], project)).toMatchFileSnapshot(join(cases, name, 'paths.txt'));
  });
});
