import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../bin/migralint.js');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'migralint-compile-cache-'))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** One run on the example project; stdout, as all else must be the same with and without a cache. */
function run(env: NodeJS.ProcessEnv = {}): string {
  const words = [program, '-f', 'compact', '--fail-on', 'never', 'examples/bookshop'];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'cache'), ...env },
  });
  expect({ stderr: stderr.replace(/^\d.*\n$/, ''), status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

/** Where this version of Node keeps its entries. */
function entries(): readonly string[] {
  const [own] = existsSync(join(folder, 'cache')) ? readdirSync(join(folder, 'cache')) : [];
  return own === undefined
    ? []
    : readdirSync(join(folder, 'cache', own)).map((name) => join(folder, 'cache', own, name));
}

describe.runIf(existsSync('dist/cli.cjs'))('compiled code', () => {
  test('is kept from one run to the next, which says the same', () => {
    const first = run();
    const kept = entries();
    expect(kept.length).toBeGreaterThan(3);
    expect(run()).toBe(first);
    expect(entries()).toEqual(kept);
    expect(first).toContain('index-before-column');
  });

  test('is not kept where a person has said so', () => {
    run({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(entries()).toEqual([]);
  });

  test('is made anew where an entry is not what it should be', () => {
    const first = run();
    const [one, two] = entries();
    writeFileSync(one ?? '', 'no bytecode');
    writeFileSync(two ?? '', readFileSync(two ?? '').subarray(0, 500));
    expect(run()).toBe(first);
  });

  test('is done without where the folder cannot be made', () => {
    writeFileSync(join(folder, 'cache'), 'a file');
    expect(run()).toContain('index-before-column');
  });

  test('is done without where the folder for temporary files is not there, and makes none', () => {
    const missing = join(folder, 'missing');
    expect(run({ NODE_COMPILE_CACHE: undefined, TMPDIR: join(missing, 'deeper') })).toContain('index-before-column');
    if (process.version.startsWith('v20.')) expect(existsSync(missing)).toBe(false);
  });

  test('is kept outside of the project where the variable is empty', () => {
    const temporary = mkdtempSync(join(folder, 'temporary-'));
    const words = [program, '--version'];
    const env = { ...process.env, NODE_COMPILE_CACHE: '', TMPDIR: temporary };
    const project = mkdtempSync(join(folder, 'project-'));
    expect(spawnSync(process.execPath, words, { cwd: project, env }).status).toBe(0);
    expect(readdirSync(project)).toEqual([]);
  });

  // Node's own recursive mkdir tries for ever where the system says ENOENT of a name whose parent is there.
  test.runIf(process.version.startsWith('v20.') && process.platform === 'linux')(
    'is done without where the system lets nobody make a folder',
    () => {
      const env = { ...process.env, NODE_COMPILE_CACHE: undefined, TMPDIR: '/proc' };
      const { stdout, status } = spawnSync(process.execPath, [program, '--version'], { env, timeout: 10_000 });
      expect({ hasVersion: /^\d/.test(String(stdout)), status }).toEqual({ hasVersion: true, status: 0 });
    },
  );

  test.runIf(process.version.startsWith('v20.') && process.platform !== 'win32')(
    'is neither read from nor written to a folder to which others can write',
    () => {
      run();
      const [own = ''] = readdirSync(join(folder, 'cache'));
      rmSync(join(folder, 'cache', own), { recursive: true });
      mkdirSync(join(folder, 'cache', own));
      chmodSync(join(folder, 'cache', own), 0o777);
      run();
      expect(entries()).toEqual([]);
    },
  );
});
