// What npm runs in a checkout when it has put its packages there (the event `dependencies`), and never where the package is
// installed: builds it once, so that pre-commit's environments, which are clones, hold what the package would. Not `prepare` or
// `prepack`: pre-commit takes all that `npm pack` prints for the tarball's name.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('dist/cli.cjs')) execSync('npm run --silent build', { stdio: ['ignore', 2, 2] });
