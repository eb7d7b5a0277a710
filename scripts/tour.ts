// A walk through migralint as a person meets it: from the packed tarball into an empty repository, to a hook, a fix, CI and an
// old project. Prints a transcript, and ends with an error where a step does not do what it should. `npm run tour`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'migralint-tour-'));
const shop = join(folder, 'shop');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(shop, path)), { recursive: true });
  writeFileSync(join(shop, path), text);
  process.stdout.write(`\n--- ${path}\n${text}`);
}

/** Runs a command as a person types it, shows what it prints, and insists on its exit code. */
function type(command: string, expected: number | 'any' = 0, env: Record<string, string> = {}): string {
  const shown = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  process.stdout.write(`\n$ ${shown.join('')}${command}\n`);
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', command], {
    cwd: shop,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', NO_COLOR: '1', ...env },
  });
  process.stdout.write(stdout + stderr);
  if (expected !== 'any' && status !== expected) throw new Error(`exit code ${String(status)} instead of ${expected}`);
  return stdout + stderr;
}

function step(title: string): void {
  process.stdout.write(`\n\n## ${title}\n`);
}

function insist(text: string, words: string): void {
  if (!text.includes(words)) throw new Error(`"${words}" is not there`);
}

try {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
    }),
  ) as { filename: string }[];
  mkdirSync(shop);

  step('An empty repository with one broken migration');
  type('git init -q -b main . && git config user.name Ada && git config user.email ada@example.com');
  write('package.json', '{ "name": "shop", "private": true }\n');
  write('.gitignore', 'node_modules\npackage-lock.json\n');
  write(
    'schema.sql',
    `CREATE TABLE IF NOT EXISTS orders (id bigserial PRIMARY KEY);
CREATE TABLE IF NOT EXISTS vouchers (code varchar(20) NOT NULL DEFAULT '', PRIMARY KEY (code));
`,
  );
  write(
    'migrations/001_vouchers.sql',
    `-- +up
ALTER TABLE vouchers ADD COLUMN IF NOT EXISTS code varchar(20) NOT NULL DEFAULT '';

-- +down
DROP TABLE IF EXISTS vouchers;
`,
  );
  type(`npm install --offline --no-audit --no-fund --ignore-scripts -D ../${packed?.filename ?? ''}`);

  step('init looks, writes a config, the hook and the file for CI');
  type('npx --no-install migralint init --hook --ci');

  step('The hook refuses the commit');
  insist(type('git add -A && git commit -m "Vouchers"', 1), 'missing-create-table');

  step('The fix is shown, applied, and the commit passes');
  type('npx --no-install migralint --diff', 'any');
  insist(type('npx --no-install migralint --fix'), 'fixed      migrations/001_vouchers.sql');
  type('git add -A && git commit -m "Vouchers"');

  step('CI annotates a pull request');
  type('git checkout -q -b topic');
  write(
    'migrations/002_index.sql',
    '-- +up\nCREATE INDEX orders_by_day ON orders (ordered_at);\n\n-- +down\nDROP INDEX IF EXISTS orders_by_day;\n',
  );
  insist(type('npx --no-install migralint --format github', 1), '::error file=migrations/002_index.sql');

  step('An old project: what is known is silenced, and only the new hazard is reported');
  type('npx --no-install migralint baseline');
  insist(type('npx --no-install migralint'), 'silenced');
  write(
    'migrations/003_twice.sql',
    '-- +up\nCREATE TABLE gifts (id int);\nCREATE TABLE gifts (id int);\n\n-- +down\nDROP TABLE IF EXISTS gifts;\n',
  );
  const report = type('npx --no-install migralint --format compact', 1);
  insist(report, 'migrations/003_twice.sql');
  if (report.includes('002_index')) throw new Error('the baseline did not silence the old finding');
  process.stdout.write('\nThe tour is over: every step did what it should.\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
