import { run } from './run.ts';
import type { Output, Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** The program: reads the command line, sets the exit code. */
export async function main(): Promise<void> {
  const terminal: Terminal = {
    get cwd() {
      return currentFolder();
    },
    env: process.env,
    out: outputTo('stdout'),
    err: outputTo('stderr'),
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

/** Node makes a stream when it is first asked for, which takes it some tenths of a millisecond. */
function outputTo(name: 'stdout' | 'stderr'): Output {
  let known: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => (known ??= endingQuietly(process[name]));
  return {
    get isTerminal() {
      // Undefined in a pipe, whatever the types say; and picocolors takes undefined for "as you think right", which is colour in CI.
      return (stream() as { readonly isTTY?: boolean }).isTTY ?? false;
    },
    get columns() {
      return this.isTerminal ? stream().columns : undefined;
    },
    write: (text) => void stream().write(text),
  };
}

/** `migralint | head` closes the pipe early; that is no error. */
function endingQuietly(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}
