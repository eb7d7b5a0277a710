import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseConfig, validateConfig, type Config, type ConfigReading } from '../config.ts';
import type { Rule } from '../rule.ts';
import { readJson } from '../text/json.ts';
import { importModule } from './compile-cache.ts';
import { codeOf } from './file-list.ts';
import { moduleAddress } from './file-paths.ts';
import { loadPlugins } from './plugins.ts';
import { UsageError } from './usage-error.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** The absolute path of the file it stands in; null where there is none. */
  readonly path: string | null;
  /** The rules of its plugins. */
  readonly rules: readonly Rule[];
}

const configNames = ['migralint.config.json', 'migralint.config.js', 'migralint.config.mjs'];

/**
 * The config that holds for a folder: the named one, or the nearest at or above the folder, not beyond the repository's top.
 * False: none is looked for.
 */
export async function loadConfig(
  folder: string,
  named: string | false | undefined,
  ruleNames: () => Promise<readonly string[]>,
): Promise<LoadedConfig> {
  const path = named === false ? null : named === undefined ? findConfig(folder) : resolve(folder, named);
  if (path === null) return { config: {}, path, rules: [] };
  const validate = await configIn(path);
  // Which rules there are is known only once the plugins are.
  const first = validate();
  const rules = first.ok && first.config.plugins !== undefined ? await loadPlugins(first.config.plugins, path) : [];
  const reading = first.ok ? validate([...(await ruleNames()), ...rules.map(({ id }) => id)]) : first;
  if (!reading.ok) throw new UsageError(reading.problems.join('\n'));
  return { config: reading.config, path, rules };
}

function findConfig(start: string): string | null {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const own = configNames.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (own !== undefined) return own;
    const manifest = join(folder, 'package.json');
    if (packageSection(manifest) !== undefined) return manifest;
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return null;
  }
}

/** What stands under "migralint" in a package.json; one that cannot be read has no such section. */
function packageSection(path: string): unknown {
  if (!existsSync(path)) return undefined;
  const reading = readJson(textOf(path));
  const value = reading.ok ? reading.value : undefined;
  return typeof value === 'object' && value !== null && 'migralint' in value ? value.migralint : undefined;
}

/** Reads a config file; the answer checks it against the names of the rules. */
async function configIn(path: string): Promise<(names?: readonly string[]) => ConfigReading> {
  const name = basename(path);
  if (name === 'package.json') {
    const section = packageSection(path);
    return (names) => validateConfig(section, `${name} ("migralint")`, names);
  }
  if (/\.[cm]?js$/.test(name)) {
    const value = await moduleExport(path);
    return (names) => validateConfig(value, name, names);
  }
  const text = textOf(path);
  return (names) => parseConfig(text, name, names);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new UsageError(`${path}: the config cannot be read (${codeOf(error)})`);
  }
}

async function moduleExport(path: string): Promise<unknown> {
  if (!existsSync(path)) throw new UsageError(`${path}: the config cannot be read (ENOENT)`);
  try {
    return (await importModule(moduleAddress(path))).default;
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
