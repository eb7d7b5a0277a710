import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Arguments } from './arguments.ts';
import { codeOf } from './file-list.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Writes a command's answer to where it was asked for. */
export function writeOut(text: string, { output }: Arguments, { cwd, out }: Terminal): void {
  if (output === undefined) {
    out.write(text);
    return;
  }
  try {
    writeFileSync(resolve(cwd, output), text);
  } catch (error) {
    throw new UsageError(`--output: ${output} cannot be written (${codeOf(error)})`);
  }
}
