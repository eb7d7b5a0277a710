/** Times whole processes, as a user meets them. */
import { spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const nowhere = openSync('/dev/null', 'w');

/** Extra certificates are read at every start of Node: that is not ours to measure. */
const { NODE_EXTRA_CA_CERTS: _unused, ...environment } = process.env;

/** Milliseconds after which a run is ended. */
const patience = 60_000;

/** Milliseconds from which on one run tells enough. */
const long = 8000;

/** Milliseconds that a command takes from its start to its end; null where it could not be run to its end. */
export function timeOf([program, ...words], folder) {
  const start = performance.now();
  const { error, signal } = spawnSync(program, words, {
    cwd: folder,
    env: environment,
    stdio: ['ignore', nowhere, nowhere],
    timeout: patience,
    killSignal: 'SIGKILL',
  });
  return error === undefined && signal === null ? performance.now() - start : null;
}

/**
 * The median time of each command. They run in turn, one of each per round, so that a change of the machine's speed meets
 * them alike. A command that cannot be run to its end is tried once.
 */
export function medianTimes(commands, rounds, folder) {
  const times = commands.map(() => []);
  for (let round = 0; round < rounds; round++) {
    commands.forEach((command, index) => {
      const last = times[index].at(-1);
      if (last === undefined || (last !== null && last < long)) times[index].push(timeOf(command, folder));
    });
  }
  return times.map((list) => (list.includes(null) ? null : median(list)));
}

/** The most memory that a command, or a program that it starts, held at once, in MB; null where GNU time is missing. */
export function peakMemory(command, folder) {
  if (!existsSync('/usr/bin/time')) return null;
  const { stderr, error } = spawnSync('/usr/bin/time', ['-q', '-f', 'peak %M', ...command], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', nowhere, 'pipe'],
    timeout: patience,
    maxBuffer: 1 << 28,
  });
  const kilobytes = error === undefined ? /peak (\d+)\s*$/.exec(stderr)?.[1] : undefined;
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

/** The middle of a list of numbers. */
export function median(numbers) {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1];
}

/** What the machine is, for the line under the table. */
export function machine() {
  const model = existsSync('/proc/cpuinfo')
    ? /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]
    : undefined;
  return [`Node ${process.versions.node}`, `${process.platform} ${process.arch}`, model].filter(Boolean).join(', ');
}
