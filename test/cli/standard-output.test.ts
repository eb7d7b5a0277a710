import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../bin/migralint.js');
const words = [program, '-f', 'json', '--fail-on', 'never', '--dialect', 'sqlite', '--no-config'];

let folder: string;
let whole: string;
/** More findings than a pipe holds (64 kB on Linux, pipe(7)). */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'migralint-output-'));
  const twice = Array.from({ length: 400 }, (_, number) => `CREATE TABLE t${String(number)} (id INTEGER);\n`).join('');
  writeFileSync(join(folder, 'schema.sql'), twice + twice);
  whole = execFileSync(process.execPath, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(whole.length).toBeGreaterThan(100_000);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(existsSync('dist/cli.cjs') && process.platform !== 'win32')('what is printed', () => {
  test('is the same in a file', () => {
    const file = join(folder, 'report.json');
    spawnSync(process.execPath, words, { cwd: folder, stdio: ['ignore', openSync(file, 'w'), 'ignore'] });
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });

  test('reaches a reader who is slow', async () => {
    const child = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((done) => setTimeout(done, 500));
    let text = '';
    for await (const piece of child.stdout.setEncoding('utf8')) text += String(piece);
    expect(text).toBe(whole);
  });

  test('reaches a reader through a pipe that does not wait', () => {
    const script = `import os, subprocess, sys, time
ours, theirs = os.pipe()
os.set_blocking(theirs, False)
child = subprocess.Popen(sys.argv[1:], stdout=theirs, stderr=subprocess.DEVNULL)
os.close(theirs)
time.sleep(0.5)
sys.stdout.write(os.fdopen(ours).read())
sys.exit(child.wait())`;
    const { stdout, status } = spawnSync('python3', ['-c', script, process.execPath, ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toBe(whole);
  });

  test('may be read in part: no error, and the exit code of the whole', () => {
    const shell = `"$0" "$@" --fail-on error | head -c 10 > /dev/null; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', shell, process.execPath, ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ stdout, stderr: stderr.replace(/^\d.*\n$/, '') }).toEqual({ stdout: '1\n', stderr: '' });
  });

  test.runIf(existsSync('/dev/full'))('is an error in one line where there is no room', () => {
    const full = openSync('/dev/full', 'w');
    const { stderr, status } = spawnSync(process.execPath, words, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    });
    expect({ stderr, status }).toEqual({ stderr: 'migralint: the output cannot be written (ENOSPC)\n', status: 2 });
  });
});
