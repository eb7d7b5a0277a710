import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Loads a package that a person may have installed, beside migralint or in the project; null where it is in neither. */
export function optionalPackage(name: string, folder: string): unknown {
  for (const from of [import.meta.url, join(folder, 'package.json')]) {
    const requireFrom = createRequire(from);
    if (canResolve(requireFrom, name)) return requireFrom(name) as unknown;
  }
  return null;
}

/** Where a package's main file lies; null where it is not installed. */
export function optionalPackagePath(name: string, folder: string): string | null {
  for (const from of [import.meta.url, join(folder, 'package.json')]) {
    const requireFrom = createRequire(from);
    if (canResolve(requireFrom, name)) return requireFrom.resolve(name);
  }
  return null;
}

function canResolve(requireFrom: NodeJS.Require, name: string): boolean {
  try {
    requireFrom.resolve(name);
    return true;
  } catch {
    return false;
  }
}
