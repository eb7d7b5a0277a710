import { parseArguments, type Arguments, type CommandName } from './arguments.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Runs one command line; gives the exit code. Nothing is thrown: trouble is one line on the error output, and code 2. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await runCommand(parseArguments(words), terminal);
  } catch (error) {
    terminal.err.write(troubleLines(error, terminal.env));
    return 2;
  }
}

async function runCommand(given: Arguments, terminal: Terminal): Promise<number> {
  if (given.version) {
    const { version } = await import('./version.ts');
    terminal.out.write(`${version()}\n`);
    return 0;
  }
  if (given.help) {
    const { commandHelp } = await import('./help.ts');
    terminal.out.write(commandHelp[given.command]);
    return 0;
  }
  if (given.printConfig || given.showFiles) {
    const { inspect } = await import('./inspect.ts');
    return inspect(given, terminal);
  }
  if (given.staged && given.fix === false && (await import('./staged-paths.ts')).touchesNothing(terminal.cwd)) return 0;
  return (await commands[given.command]())(given, terminal);
}

/** Each command is loaded only when it runs. */
const commands: Readonly<
  Record<CommandName, () => Promise<(given: Arguments, terminal: Terminal) => Promise<number>>>
> = {
  check: async () => (await import('./check.ts')).check,
  paths: async () => (await import('./paths.ts')).paths,
  schema: async () => (await import('./schema.ts')).schema,
  diff: async () => (await import('./diff.ts')).diff,
  replay: async () => (await import('./replay.ts')).replay,
  explain: async () => (await import('./explain.ts')).explain,
  rules: async () => (await import('./explain.ts')).listRules,
  init: async () => (await import('./init.ts')).init,
  baseline: async () => (await import('./baseline.ts')).baseline,
};

function troubleLines(error: unknown, env: Terminal['env']): string {
  if (error instanceof UsageError) {
    return error.message
      .split('\n')
      .map((line) => `migralint: ${line}\n`)
      .join('');
  }
  const refused = refusedByNode(error);
  if (refused !== null) return `migralint: ${refused}\n`;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (env.MIGRALINT_DEBUG === '1') return `migralint: internal error\n${stack}\n`;
  const [first = ''] = stack.split('\n');
  return `migralint: internal error: ${first}\nThis is a fault in migralint; MIGRALINT_DEBUG=1 shows where. Please report it.\n`;
}

/** What `node --permission` does not let us do, with the option that would. */
function refusedByNode(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && error.code === 'ERR_ACCESS_DENIED')) return null;
  const { permission, resource } = error as { permission?: string; resource?: string };
  const [what, option] = permissions[permission ?? ''] ?? ['do this', 'what is missing'];
  const path = resource === undefined || permission === 'ChildProcess' ? '' : ` (${resource})`;
  return `Node's permission model does not let it ${what}${path}: start Node with ${option}`;
}

const permissions: Readonly<Record<string, readonly [string, string]>> = {
  ChildProcess: ['ask git', '--allow-child-process'],
  FileSystemRead: ['read files', '--allow-fs-read'],
  FileSystemWrite: ['write files', '--allow-fs-write'],
  WorkerThreads: ['start a thread', '--allow-worker'],
};
