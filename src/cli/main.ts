import { run } from './run.ts';
import { standardOutput } from './standard-output.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The program: reads the command line, sets the exit code. */
export async function main(): Promise<void> {
  const terminal: Terminal = {
    get cwd() {
      return currentFolder();
    },
    env: process.env,
    out: standardOutput('stdout'),
    err: standardOutput('stderr'),
  };
  process.exitCode = await run(process.argv.slice(2), terminal);
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new UsageError('the current folder is not there any more');
  }
}
