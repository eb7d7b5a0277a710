import { fstatSync, writeSync } from 'node:fs';
import { codeOf } from './error-code.ts';
import type { Output } from './terminal.ts';
import { UsageError } from './usage-error.ts';

type Name = 'stdout' | 'stderr';

/**
 * Where the process writes. A file or a pipe is no terminal and is written to directly: Node's own stream is made only for the
 * rest, since making it costs a start 5 ms (it loads all of `node:stream`).
 */
export function standardOutput(name: Name): Output {
  return isFileOrPipe(descriptors[name]) ? directOutput(name) : streamOutput(name);
}

const descriptors = { stdout: 1, stderr: 2 };

function isFileOrPipe(descriptor: number): boolean {
  // On Windows a pipe that is full is an error to those who do not wait for it, as libuv does.
  if (process.platform === 'win32') return false;
  try {
    const status = fstatSync(descriptor);
    return status.isFile() || status.isFIFO() || status.isSocket() || isMemoryDevice(status);
  } catch {
    return false;
  }
}

/** /dev/null and its like, which on Linux have the major number 1 (Documentation/admin-guide/devices.txt). */
function isMemoryDevice(status: { isCharacterDevice(): boolean; readonly rdev: number }): boolean {
  return process.platform === 'linux' && status.isCharacterDevice() && status.rdev >> 8 === 1;
}

function directOutput(name: Name): Output {
  let state: 'open' | 'closed' | 'full' = 'open';
  const writeToStream = (bytes: Uint8Array): void => {
    if (state === 'open') endingQuietly(process[name]);
    state = 'full';
    process[name].write(bytes);
  };
  return {
    isTerminal: false,
    columns: undefined,
    write(text) {
      const bytes = Buffer.from(text);
      if (state === 'full') writeToStream(bytes);
      if (state !== 'open') return;
      try {
        const left = writeUntilFull(descriptors[name], bytes);
        // Whoever shares the pipe wants no waiting: a stream waits without blocking.
        if (left.length > 0) writeToStream(left);
      } catch (error) {
        state = 'closed';
        // `migralint | head` closes the pipe early; that is no error. And nobody can be told that errors cannot be told.
        if (hasCode(error, 'EPIPE') || name === 'stderr') return;
        throw new UsageError(`the output cannot be written (${codeOf(error)})`);
      }
    },
  };
}

/** Gives what is left when the pipe is full and says so instead of waiting. */
function writeUntilFull(descriptor: number, bytes: Uint8Array): Uint8Array {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    if (!hasCode(error, 'EAGAIN')) throw error;
  }
  return bytes.subarray(written);
}

function streamOutput(name: Name): Output {
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

function endingQuietly(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

function hasCode(error: unknown, code: string): boolean {
  return codeOf(error) === code;
}
