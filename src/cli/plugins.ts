import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { Rule } from '../rule.ts';
import { importModule } from './compile-cache.ts';
import { isFilePath, moduleAddress } from './file-paths.ts';
import { UsageError } from './usage-error.ts';

/** The rules of the modules that a config names. */
export async function loadPlugins(names: readonly string[], configPath: string): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  for (const name of names) rules.push(...(await loadPlugin(name, configPath)));
  return rules;
}

async function loadPlugin(name: string, configPath: string): Promise<readonly Rule[]> {
  const exported = await moduleExport(name, configPath);
  const values: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  return values.map((value) => {
    if (isRule(value)) return value;
    throw new UsageError(`plugins: ${name} exports no rule: a rule has an id, a severity, a summary and check()`);
  });
}

async function moduleExport(name: string, configPath: string): Promise<unknown> {
  try {
    const path = isFilePath(name) ? resolve(dirname(configPath), name) : createRequire(configPath).resolve(name);
    return (await importModule(moduleAddress(path))).default;
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`plugins: ${name} cannot be loaded: ${first}`);
  }
}

function isRule(value: unknown): value is Rule {
  if (typeof value !== 'object' || value === null) return false;
  const { id, severity, summary, check } = value as Readonly<Record<string, unknown>>;
  const hasWords = typeof id === 'string' && typeof summary === 'string';
  return hasWords && ['error', 'warning', 'info'].includes(String(severity)) && typeof check === 'function';
}
