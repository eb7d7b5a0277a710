/** Another linter of PostgreSQL migrations, to be held against: installed into a cache, never a dependency. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '2.66.0';

/** The commands of squawk's own binary and of its npm start script; null where it cannot be had. */
export function squawk() {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'migralint-bench', `squawk-${version}`);
  const modules = join(folder, 'node_modules');
  const native = join(modules, '@squawk-cli', `${process.platform}-${process.arch}`, 'bin', 'squawk');
  if (!existsSync(native)) {
    mkdirSync(folder, { recursive: true });
    const words = ['install', '--no-save', '--silent', '--prefix', folder, `squawk-cli@${version}`];
    spawnSync('npm', words, { cwd: folder, stdio: 'ignore' });
  }
  if (!existsSync(native)) return null;
  // Its shortest report: with code frames, its default, the big file takes it minutes.
  const words = ['--reporter', 'gcc'];
  return {
    version,
    native: [native, ...words],
    shim: [process.execPath, join(modules, 'squawk-cli', 'js', 'bin', 'squawk'), ...words],
  };
}
