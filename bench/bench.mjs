/**
 * Measures speed and memory, and prints a Markdown table:
 *
 *     npm run bench                the table
 *     npm run bench -- --write     the table into README.md, between its markers
 *
 * Times are medians of whole processes that run in turn, and count as ratios: another machine has other milliseconds.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { bigFile, migrations, schemaScript } from './generate.mjs';
import { historyRepository } from './history.mjs';
import { machine, medianTimes, peakMemory } from './measure.mjs';
import { squawk } from './squawk.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const migralint = [process.execPath, join(project, 'bin/migralint.js')];
const ourCheck = [...migralint, '--no-config', '--dialect', 'postgres', '-f', 'compact'];
const other = squawk();

const folder = mkdtempSync(join(tmpdir(), 'migralint-bench-'));
try {
  const table = [
    ...startRows(),
    ...(await throughputRows()),
    ...projectRows('1,000 migrations', ledger(1000), 3),
    ...projectRows('5,000 migrations', ledger(5000), 3),
    ...projectRows('one file of 4.5 MB', { 'schema.sql': bigFile(4.5e6) }, 3),
    ...alwaysRows(),
    ...historyRows(),
  ];
  const text = markdown(table);
  process.stdout.write(text);
  if (process.argv.includes('--write')) writeIntoReadme(text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Cold starts, held against a Node that does nothing. */
function startRows() {
  const cwd = written('one', { 'schema.sql': bigFile(2000) });
  const commands = [[process.execPath, '-e', '0'], [...migralint, '--version'], ourCheck];
  const [nothing, version, one] = medianTimes(commands, 21, cwd);
  const against = (time) => `${ratio(time, nothing)} of \`node -e 0\``;
  return [
    { what: 'cold start, `--version`', time: version, compared: against(version) },
    { what: 'one small file', time: one, compared: against(one), memory: peakMemory(ourCheck, cwd) },
  ];
}

/** The splitter and the parser alone, without replay. */
async function throughputRows() {
  const cwd = written('throughput', { 'all.sql': bigFile(4.5e6) });
  const bundle = join(folder, 'throughput.mjs');
  await build({
    input: join(project, 'bench/throughput.ts'),
    platform: 'node',
    output: { file: bundle, format: 'esm' },
    logLevel: 'silent',
  });
  const speeds = JSON.parse(execFileSync(process.execPath, [bundle, join(cwd, 'all.sql')], { encoding: 'utf8' }));
  return [
    { what: 'splitting', compared: `${speeds.split.toFixed(0)} MB/s` },
    { what: 'splitting and parsing', compared: `${speeds.splitAndParse.toFixed(0)} MB/s` },
  ];
}

/** One project, linted by us and by squawk in turn. */
function projectRows(what, files, rounds) {
  const cwd = written(what.replaceAll(/\W/g, '-'), files);
  const pattern = 'schema.sql' in files ? 'schema.sql' : 'migrations/*.sql';
  const rivals =
    other === null
      ? []
      : [
          [...other.native, pattern],
          [...other.shim, pattern],
        ];
  const [own, native = null, shim = null] = medianTimes([ourCheck, ...rivals], rounds, cwd);
  const memory = own === null ? null : peakMemory(ourCheck, cwd);
  return [
    { what, time: own, compared: own === null ? 'not within a minute' : '', memory },
    rivalRow(what, 'binary', native, own, rivals[0], cwd),
    rivalRow(what, 'from npm', shim, own, rivals[1], cwd),
  ];
}

function rivalRow(what, kind, time, own, command, cwd) {
  const label = `${what}, squawk (${kind})`;
  if (command === undefined || time === null) return { what: label, compared: 'not run here' };
  return { what: label, time, compared: `${ratio(time, own)} of migralint`, memory: peakMemory(command, cwd) };
}

/** A long ledger behind a schema that runs at every start. */
function alwaysRows() {
  const deployment = {
    root: '.',
    run: [
      { files: ['schema.sql'], when: 'always' },
      { files: ['migrations/*.sql'], when: 'once' },
    ],
  };
  const cwd = written('always', {
    'schema.sql': schemaScript(200),
    'migralint.config.json': JSON.stringify({ dialect: 'postgres', deployments: [deployment] }),
    ...ledger(3000),
  });
  const command = [...migralint, '-f', 'compact'];
  const [time] = medianTimes([command], 3, cwd);
  const compared = time === null ? 'not within a minute' : '';
  const memory = time === null ? null : peakMemory(command, cwd);
  return [{ what: '3,000 migrations, 200 tables at every start', time, compared, memory }];
}

/** Three dialects in one repository with a long history: git is asked for the past of every file. */
function historyRows() {
  return [
    ['3,000 migrations in three dialects, 200 tags', false],
    ['the same, the newest 50 tags as start states', true],
  ].map(([what, startFromReleases]) => {
    const cwd = historyRepository(join(folder, `history-${startFromReleases}`), startFromReleases);
    const command = [...migralint, '-f', 'compact'];
    const [time] = medianTimes([command], 3, cwd);
    return { what, time, compared: '', memory: time === null ? null : peakMemory(command, cwd) };
  });
}

function ledger(count) {
  return Object.fromEntries(migrations(count).map(({ name, text }) => [`migrations/${name}`, text]));
}

/** Writes files into a folder of their own; gives the folder. */
function written(name, files) {
  const cwd = join(folder, name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  return cwd;
}

function ratio(time, base) {
  return time === null || base === null ? '-' : `${(time / base).toFixed(2)} x`;
}

function markdown(rows) {
  const lines = rows.map(({ what, time, compared, memory }) => {
    const seconds = time == null ? '' : `${(time / 1000).toFixed(2)} s`;
    return `| ${what} | ${seconds} | ${compared} | ${memory == null ? '' : `${memory.toFixed(0)} MB`} |`;
  });
  const head = ['| | time | compared | peak memory |', '| --- | ---: | ---: | ---: |'];
  const against = other === null ? '' : `; squawk ${other.version} with its shortest report`;
  return `${[...head, ...lines].join('\n')}\n\nMedians on ${machine()}${against}.\n`;
}

function writeIntoReadme(text) {
  const path = join(project, 'README.md');
  const [start, end] = ['<!-- bench:start -->', '<!-- bench:end -->'];
  const readme = readFileSync(path, 'utf8');
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${start} .. ${end}`);
  writeFileSync(path, `${readme.slice(0, from + start.length)}\n\n${text}\n${readme.slice(to)}`);
}
