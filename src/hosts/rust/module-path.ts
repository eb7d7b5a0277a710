/**
 * The module path of a file, by Cargo's conventions: below the last `src`, `lib.rs` and `main.rs` are the crate itself,
 * `db/jobs/mod.rs` and `db/jobs.rs` are `crate::db::jobs`.
 */
export function modulePathOf(filePath: string): readonly string[] {
  const parts = filePath.replace(/\.rs$/, '').split('/');
  const source = parts.lastIndexOf('src');
  const below = source < 0 ? parts.slice(-1) : parts.slice(source + 1);
  const last = below.at(-1);
  const isRoot = below.length === 1 && (last === 'lib' || last === 'main');
  if (isRoot || below[0] === 'bin') return ['crate'];
  return ['crate', ...(last === 'mod' ? below.slice(0, -1) : below)];
}
