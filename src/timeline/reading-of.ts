import type { History, UpgradePath } from './history.ts';

/** What a finding on these paths takes for granted: how the files run, or that one of the databases exists; null: nothing. */
export function readingOf(paths: readonly UpgradePath[], { deployment }: History): string | null {
  if (deployment.reading !== null) return deployment.reading;
  const [first] = paths;
  return first !== undefined && paths.every(({ start }) => start.reading !== undefined)
    ? (first.start.reading ?? null)
    : null;
}
