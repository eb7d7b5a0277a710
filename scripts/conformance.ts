/**
 * Holds the replay against real engines on random sequences of statements:
 *
 *     npm run conformance -- [sqlite|postgres|mariadb|mysql ..] [--engine NAME] [--sequences N] [--seed N] [--databases N]
 *         [--no-shrink] [--objects] [--write]
 *
 * Every kind of disagreement is printed with its seed and the smallest sequence that shows it; `--seed SEED --sequences 1`
 * gives it again. `--engine` takes another build: node:sqlite, pglite, or the folder of a package that embeds SQLite or PostgreSQL.
 * `--objects` adds statements about policies, rules, functions, partitions, sequences and rows, of which more is left open.
 * On a server several sequences run at a time, each in a database of its own. Most of a server's time goes into making sure that
 * data outlives a crash; one of your own that need not (fsync = off, innodb_flush_log_at_trx_commit = 0) is several times faster.
 * Ctrl-C ends a run early and keeps what it has counted. `--write` puts the table into docs/conformance.md. Node 20 reads no
 * TypeScript, so the npm script bundles this file first.
 */
import { parseArgs } from 'node:util';
import type { DialectName } from '../src/dialects/dialect.ts';
import { dialectNames, engineOf } from '../src/dialects/index.ts';
import { shown } from '../test/catalog/comparison.ts';
import { findTestEngine } from '../test/catalog/engines/find.ts';
import { runSequences, type Tally } from '../test/catalog/generator/run.ts';
import { writeReport, type MeasuredEngine } from './conformance-report.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    engine: { type: 'string' },
    sequences: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    databases: { type: 'string', default: '4' },
    shrink: { type: 'boolean', default: true },
    objects: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const wanted = dialectNames.filter((name) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !dialectNames.includes(name as DialectName));
if (unknown.length > 0) throw new Error(`no such dialect: ${unknown.join(', ')}; there are ${dialectNames.join(', ')}`);

let isStopped = false;
process.once('SIGINT', () => {
  isStopped = true;
});

const measured: MeasuredEngine[] = [];
for (const dialect of wanted) {
  const found = await findTestEngine(dialect, options.engine);
  if ('missing' in found) {
    print(`${dialect}: not run here: ${found.missing}`);
    measured.push({ dialect, title: found.missing, tally: null, seed: 0 });
    continue;
  }
  const seed = Number(options.seed);
  print(`${found.server.title}: ${options.sequences} sequences from seed ${seed}`);
  const servers = [found.server];
  try {
    while (found.openAnother !== null && servers.length < Number(options.databases))
      servers.push(await found.openAnother());
    const tally = await runSequences({
      engine: engineOf(dialect, { from: found.version, to: found.version }),
      servers,
      sequences: Number(options.sequences),
      seed,
      withObjects: options.objects,
      shrinks: options.shrink,
      progress,
      isStopped: () => isStopped,
    });
    measured.push({ dialect, title: found.server.title, tally, seed });
    report(tally);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}
if (options.write) writeReport(measured);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function progress(tally: Tally): void {
  if (tally.sequences % 1000 === 0) process.stderr.write(`  ${tally.sequences} sequences, ${tally.kinds.size} kinds\n`);
}

function report(tally: Tally): void {
  const kinds = [...tally.kinds.values()].toSorted((left, right) => right.count - left.count);
  for (const { count, seed, example, smallest } of kinds) {
    print(`\n${count} times, first with --seed ${seed} --sequences 1 (${example.about})`);
    print(shown(example));
    if (smallest !== null) print(`  smallest:\n${smallest.replace(/^/gm, '    ')}`);
  }
  const share = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(3)} %`;
  print(`\n${tally.sequences} sequences, ${tally.statements} statements`);
  print(
    `verdicts agree on ${share(tally.agreed + tally.reworded, tally.statements - tally.unknowable)} of what can be known, in the same words on ${share(tally.agreed, tally.statements - tally.unknowable)}; unsure ${share(tally.unsure, tally.statements)}, unknowable ${share(tally.unknowable, tally.statements)}`,
  );
  print(
    `final catalogs agree on ${share(tally.sameCatalogs, tally.sequences)} of sequences; ${tally.kinds.size} kinds of disagreement`,
  );
}
