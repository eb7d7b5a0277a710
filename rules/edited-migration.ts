import { baseName } from '../src/layouts/file-order.ts';
import type { Deployment, Step } from '../src/deployment.ts';
import type { Severity } from '../src/finding.ts';
import type { Past } from '../src/past.ts';
import { appendedPartFix } from '../src/fixes/appended-part.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import { changedForms, fileOfStep, firstLine, pastPlaces, type ChangedForm } from '../src/timeline/past-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'edited-migration',
  severity: 'error',
  summary: 'A migration that databases have already run is not what it was.',
  why: `A ledger runs each migration once. A tool that keeps checksums refuses to start on every database that has run the first form:
the application does not come up, and a fresh database, as CI has it, shows nothing. A tool that keeps none does not notice:
old databases keep what the first form made, and new ones get something else.`,
  instead: 'Restore the file, byte for byte, and put the change into a new migration.',
  examples: [
    {
      title: 'sqlx compares the bytes, comments included',
      released: { 'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);' },
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY); -- expect: edited-migration',
      },
    },
    {
      title: 'dbmate does not notice: databases that have run the first form never get the column',
      released: {
        'db/migrations/001_cooks.sql': `-- migrate:up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);
-- migrate:down
DROP TABLE cooks;`,
      },
      files: {
        'db/migrations/001_cooks.sql': `-- migrate:up -- expect: edited-migration
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);
-- migrate:down
DROP TABLE cooks;`,
      },
    },
    {
      title: 'A comment is nothing to a tool that keeps no checksums',
      released: {
        'db/migrations/001_cooks.sql': `-- migrate:up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);
-- migrate:down
DROP TABLE cooks;`,
      },
      files: {
        'db/migrations/001_cooks.sql': `-- migrate:up
-- People who cook.
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);
-- migrate:down
DROP TABLE cooks;`,
      },
    },
    {
      title: 'The change is a migration of its own',
      released: { 'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);' },
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
        'migrations/0002_name.sql': 'ALTER TABLE cooks ADD COLUMN name TEXT;',
      },
    },
  ],
  check(history, report) {
    const { past } = history.project;
    if (past === undefined) return;
    for (const step of history.deployment.ledger) {
      const words = reportOn(step, history, past);
      if (words !== null) report(words);
    }
  },
});

function reportOn(step: Step, { deployment }: History, past: Past): Report | null {
  const file = fileOfStep(step);
  const forms = changedForms(step, deployment, past);
  const form = strongest(forms, step, past);
  if (file === null || form === null) return null;
  const refused = deployment.tool?.edited.does === 'refuses';
  const error = refused ? wordsOf(deployment.tool.edited, deployment, step) : null;
  return {
    at: firstLine(file),
    severity: severityOf(form, refused),
    object: step.name,
    message: messageFor(step, form, deployment, forms.length),
    help: helpFor(step, form, deployment),
    engineError: error,
    ...offer(appendedPartFix(step, file, form.text, deployment)),
  };
}

/**
 * The form that most surely has been run. What only a commit between releases had counts where the project has no releases:
 * then each commit of the base branch may have been one.
 */
function strongest(forms: readonly ChangedForm[], step: Step, past: Past): ChangedForm | null {
  const shipped = forms.find(({ seenIn }) => seenIn === 'release') ?? forms.find(({ seenIn }) => seenIn === 'base');
  if (shipped !== undefined) return shipped;
  const isOnBase = pastPlaces(past, step.file).some(({ file }) => file.forms.some(({ text }) => text === null));
  return past.releases.length === 0 && isOnBase ? (forms.at(-1) ?? null) : null;
}

function severityOf({ seenIn }: ChangedForm, refused: boolean): Severity {
  if (refused) return 'error';
  return seenIn === 'commit' ? 'info' : 'warning';
}

function messageFor(step: Step, form: ChangedForm, { tool }: Deployment, count: number): string {
  const others = count > 1 ? ` (and it has had ${count} other forms in all)` : '';
  const changed = `${step.name} is not what it was ${whereWords(form)}${others}.`;
  if (tool?.edited.does === 'refuses' && tool.checksum !== null) {
    const installs = 'every database that has run that form, though not on a fresh one';
    return `${changed} ${tool.name} compares ${tool.checksum.words} and refuses to start on ${installs}.`;
  }
  const who = tool === null ? 'A ledger of names' : tool.name;
  return `${changed} ${who} does not notice: databases that have run that form keep what it made, and only new ones get this one.`;
}

function whereWords({ seenIn, name, subject }: ChangedForm): string {
  const quoted = subject === undefined || subject === '' ? '' : ` ("${subject}")`;
  switch (seenIn) {
    case 'release':
      return `in release ${name}`;
    case 'base':
      return name === 'HEAD' ? 'in the last commit' : `on ${name}`;
    case 'commit':
      return `in commit ${name}${quoted}`;
  }
}

function helpFor(step: Step, { name, path }: ChangedForm, { tool }: Deployment): string {
  const restore =
    path === step.file ? `git checkout ${name} -- ${step.file}` : `git show ${name}:${path} > ${step.file}`;
  const change = `Restore its bytes (${restore}) and put the change into a new migration.`;
  if (tool?.edited.does !== 'refuses' || tool.table === null) return change;
  return `${change} If databases have run this form of ${baseName(step.file)} too, replace the old checksum in ${tool.table} by the new one at start-up instead; never delete the row.`;
}
