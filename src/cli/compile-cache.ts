/**
 * Loads the package's own files, and keeps what V8 has compiled of them from one run to the next: compiling migralint anew costs
 * half of a small run.
 *
 * Node keeps compiled code by itself from 22.1 on (`module.enableCompileCache`). For Node 20 this file does, under the same two
 * environment variables, and goes when Node 20 goes. Whatever goes wrong, the run works without.
 */
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** What `Module` is to those who load files by it; Node's types leave it out. */
interface Loader {
  new (path: string): LoadedModule;
  readonly createRequire: (from: string) => NodeJS.Require;
  readonly enableCompileCache?: () => unknown;
  readonly wrapper: readonly [head: string, tail: string];
  /** By path: what is in it is loaded no second time, also where a config imports the library. */
  readonly _cache: Record<string, LoadedModule | undefined>;
}

interface LoadedModule {
  filename: string;
  loaded: boolean;
  exports: unknown;
  readonly require: (id: string) => unknown;
}

const loader = process.getBuiltinModule('node:module') as unknown as Loader;

/**
 * Imports a person's module: a config, a plugin. It stands here because this file itself never comes out of the cache, and on
 * Node 20 code that does cannot import.
 */
export async function importModule(address: string): Promise<{ readonly default?: unknown }> {
  return (await import(address)) as { readonly default?: unknown };
}

/** What one of the package's files exports, which lie beside this one. */
export function load(name: string): unknown {
  if (loader.enableCompileCache !== undefined) loader.enableCompileCache();
  const isWanted = loader.enableCompileCache === undefined && process.env.NODE_DISABLE_COMPILE_CACHE === undefined;
  const folder = isWanted ? cacheFolder() : null;
  const path = join(__dirname, name);
  return folder === null ? loader.createRequire(__filename)(path) : new CachedFiles(folder).load(path);
}

/** Files whose compiled code lies in a folder, or is put there when the process ends. */
class CachedFiles {
  readonly #folder: string;
  readonly #added: { readonly path: string; readonly script: Script }[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    // At the end, so that the functions that the run has needed are in it.
    process.on('exit', () => {
      for (const { path, script } of this.#added) keep(path, script);
    });
  }

  load(path: string): unknown {
    const known = loader._cache[path];
    if (known !== undefined) return known.exports;
    const module = new loader(path);
    module.filename = path;
    loader._cache[path] = module;
    const folder = dirname(path);
    // A name of a file of ours is its exact path: nothing has to be looked for.
    const require = (id: string): unknown => (id.startsWith('.') ? this.load(join(folder, id)) : module.require(id));
    const run = this.#compiled(path).runInThisContext() as (...words: readonly unknown[]) => unknown;
    run.call(module.exports, module.exports, require, module, path, folder);
    module.loaded = true;
    return module.exports;
  }

  #compiled(filename: string): Script {
    const status = statSync(filename);
    const kept = hasHashedName(filename) ? join(this.#folder, entryName(filename, status)) : null;
    const cachedData = kept === null ? undefined : bytesIn(kept);
    const script = new Script(wrapped(filename, status), {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (kept !== null && script.cachedDataRejected !== false) this.#added.push({ path: kept, script });
    return script;
  }
}

/**
 * The file's text in the function that CommonJS calls, put together as bytes: joining two texts would make V8 copy the longer one. The bundle
 * is written in ASCII, which Node reads faster as Latin-1.
 */
function wrapped(filename: string, { size }: Stats): string {
  const [head, tail] = loader.wrapper;
  const bytes = Buffer.allocUnsafe(head.length + size + tail.length);
  bytes.write(head, 0, 'latin1');
  const descriptor = openSync(filename, 'r');
  try {
    for (let read = 0; read < size;) {
      const count = readSync(descriptor, bytes, head.length + read, size - read, read);
      if (count === 0) throw new Error(`${filename} has been cut off while it was read`);
      read += count;
    }
  } finally {
    closeSync(descriptor);
  }
  bytes.write(tail, head.length + size, 'latin1');
  return bytes.toString('latin1');
}

/** V8 compares a source by its length alone; npm gives every file one time of change. Only a name can tell two contents apart. */
function hasHashedName(path: string): boolean {
  return basename(dirname(path)) === 'chunks';
}

/** With the time of change too: while migralint is worked on, one name may get another content. */
function entryName(path: string, { mtimeMs, size }: Stats): string {
  return `${basename(path)}-${mtimeMs.toString(36)}-${size.toString(36)}`;
}

/** Renamed into its place, so that nobody reads half an entry. */
function keep(path: string, script: Script): void {
  const unfinished = `${path}.${String(process.pid)}`;
  try {
    writeFileSync(unfinished, script.createCachedData(), { flag: 'wx' });
    renameSync(unfinished, path);
  } catch {
    rmSync(unfinished, { force: true });
  }
}

/**
 * A folder that only this user can write to, since what lies in it is run; null where there is none. V8 refuses code of
 * another version of itself, or of a start with other flags.
 */
function cacheFolder(): string | null {
  const user = process.getuid?.() ?? 0;
  const name = `migralint-compiled-${process.version}-${process.arch}-${String(user)}`;
  const asked = process.env.NODE_COMPILE_CACHE;
  const isAsked = asked !== undefined && asked !== '';
  const folder = join(isAsked ? asked : tmpdir(), name);
  try {
    if (isAsked) makeFolder(asked);
    makeFolder(folder);
    const found = lstatSync(folder);
    const isOurs = process.platform === 'win32' || (found.uid === user && (found.mode & 0o022) === 0);
    return found.isDirectory() && isOurs ? folder : null;
  } catch {
    return null;
  }
}

/** One folder, in one that is there: a recursive mkdir of Node 20 never ends where the system answers ENOENT for a name in /proc. */
function makeFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { mode: 0o700 });
}

function bytesIn(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
