import { run } from './run.ts';
import type { Output, Terminal } from './terminal.ts';

/** The program: reads the command line, sets the exit code. */
export async function main(): Promise<void> {
  endQuietlyOnClosedPipe(process.stdout);
  endQuietlyOnClosedPipe(process.stderr);
  const terminal: Terminal = {
    cwd: process.cwd(),
    env: process.env,
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
  };
  process.exitCode = await run(process.argv.slice(2), terminal);
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // Undefined in a pipe, whatever the types say; and picocolors takes undefined for "as you think right", which is colour in CI.
  const isTerminal = (stream as { readonly isTTY?: boolean }).isTTY ?? false;
  return {
    isTerminal,
    columns: isTerminal ? stream.columns : undefined,
    write: (text) => void stream.write(text),
  };
}

/** `migralint | head` closes the pipe early; that is no error. */
function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}
