/** A long history: 3,000 migrations for three dialects, released 200 times. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';

const dialects = ['sqlite', 'postgres', 'mysql'];
const releases = 200;
const migrationsPerRelease = 5;

/** Makes the repository, checked out at its newest commit; `startFromReleases`: its config makes start states of them. */
export function historyRepository(folder, startFromReleases) {
  mkdirSync(folder, { recursive: true });
  const git = (words, input) => execFileSync('git', words, { cwd: folder, input, stdio: ['pipe', 'ignore', 'ignore'] });
  git(['init', '-q', '-b', 'main']);
  git(['fast-import', '--quiet'], [...commits()].join(''));
  git(['checkout', '-q', '-f', 'main']);
  if (startFromReleases) {
    writeFileSync(join(folder, 'migralint.config.json'), JSON.stringify({ start: { releases: 'v*' } }));
  }
  return folder;
}

/** The commits and their tags, as `git fast-import` reads them. */
function* commits() {
  for (let release = 0; release < releases; release++) {
    const time = 1_600_000_000 + release * 86_400;
    const who = `Bench <bench@example.invalid> ${time} +0000`;
    yield `commit refs/heads/main\ncommitter ${who}\n${data(`release ${release}`)}`;
    for (const dialect of dialects) {
      for (let index = 0; index < migrationsPerRelease; index++) {
        const number = release * migrationsPerRelease + index + 1;
        const name = `db/${dialect}/migrations/${String(number).padStart(5, '0')}_change.sql`;
        yield `M 100644 inline ${name}\n${data(migration(number))}`;
      }
    }
    yield `\nreset refs/tags/v1.${release}\nfrom refs/heads/main\n\n`;
  }
}

/** Every tenth makes a table, the others change it; each can be undone. */
function migration(number) {
  const table = `t_${Math.floor((number - 1) / 10)}`;
  const [up, down] =
    (number - 1) % 10 === 0
      ? [`CREATE TABLE ${table} (id INTEGER PRIMARY KEY, name VARCHAR(40));`, `DROP TABLE ${table};`]
      : [`ALTER TABLE ${table} ADD COLUMN c_${number} INTEGER;`, `ALTER TABLE ${table} DROP COLUMN c_${number};`];
  return `-- +goose Up\n${up}\n\n-- +goose Down\n${down}\n`;
}

function data(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
