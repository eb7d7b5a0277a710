// What npm runs in a checkout, and never where the package is installed from a registry: builds it once, so that `npm install` of a
// git address and the environments of pre-commit hold what the package would. Not `prepack`: pre-commit takes everything that
// `npm pack` prints for the tarball's name.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('dist/cli.js')) execSync('npm run --silent build', { stdio: ['ignore', 2, 2] });
