import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseConfig, validateConfig, type Config, type ConfigReading } from '../config.ts';
import type { Rule } from '../rule.ts';
import { readJson } from '../text/json.ts';
import { importModule } from './compile-cache.ts';
import { codeOf } from './error-code.ts';
import { moduleAddress, slashPath } from './file-paths.ts';
import { loadPlugins } from './plugins.ts';
import { UsageError } from './usage-error.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** The absolute path of the file it stands in; null where there is none. */
  readonly path: string | null;
  /** How a message names it. */
  readonly shown: string;
  /** The rules of its plugins. */
  readonly rules: readonly Rule[];
}

const configNames = ['migralint.config.json', 'migralint.config.js', 'migralint.config.mjs'];

/**
 * The config that holds for a folder: the named one, or the nearest at or above the folder, not beyond the repository's top.
 * False: none is looked for. `cwd`: the folder from which its path is shown.
 */
export async function loadConfig(
  folder: string,
  named: string | false | undefined,
  cwd: string,
  ruleNames: () => Promise<readonly string[]>,
): Promise<LoadedConfig> {
  const path = named === false ? null : named === undefined ? findConfig(folder) : resolve(folder, named);
  if (path === null) return { config: {}, path, shown: '', rules: [] };
  const shown = slashPath(cwd, path) + (basename(path) === 'package.json' ? ' ("migralint")' : '');
  const validate = await configIn(path, shown);
  // Which rules there are is known only once the plugins are.
  const first = validate();
  const rules = first.ok && first.config.plugins !== undefined ? await loadPlugins(first.config.plugins, path) : [];
  const own = rules.map(({ id }) => id);
  const known = await ruleNames();
  const twice = own.find((id, index) => known.includes(id) || own.indexOf(id) !== index);
  if (twice !== undefined) throw new UsageError(`${shown}: plugins: a rule "${twice}" is there already`);
  const reading = first.ok ? validate([...known, ...own]) : first;
  if (!reading.ok) throw new UsageError(reading.problems.join('\n'));
  return { config: reading.config, path, shown, rules };
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
  const reading = readJson(textOf(path, path));
  const value = reading.ok ? reading.value : undefined;
  return typeof value === 'object' && value !== null && 'migralint' in value ? value.migralint : undefined;
}

/** Reads a config file; the answer checks it against the names of the rules. */
async function configIn(path: string, shown: string): Promise<(names?: readonly string[]) => ConfigReading> {
  if (basename(path) === 'package.json') {
    const section = packageSection(path);
    return (names) => validateConfig(section, shown, names);
  }
  if (/\.[cm]?js$/.test(path)) {
    const value = await moduleExport(path, shown);
    return (names) => validateConfig(value, shown, names);
  }
  const text = textOf(path, shown);
  return (names) => parseConfig(text, shown, names);
}

function textOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw new UsageError(`${shown}: the config cannot be read (${codeOf(error)})`);
  }
}

async function moduleExport(path: string, shown: string): Promise<unknown> {
  if (!existsSync(path)) throw new UsageError(`${shown}: the config cannot be read (ENOENT)`);
  try {
    return (await importModule(moduleAddress(path))).default;
  } catch (error) {
    throw new UsageError(`${shown}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
