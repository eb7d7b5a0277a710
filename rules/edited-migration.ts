import { baseName } from '../src/layouts/file-order.ts';
import type { Statement } from '../src/sql/statement.ts';
import { earlierForms } from '../src/layouts/older-shapes.ts';
import type { SourceFile } from '../src/text/source-file.ts';
import type { Deployment, Step } from '../src/deployment.ts';
import type { Severity } from '../src/finding.ts';
import type { Past } from '../src/past.ts';
import { appendedPartFix } from '../src/fixes/appended-part.ts';
import { offer } from '../src/fixes/together.ts';
import { stepSubject } from '../src/deployment.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import { checksumFaults } from '../src/timeline/checksum-faults.ts';
import { checksumWords } from '../src/timeline/project-texts.ts';
import {
  changedForms,
  fileOfStep,
  firstLine,
  pastPlaces,
  upWords,
  type ChangedForm,
  whereWords,
} from '../src/timeline/past-steps.ts';
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
      title: 'A folder keeps the migrations as they were applied',
      files: {
        'migrations/0001_cooks.sql':
          'CREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT); -- expect: edited-migration, installs-differ',
        'applied/0001_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
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
    if (past === undefined) {
      for (const words of editedCopies(history)) report(words);
      return;
    }
    const twice = identitiesOfSeveral(history.deployment);
    // Where the sums in the repository do not fit, the tool stops at the file before it could go unnoticed.
    const faulty = new Set(checksumFaults(history.deployment, history.project).map(({ file }) => file));
    for (const step of history.deployment.ledger) {
      // Nobody knows which of them is meant; `duplicate-version` speaks of them.
      if (twice.has(step.identity) || faulty.has(baseName(step.file))) continue;
      const words = reportOn(step, history, past);
      if (words !== null) report(words);
    }
  },
});

function identitiesOfSeveral({ ledger }: Deployment): ReadonlySet<string> {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const { identity } of ledger) (seen.has(identity) ? several : seen).add(identity);
  return several;
}

/** Without git: a folder beside the migrations may hold them as they were run, `applied/0001_x.sql`. */
function* editedCopies({ deployment, project, statements }: History): IterableIterator<Report> {
  const said = checksumWords(project);
  const formOf = earlierForms(project);
  const refuses = deployment.tool?.edited.does === 'refuses' || said !== null;
  for (const step of deployment.ledger) {
    const file = fileOfStep(step);
    const form = file === null ? null : formOf(file.path);
    if (file === null || form === null || !isEdited(file, form, deployment, said !== null)) continue;
    const begin = statements.find((placed) => placed.step === step)?.parsed.statement;
    yield {
      at: begin === undefined ? firstLine(file) : { statement: begin, range: headOf(begin) },
      severity: 'warning',
      object: step.name,
      message: `${stepSubject(step)} is not what it is in ${form.path}, which databases have run: ${refuses ? 'its checksum is another now, and they refuse to start' : 'they keep what that form made, and only new ones get this one'}.`,
      help: `Restore the bytes of ${form.path}, and put the change into a new migration.`,
      reading: `if databases have run ${form.path}`,
      engineError:
        said ?? (deployment.tool?.edited.does === 'refuses' ? wordsOf(deployment.tool.edited, deployment, step) : null),
    };
  }
}

/** The first line of a statement. */
function headOf({ sql, start, end }: Statement): { readonly start: number; readonly end: number } {
  const lineEnd = sql.text.indexOf('\n', start);
  return { start, end: lineEnd < 0 ? end : Math.min(lineEnd, end) };
}

/** As the code compares them, or the tool; a ledger of names knows the SQL alone. */
function isEdited(file: SourceFile, form: SourceFile, { tool, engine }: Deployment, comparesBytes: boolean): boolean {
  if (comparesBytes) return file.text !== form.text;
  const checksum = tool?.checksum ?? null;
  if (checksum === null) return upWords(file.text, engine.dialect) !== upWords(form.text, engine.dialect);
  const sumOf = (one: SourceFile): string => [...checksum.hashed(one)].map((part) => part.join('\0')).join('\0');
  return sumOf(file) !== sumOf(form);
}

function reportOn(step: Step, { deployment, statements }: History, past: Past): Report | null {
  const file = fileOfStep(step);
  const forms = changedForms(step, deployment, past);
  const form = strongest(forms, step, past);
  if (file === null || form === null) return null;
  const refused = deployment.tool?.edited.does === 'refuses';
  const error = refused ? wordsOf(deployment.tool.edited, deployment, step) : null;
  const sharesFile = deployment.ledger.some((other) => other !== step && other.file === step.file);
  const begin = sharesFile ? statements.find((placed) => placed.step === step)?.parsed.statement : undefined;
  return {
    at: begin === undefined ? firstLine(file) : { statement: begin, range: headOf(begin) },
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
  const changed = `${stepSubject(step)} is not what it was ${whereWords(form)}${others}.`;
  if (tool?.edited.does === 'refuses' && tool.checksum !== null) {
    const installs = 'every database that has run that form, though not on a fresh one';
    return `${changed} ${tool.name} compares ${tool.checksum.words} and refuses to start on ${installs}.`;
  }
  const who = tool === null ? 'A ledger of names' : tool.name;
  return `${changed} ${who} does not notice: databases that have run that form keep what it made, and only new ones get this one.`;
}

function helpFor(step: Step, { name, path }: ChangedForm, { tool }: Deployment): string {
  const restore =
    path === step.file ? `git checkout ${name} -- ${step.file}` : `git show ${name}:${path} > ${step.file}`;
  const change = `Restore its bytes (${restore}) and put the change into a new migration.`;
  if (tool?.edited.does !== 'refuses' || tool.table === null) return change;
  return `${change} If databases have run this form of ${baseName(step.file)} too, replace the old checksum in ${tool.table} by the new one at start-up instead; never delete the row.`;
}
