import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Arguments } from './arguments.ts';
import { codeOf } from './error-code.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Writes a command's answer to where it was asked for. */
export function writeOut(text: string, { output }: Arguments, { cwd, out }: Terminal): void {
  if (output === undefined) out.write(text);
  else writeReport(text, output, cwd, '--output');
}

/** Writes a report to a file. `option`: what asked for it. */
export function writeReport(text: string, file: string, cwd: string, option: string): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (error) {
    throw new UsageError(`${option}: ${file} cannot be written (${codeOf(error)})`);
  }
}
