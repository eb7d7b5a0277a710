import { stepSubject, stepWords, type Deployment, type Step } from '../src/deployment.ts';
import { baseName, folderOf } from '../src/layouts/file-order.ts';
import type { MigrationTool } from '../src/migration-tool.ts';
import type { Past, PastFile } from '../src/past.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import {
  fileOfStep,
  firstLine,
  goesBack,
  pastPlaces,
  versionedName,
  versionOf,
  whereWords,
} from '../src/timeline/past-steps.ts';
import { identityByPath, maskedSteps, renamedSteps, type RenamedStep } from '../src/timeline/renamed-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'missing-migration',
  severity: 'error',
  summary: 'A migration that databases have run is gone, or has another number now, or a number is left out.',
  why: `A ledger holds the numbers of what it has run. Some tools look for each of them among the files and refuse to start when one is
missing: after a deletion, a squash, or a renumbering. A renumbered file, moreover, is a new one to the ledger, and runs again. Others
count from one, and stop at the first number that no file has, or take it for the end.`,
  instead: 'Keep every migration that was ever on the base branch, under its name.',
  examples: [
    {
      title: 'sqlx wants to find every version that the database records',
      released: {
        'migrations/1_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
        'migrations/2_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      },
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/1_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
        'migrations/3_guests.sql': 'CREATE TABLE guests (id INTEGER PRIMARY KEY); -- expect: missing-migration',
      },
    },
    {
      title: 'tern counts, and nothing is 2',
      files: {
        'migrations/tern.conf': '[database]',
        'migrations/001_cooks.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);',
        'migrations/003_guests.sql': 'CREATE TABLE guests (id BIGSERIAL PRIMARY KEY); -- expect: missing-migration',
      },
    },
    {
      title: 'Nothing was taken away',
      released: { 'migrations/1_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);' },
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/1_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
        'migrations/2_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
      },
    },
  ],
  check(history, report) {
    const { deployment, project } = history;
    const gone = project.past === undefined ? [] : goneSteps(deployment, project.past);
    const gap = gapIn(deployment);
    if (gap !== null) report(reportOnGap(gap, gone, history));
    const refused = gap === null && deployment.tool?.missing.does === 'refuses' ? reportOn(gone, history) : null;
    if (refused !== null) report(refused);
    const [renamed] = project.past === undefined || refused !== null ? [] : runAgain(deployment, project.past);
    const words = renamed === undefined ? null : reportOnRenamed(renamed, history);
    if (words !== null) report(words);
  },
});

/** Those under new names, unless the tool has stopped before them at one whose number another had. */
function runAgain(deployment: Deployment, past: Past): readonly RenamedStep[] {
  const isStopped = deployment.tool?.edited.does === 'refuses' && maskedSteps(deployment, past).length > 0;
  return isStopped ? [] : renamedSteps(deployment, past);
}

/** A step that is new to every ledger, because it is known there by another name. */
function reportOnRenamed(
  { step, path, form, successor, runsTwice }: RenamedStep,
  { deployment, project }: History,
): Report | null {
  const { tool, ledger } = deployment;
  const file = fileOfStep(step);
  const isLate = isRecordedAfter(step, ledger, project.past);
  if (file === null || tool === null || (isLate && tool.late.does === 'ignores')) return null;
  const old = versionedName(path);
  const stops = isLate && tool.late.does === 'refuses';
  const taken = successor === null ? '' : ` ${stepSubject(successor)} they take for run.`;
  return {
    at: firstLine(file),
    severity: runsTwice && !stops ? 'warning' : 'error',
    object: step.name,
    message: `${stepSubject(step)} was ${old} ${whereWords(form)}, and ${tool.name} records ${tool.identity}: to databases that have run it, it is a new one. ${
      stops
        ? `${tool.name} stops there, because later ones have been run.`
        : `${tool.name} runs it there a second time.`
    }${taken}`,
    help: `Give it its name back: git mv ${step.file} ${path}.`,
    ...(stops ? { engineError: wordsOf(tool.late, deployment, step) } : {}),
  };
}

/** Whether a step behind this one has been recorded. */
function isRecordedAfter(step: Step, ledger: readonly Step[], past: Past | undefined): boolean {
  if (past === undefined) return false;
  const after = ledger.slice(ledger.indexOf(step) + 1);
  return after.some(({ file }) => pastPlaces(past, file).some((place) => place.path === file));
}

/** A number that no step has, and the step that follows. */
interface Gap {
  readonly version: string;
  readonly before: Step | undefined;
  readonly after: Step;
}

/** The first one, where the tool counts its steps. */
function gapIn({ ledger, tool }: Deployment): Gap | null {
  if (tool?.gap === undefined) return null;
  let count = 0;
  let before: Step | undefined;
  for (const after of ledger) {
    const number = Number(after.identity);
    if (number > count + 1) return { version: String(count + 1), before, after };
    count = Math.max(count, number);
    before = after;
  }
  return null;
}

function reportOnGap({ version, before, after }: Gap, gone: readonly GoneStep[], { deployment }: History): Report {
  const { tool } = deployment;
  const file = fileOfStep(after);
  if (tool?.gap === undefined || file === null) throw new Error(`no file of ${after.name}`);
  const stops = tool.gap.does === 'refuses';
  const where =
    before === undefined ? `before ${stepWords(after)}` : `between ${stepWords(before)} and ${stepWords(after)}`;
  const lost = gone.find((one) => one.version === version);
  return {
    at: firstLine(file),
    object: after.name,
    message: `No migration has the number ${version}, ${where}. ${
      stops
        ? `${tool.name} stops there, on every database.`
        : `There ${tool.name} takes the list for finished: ${stepWords(after)} and what follows it never run, and nothing says so.`
    }`,
    help:
      lost === undefined
        ? `Number the migrations without gaps, from 1.`
        : `Bring it back: git checkout ${lost.file.forms[0]?.name ?? 'HEAD'} -- ${lost.path}.`,
    ...(stops ? { engineError: wordsOf(tool.gap, deployment, { ...after, identity: version }) } : {}),
  };
}

interface GoneStep {
  readonly path: string;
  readonly version: string;
  readonly file: PastFile;
}

/** Files of the ledger's folders that releases or the base branch have, and whose identity no step has now. */
function goneSteps(deployment: Deployment, past: Past): readonly GoneStep[] {
  const { ledger, tool } = deployment;
  const folders = new Set(ledger.map(({ file }) => folderOf(file)));
  // Without numbers the names of a plan's scripts are all there is.
  const identityOf = identityByPath(deployment) ?? (tool?.order === 'journal' ? (path: string) => path : versionOf);
  const present = new Set(ledger.flatMap(({ file }) => identityOf(file) ?? []));
  const gone = new Map<string, GoneStep>();
  for (const [path, file] of past.files) {
    const version = identityOf(path);
    const isShipped = file.onBase || file.forms.some(({ seenIn }) => seenIn === 'release');
    if (version === null || !isShipped || present.has(version) || !folders.has(folderOf(path))) continue;
    if (isToldByJournal(path, deployment)) continue;
    if (!goesBack(path) && !isBehindAll(path, deployment)) gone.set(version, { path, version, file });
  }
  return [...gone.values()];
}

/** An entry without its file, and sums that do not fit, are cases of other rules. */
function isToldByJournal(path: string, { journal }: Deployment): boolean {
  return journal?.entries.some(({ file }) => file === path) === true;
}

/** A tool that compares the lists from the first step on does not see what is gone from the end. */
function isBehindAll(path: string, { ledger, tool }: Deployment): boolean {
  return tool?.missing.only === 'inner' && ledger.every(({ file }) => versionedName(file) < versionedName(path));
}

function reportOn(gone: readonly GoneStep[], { deployment }: History): Report | null {
  const [first] = gone;
  const { tool, ledger } = deployment;
  if (first === undefined || tool === null) return null;
  const follower = ledger.find(({ file }) => Number(versionOf(file) ?? 0) > Number(first.version)) ?? ledger.at(-1);
  const file = follower === undefined ? null : fileOfStep(follower);
  if (file === null) return null;
  const shown = gone.slice(0, 3).map(({ path }) => baseName(path));
  const names =
    gone.length > shown.length ? `${shown.join(', ')} and ${gone.length - shown.length} more` : shown.join(', ');
  const renamed =
    first.file.now === null
      ? ''
      : ` ${baseName(first.path)} is ${baseName(first.file.now)} now, a new migration to the ledger.`;
  const [form] = first.file.forms;
  const step = { identity: first.version, name: baseName(first.path).replace(/\.sql$/, ''), file: first.path };
  return {
    at: firstLine(file),
    object: step.name,
    ...(tool.missing.only === 'newest' ? { severity: 'warning' } : {}),
    message: `${names} ${gone.length === 1 ? 'is' : 'are'} not among the files any more. ${tool.name} refuses to start on every database ${refused(gone.length, tool)}.${renamed}`,
    help: `Bring ${gone.length === 1 ? 'it' : 'them'} back: git checkout ${form?.name ?? 'HEAD'} -- ${first.path}${tool.missing.unless === undefined ? '' : `. Or tell the tool: ${tool.missing.unless}`}.`,
    engineError: wordsOf(tool.missing, deployment, step),
  };
}

/** Of which databases that is true. */
function refused(count: number, { missing }: MigrationTool): string {
  const them = count === 1 ? 'it' : 'them';
  return missing.only === 'newest'
    ? `on which ${count === 1 ? 'it' : 'one of them'} is the last that was run`
    : `that has run ${them}`;
}
