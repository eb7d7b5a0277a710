import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { run } from '../../src/cli/run.ts';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs migralint in a folder as a shell would, but in this process. */
export async function migralint(
  cwd: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Answer> {
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err') => ({
    isTerminal: false,
    columns: undefined,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await run(words, { cwd, env, out: output('out'), err: output('err') });
  return { code, ...written };
}

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files; `git`: also a repository, without any commit. */
export function folderWith(files: Readonly<Record<string, string>>, kind: 'git' | 'plain' = 'plain'): string {
  const folder = mkdtempSync(join(tmpdir(), 'migralint-'));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  if (kind === 'git') execFileSync('git', ['init', '-q'], { cwd: folder, stdio: 'ignore' });
  return folder;
}
