/** `src/db/index.ts` is the module `src/db`. */
export function modulePath(path: string): readonly string[] {
  const parts = path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, '').split('/');
  return parts.at(-1) === 'index' && parts.length > 1 ? parts.slice(0, -1) : parts;
}

/** Relative paths are the project's own; so are those that begin with `@/`, `~/` or `src/`, by the end of their path. */
export function importedPath(written: string, from: string): readonly string[] {
  const own = /^(?:[@~#]\/|src\/)(.*)$/.exec(written);
  if (own !== null) return modulePath(own[1] ?? '');
  if (!written.startsWith('.')) return [];
  const parts = from.split('/').slice(0, -1);
  for (const part of written.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return modulePath(parts.join('/'));
}
