import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathInside } from './file-paths.ts';
import { gitTopLevel } from './git.ts';
import type { Scope } from './scope.ts';
import type { Terminal } from './terminal.ts';

/** Where CI systems keep the checkout: GitHub Actions, GitLab CI, Azure Pipelines. */
const checkoutVariables = ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR', 'BUILD_SOURCESDIRECTORY'] as const;

/**
 * How a path is shown to a reader that knows the repository alone: relative to its top, wherever the run started. Git is
 * asked only when a path is shown; without a repository paths are relative to the working folder.
 */
export function repositoryPaths({ root, shownPath }: Scope, { env }: Terminal): (path: string) => string {
  let top: string | null | undefined;
  return (path) => {
    top ??= checkout(root, env) ?? gitTopLevel(root) ?? '';
    const inside = top === '' ? null : pathInside(top, join(realpathSync(root), path));
    return inside ?? shownPath(path);
  };
}

function checkout(root: string, env: Terminal['env']): string | undefined {
  return checkoutVariables
    .map((name) => env[name])
    .find((folder) => folder !== undefined && folder !== '' && pathInside(folder, realpathSync(root)) !== null);
}
