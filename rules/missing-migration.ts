import type { Deployment } from '../src/deployment.ts';
import { baseName, folderOf } from '../src/layouts/file-order.ts';
import type { Past, PastFile } from '../src/past.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import { fileOfStep, firstLine, versionOf } from '../src/timeline/past-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'missing-migration',
  severity: 'error',
  summary: 'A migration that databases have run is gone, or has another number now.',
  why: `A ledger holds the numbers of what it has run. Some tools look for each of them among the files and refuse to start when one is
missing: after a deletion, a squash, or a renumbering. A renumbered file, moreover, is a new one to the ledger, and runs again.`,
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
    const { past } = history.project;
    const { tool } = history.deployment;
    if (past === undefined || tool?.missing.does !== 'refuses') return;
    const gone = goneSteps(history.deployment, past);
    const words = reportOn(gone, history);
    if (words !== null) report(words);
  },
});

interface GoneStep {
  readonly path: string;
  readonly version: string;
  readonly file: PastFile;
}

/** Files of the ledger's folder that releases or the base branch have, and whose version no step has now. */
function goneSteps({ ledger }: Deployment, past: Past): readonly GoneStep[] {
  const folders = new Set(ledger.map(({ file }) => folderOf(file)));
  const present = new Set(ledger.flatMap(({ file }) => versionOf(file) ?? []));
  const gone = new Map<string, GoneStep>();
  for (const [path, file] of past.files) {
    const version = versionOf(path);
    const isShipped = file.onBase || file.forms.some(({ seenIn }) => seenIn === 'release');
    if (version === null || !isShipped || present.has(version) || !folders.has(folderOf(path))) continue;
    if (!/\bdown\.sql$/.test(path)) gone.set(version, { path, version, file });
  }
  return [...gone.values()];
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
    message: `${names} ${gone.length === 1 ? 'is' : 'are'} not among the files any more. ${tool.name} refuses to start on every database that has run ${gone.length === 1 ? 'it' : 'them'}.${renamed}`,
    help: `Bring ${gone.length === 1 ? 'it' : 'them'} back: git checkout ${form?.name ?? 'HEAD'} -- ${first.path}${tool.missing.unless === undefined ? '' : `. Or tell the tool: ${tool.missing.unless}`}.`,
    engineError: wordsOf(tool.missing, deployment, step),
  };
}
