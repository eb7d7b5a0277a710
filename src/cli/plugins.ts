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
    const lacking = lackingParts(value);
    if (lacking.length === 0) return value as Rule;
    const which = isObject(value) && typeof value.id === 'string' ? ` (${value.id})` : '';
    throw new UsageError(`plugins: ${name} exports no rule${which}: it lacks ${lacking.join(', ')}`);
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

/** What keeps a value from being a rule, as a person would write it. Reports and `migralint explain` print its words. */
function lackingParts(value: unknown): readonly string[] {
  if (!isObject(value)) return ['all of it'];
  const words = ['id', 'summary', 'why', 'instead'].filter((part) => typeof value[part] !== 'string');
  return [
    ...words,
    ...(['error', 'warning', 'info'].includes(String(value.severity)) ? [] : ['a severity (error, warning or info)']),
    ...(Array.isArray(value.examples) ? [] : ['a list of examples']),
    ...(typeof value.check === 'function' ? [] : ['check()']),
  ];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
