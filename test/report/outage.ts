import type { Event, History, UpgradePath } from '../../src/timeline/history.ts';
import { rules } from '../../rules/index.ts';
import type { ReportOptions } from '../../src/report/reporter.ts';
import type { Result } from '../../src/result.ts';
import type { SourceFile, Span } from '../../src/text/source-file.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { engineOf } from '../../src/dialects/index.ts';
import { sqlTextOfFile } from '../../src/text/sql-text.ts';

/** What a report is asked for when nobody asks for more. */
export const options: ReportOptions = {
  color: false,
  quiet: false,
  width: 100,
  version: '0.1.0',
  shownPath: (path) => path,
  repositoryPath: (path) => path,
  // Two are enough to see how a format shows a rule; the words of the others may change without a report changing.
  rules: rules.filter(({ id }) => id === 'index-before-column' || id === 'missing-create-table'),
};

/** A schema that runs at every start, and the ALTER that comes too late: the shape of a real outage. */
export const schema: SourceFile = {
  path: 'db/schema.sql',
  text: [
    'CREATE TABLE IF NOT EXISTS jobs (',
    '  id INTEGER PRIMARY KEY,',
    '  archived INTEGER NOT NULL DEFAULT 0',
    ');',
    'CREATE INDEX IF NOT EXISTS idx_jobs_created_at ON jobs(created_at);',
    'CREATE INDEX IF NOT EXISTS idx_jobs_archived ON jobs(archived);',
    'ALTER TABLE jobs ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;',
    '',
  ].join('\n'),
};

const cleanup: SourceFile = { path: 'db/cleanup.sql', text: '\tDROP TABLE "日本語" CASCADE; -- ende\n' };

/** The place of some words in a file; of their last occurrence where there are several. */
export function spanOfWords(file: SourceFile, words: string): Span {
  const start = file.text.lastIndexOf(words);
  if (start < 0) throw new Error(`"${words}" is not in ${file.path}`);
  return { file, start, end: start + words.length };
}

function statement(file: SourceFile, words: string): Statement {
  const { start, end } = spanOfWords(file, words);
  return { sql: sqlTextOfFile(file), start, end, kind: 'sql', hasPlaceholder: false, terminated: true };
}

const indexStatement = statement(schema, 'CREATE INDEX IF NOT EXISTS idx_jobs_archived ON jobs(archived)');
const archived = spanOfWords({ ...schema, text: schema.text.slice(0, indexStatement.end) }, 'archived');

/** What a database is at the ends of the paths: no report looks at it. */
const unseen = {} as UpgradePath['end'];

const failure = {
  parsed: { statement: indexStatement, operations: [] },
  outcome: {
    kind: 'failed',
    condition: 'always',
    error: {
      class: 'missing-column',
      text: 'no such column: archived',
      at: { start: archived.start, end: archived.end },
      object: { kind: 'column', table: 'jobs', name: 'archived' },
    },
  },
} as unknown as Event;

function path(name: string, kind: UpgradePath['start']['kind'], failsAt: Event | null): UpgradePath {
  const start = { name, kind, database: unseen, witnesses: [] };
  return { name, start, verdict: failsAt === null ? 'ok' : 'fails', failsAt, end: unseen };
}

const history: History = {
  deployment: {
    name: 'db',
    root: 'db',
    engine: engineOf('sqlite'),
    summary: 'schema.sql runs at every start',
    evidence: [{ strength: 'call', words: 'db.open reads it', at: spanOfWords(schema, 'CREATE TABLE') }],
    program: [],
    reading: null,
    otherReadings: [],
    ledger: [],
    tool: null,
    passedOver: [],
    journal: null,
    rerunnable: [],
    dumps: [],
    upgrades: true,
    witnesses: [],
  },
  project: { files: new Map(), errors: [] },
  paths: [
    path('fresh install', 'fresh', null),
    path('before jobs.archived was added', 'witnessed', failure),
    path('second start', 'second-start', null),
  ],
  failures: [],
  skips: [],
  surprises: [],
  doubts: [],
  unsure: [],
  swallowed: [],
  divergences: [],
  downs: [],
  reruns: [],
  statements: [
    { parsed: { statement: indexStatement, operations: [] }, step: null, call: {} as History['statements'][0]['call'] },
  ],
  rejected: new Map(),
  coverage: { statements: 4, opaque: 1, unsure: 2 },
};

/** One finding of each severity, a silenced one, a file that could not be read. */
export const outage: Result = {
  findings: [
    {
      rule: 'destructive-drop',
      severity: 'warning',
      message: 'This drops table 日本語 with its rows.',
      span: spanOfWords(cleanup, '"日本語"'),
      deployment: '',
      holdsOn: 'all',
      condition: 'rows',
      reading: 'cleanup.sql runs once',
      engines: ['postgres', 'mysql'],
      engineError: null,
      related: [],
    },
    {
      rule: 'duplicate-ddl',
      severity: 'info',
      message: 'Column jobs.archived is written in two places.',
      span: spanOfWords(schema, 'archived INTEGER NOT NULL DEFAULT 0\n)'),
      deployment: 'db',
      holdsOn: null,
      condition: null,
      reading: null,
      engines: [],
      engineError: null,
      related: [],
    },
    {
      rule: 'index-before-column',
      severity: 'error',
      message:
        'Index idx_jobs_archived needs jobs.archived, which databases from before that column do not have at this point.',
      help: 'create the index after the line that adds the column',
      object: 'jobs.archived',
      span: { ...archived, file: schema },
      deployment: 'db',
      holdsOn: ['before jobs.archived was added'],
      condition: null,
      reading: null,
      engines: ['sqlite'],
      engineError: 'no such column: archived',
      related: [
        {
          span: spanOfWords(schema, 'CREATE TABLE IF NOT EXISTS jobs'),
          message: 'CREATE TABLE IF NOT EXISTS jobs does nothing there: jobs exists, without archived',
        },
        {
          span: spanOfWords(schema, 'ADD COLUMN archived'),
          message: 'the column is added only here, and this line is never reached',
        },
        { span: spanOfWords(cleanup, 'DROP TABLE'), message: 'a place in another file' },
      ],
      fix: {
        title: 'Delete this line',
        safe: true,
        edits: [{ span: spanOfWords(schema, 'CREATE INDEX IF NOT EXISTS idx_jobs_archived'), text: '' }],
      },
    },
  ],
  histories: [history],
  suppressed: 1,
  baseline: { silenced: 1, gone: 2 },
  errors: [{ path: 'db/broken.sql', message: 'is not text' }],
  coverage: { files: 3, statements: 4, opaque: 1, unsure: 2, deployments: 1, paths: 3 },
};

/** `text` as it is after lines were added above it in every file. */
export function movedDown(result: Result): Result {
  const moved = new Map<SourceFile, SourceFile>();
  const above = '-- a new first line\n\n';
  const shifted = (span: Span): Span => {
    const file = moved.get(span.file) ?? { ...span.file, text: above + span.file.text };
    moved.set(span.file, file);
    return { file, start: span.start + above.length, end: span.end + above.length };
  };
  return {
    ...result,
    histories: [],
    findings: result.findings.map((finding) => ({ ...finding, span: shifted(finding.span) })),
  };
}
