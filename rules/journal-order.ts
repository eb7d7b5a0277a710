import type { Journal, JournalEntry, JournalFault } from '../src/deployment.ts';
import { baseName, folderOf } from '../src/layouts/file-order.ts';
import type { MigrationTool } from '../src/migration-tool.ts';
import { laterTimeFix } from '../src/fixes/journal-time.ts';
import { offer } from '../src/fixes/together.ts';
import { filesNotDumped, filesOutsideOf, holdsSums, listFor } from '../src/timeline/journals.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import { firstLine } from '../src/timeline/past-steps.ts';

export default defineRule({
  id: 'journal-order',
  severity: 'error',
  summary:
    'The journal of the migrations does not fit its files, its times do not increase, or what it says cannot be.',
  why: `Drizzle's migrator reads the time of the newest recorded migration once, and runs only the entries whose time is later. An entry with
an earlier time, as two branches or two clocks make it, is never run on a database that has run the one before it: the
command prints success, and a query finds that the column is missing. On a fresh database all entries run.`,
  instead:
    'Generate the migration again, or give the new entry a later time. Never change one that a database has run.',
  examples: [
    {
      title: 'The third entry is older than the second',
      files: {
        'drizzle/0000_cooks.sql': 'CREATE TABLE cooks (id integer PRIMARY KEY);',
        'drizzle/0001_name.sql': 'ALTER TABLE cooks ADD name text;',
        'drizzle/0002_born.sql': 'ALTER TABLE cooks ADD born text;',
        'drizzle/meta/_journal.json': `{ "version": "7", "dialect": "sqlite", "entries": [
  { "idx": 0, "version": "6", "when": 1000, "tag": "0000_cooks", "breakpoints": true },
  { "idx": 1, "version": "6", "when": 3000, "tag": "0001_name", "breakpoints": true },
  { "idx": 2, "version": "6", "when": 2000, "tag": "0002_born", "breakpoints": true, "note": "expect: journal-order" } ] }`,
      },
    },
    {
      title: 'sqitch wants what a change requires above it',
      files: {
        'sqitch.conf': '[core]\n  engine = sqlite\n',
        'sqitch.plan': `%syntax-version=1.0.0
%project=kitchen

dishes [cooks] 2024-01-01T00:00:00Z Ana <ana@example.org> # expect: journal-order
cooks 2024-01-02T00:00:00Z Ana <ana@example.org>
`,
        'deploy/cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
        'deploy/dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      },
    },
    {
      title: 'A migration of Rails that the dump does not record',
      files: {
        Gemfile: "gem 'rails'",
        'db/migrate/20240101000000_cooks.rb': 'class Cooks < ActiveRecord::Migration[8.0]; end',
        'db/migrate/20240102000000_dishes.rb':
          'class Dishes < ActiveRecord::Migration[8.0]; end # expect: journal-order',
        'db/migrate/20240103000000_guests.rb': 'class Guests < ActiveRecord::Migration[8.0]; end',
        'db/structure.sql': `CREATE TABLE public.cooks (id bigint NOT NULL);
CREATE TABLE public.guests (id bigint NOT NULL);
INSERT INTO "schema_migrations" (version) VALUES
('20240103000000'),
('20240101000000');
`,
      },
    },
    {
      title: 'Times increase',
      files: {
        'drizzle/0000_cooks.sql': 'CREATE TABLE cooks (id integer PRIMARY KEY);',
        'drizzle/0001_name.sql': 'ALTER TABLE cooks ADD name text;',
        'drizzle/meta/_journal.json': `{ "version": "7", "dialect": "sqlite", "entries": [
  { "idx": 0, "version": "6", "when": 1000, "tag": "0000_cooks", "breakpoints": true },
  { "idx": 1, "version": "6", "when": 3000, "tag": "0001_name", "breakpoints": true } ] }`,
      },
    },
  ],
  check(history, report) {
    const { journal } = history.deployment;
    if (journal === null) return;
    const { tool } = history.deployment;
    if (journal.ofDump === true) {
      for (const words of dumpReports(journal, history)) report(words);
      return;
    }
    for (const words of [
      ...(journal.faults ?? []).map((fault) => unreadable(fault, tool)),
      ...late(journal),
      // Sums are compared as a whole, which is a case of `checksum-file`.
      ...(holdsSums(journal) ? [] : [...withoutFile(journal, history), ...withoutEntry(journal, history)]),
    ])
      report(words);
  },
});

function unreadable({ at, name, what, error }: JournalFault, tool: MigrationTool | null): Report {
  return {
    at,
    object: name,
    message: `${name} ${what}: ${tool?.name ?? 'the runner'} stops at ${baseName(at.file.path)}, on every database.`,
    help: 'Mend the line, or move the change to where all that it needs stands above it; never move one that a database has run.',
    engineError: error,
  };
}

/** What a dump records and what lies beside it: both are written by one command, and part in a merge. */
function* dumpReports(journal: Journal, { project }: History): IterableIterator<Report> {
  const dump = baseName(journal.file.path);
  // The framework does not mind, and people take old migrations away on purpose: one note is enough.
  const lost = journal.entries.filter(({ file }) => !project.files.has(file));
  const [first, ...others] = lost;
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    yield {
      at: first.at,
      severity: 'info',
      object: first.name,
      message: `${dump} records ${first.name}${more}, of which ${folderOf(first.file)} has no migration: what ${others.length === 0 ? 'it' : 'they'} made is in the dump, and a database that has not run ${others.length === 0 ? 'it' : 'them'} cannot get it any more.`,
      help: 'If that was not meant, bring the migration back.',
    };
  }
  for (const file of filesNotDumped(journal, project)) {
    const name = baseName(file.path);
    yield {
      at: firstLine(file),
      severity: 'warning',
      object: name,
      message: `${dump} does not record ${name}: a database made from it runs this migration afterwards, which fails if the dump holds its changes already.`,
      help: 'Run the migrations, and commit the dump that they leave.',
    };
  }
}

/** Entries whose time is not later than one before them. */
function late({ entries }: Journal): readonly Report[] {
  const reports: Report[] = [];
  let newest: JournalEntry | null = null;
  for (const entry of entries) {
    if (entry.when === undefined) continue;
    if (newest?.when !== undefined && entry.when <= newest.when) {
      reports.push({
        at: entry.at,
        object: entry.name,
        message: `${entry.name} is not later than ${newest.name}, which comes before it (when: ${entry.when}, not after ${newest.when}). Databases that have run ${newest.name} never run ${entry.name}, and nothing says so; fresh ones do.`,
        help: `Give it a time after ${newest.when}, if no database has run it yet; otherwise bring its changes in a new migration that may find them done.`,
        related: [{ span: newest.at, message: 'the newest before it' }],
        ...offer(laterTimeFix(entry, newest.when)),
      });
    } else newest = entry;
  }
  return reports;
}

function withoutFile({ entries, missingFile }: Journal, { project, deployment }: History): readonly Report[] {
  return entries
    .filter(({ file }) => !project.files.has(file))
    .map(({ at, name, file }) => ({
      at,
      object: name,
      message: `The journal lists ${name}, and there is no ${baseName(file)}: ${deployment.tool?.name ?? 'the migrator'} stops, on every database that has not run it.`,
      help: 'Bring the file back, or take the entry out if no database has run it.',
      engineError: missingFile?.replace('{file}', file).replace('{folder}', folderOf(file)) ?? null,
    }));
}

/** SQL files beside those that the journal names. */
function withoutEntry(journal: Journal, { project, deployment }: History): readonly Report[] {
  const reports: Report[] = [];
  for (const file of filesOutsideOf(journal, project)) {
    reports.push({
      at: firstLine(file),
      severity: 'warning',
      object: baseName(file.path),
      message: `${deployment.tool?.name ?? 'The runner'} never runs ${baseName(file.path)}: ${listFor(file, journal)} does not list it.`,
      help: 'Add it to the journal, or remove it.',
    });
  }
  return reports;
}
