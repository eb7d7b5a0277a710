import type { Deployment, Step } from '../src/deployment.ts';
import { baseName } from '../src/layouts/file-order.ts';
import { refusesSecondKey, type Reaction } from '../src/migration-tool.ts';
import { renumberingFix } from '../src/fixes/next-name.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import {
  fileOfStep,
  filesAhead,
  firstLine,
  isNew,
  pastPlaces,
  versionedName,
  versionOf,
  whereWords,
} from '../src/timeline/past-steps.ts';
import { maskedSteps, type MaskedStep } from '../src/timeline/renamed-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'duplicate-version',
  severity: 'error',
  summary: 'Two migrations have one version, so that a database runs only one of them, or none.',
  why: `Two branches take the same number, and git merges both files without a conflict. A ledger that is keyed by the number takes the
second for the first: a fresh database stops with an error, and one that has run the first never runs the second.`,
  instead: 'Give the later file a number of its own. Never renumber one that a database has run.',
  examples: [
    {
      title: 'Both are version 2 to sqlx',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id INTEGER PRIMARY KEY);',
        'migrations/0002_dishes.sql': 'CREATE TABLE dishes (id INTEGER PRIMARY KEY);',
        'migrations/2_guests.sql': 'CREATE TABLE guests (id INTEGER PRIMARY KEY); -- expect: duplicate-version',
      },
    },
    {
      title: 'sql-migrate keeps whole names, so both run',
      files: {
        'migrations/0001_cooks.sql': `-- +migrate Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0001_dishes.sql': `-- +migrate Up
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);`,
      },
    },
  ],
  check(history, report) {
    for (const pair of pairsOfOneVersion(history)) {
      const words = reportOn(newestLast(pair, history), history);
      if (words !== null) report(words);
    }
    for (const masked of history.project.past === undefined
      ? []
      : maskedSteps(history.deployment, history.project.past)) {
      const words = reportOnMasked(masked, history);
      if (words !== null) report(words);
    }
    for (const step of history.deployment.ledger) {
      const words = reportOnTip(step, history);
      if (words !== null) report(words);
    }
  },
});

interface Pair {
  readonly first: Step;
  readonly second: Step;
}

/** The steps that follow another one of their version, as the tool or the runner's own code takes it from the name. */
function pairsOfOneVersion(history: History): readonly Pair[] {
  const keyOf = keyFor(history.deployment);
  const firsts = new Map<string, Step>();
  const pairs: Pair[] = [];
  for (const step of allSteps(history)) {
    const key = keyOf(step);
    if (key === null) continue;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, step);
    // A list of steps in code may name one several times; a changelog's changesets are each their own.
    else if (first.file !== step.file || isChangeset(step, history.deployment)) pairs.push({ first, second: step });
  }
  return pairs;
}

function isChangeset(step: Step, { tool, ledger }: Deployment): boolean {
  return tool?.order === 'journal' && ledger.includes(step);
}

/** Where neither tool nor code is known, a runner may take the number for the version, though it need not. */
function keyFor({ tool, evidence }: Deployment): (step: Step) => string | null {
  if (tool !== null || evidence.some(({ strength }) => strength === 'call')) return ({ identity }) => identity;
  return evidence.some(({ strength }) => strength === 'config') ? () => null : versionKey;
}

/** Those of the ledger, and those that a runner meets beside them. */
function allSteps({ deployment, statements }: History): ReadonlySet<Step> {
  return new Set([...deployment.ledger, ...statements.flatMap(({ step }) => step ?? [])]);
}

/** A date alone is no version: several changes of a day stand in an order of their own. */
function versionKey({ file }: Step): string | null {
  if (/^\d{4}-\d\d-\d\d|^\d{8}(?!\d)/.test(baseName(file))) return null;
  const version = versionOf(file);
  return version === null ? null : `${file.slice(0, file.lastIndexOf('/'))} ${version}`;
}

/** A new step that stands where databases have run another file. */
function reportOnMasked({ step, path, form }: MaskedStep, history: History): Report | null {
  const { deployment, project } = history;
  const { tool } = deployment;
  const file = fileOfStep(step);
  // Where the other one is still there, the two are a pair.
  if (tool === null || file === null || project.files.has(path)) return null;
  const refuses = tool.edited.does === 'refuses';
  return {
    at: placeOf(step, history) ?? firstLine(file),
    object: step.name,
    message: `${versionedName(step.file)} has the version ${step.identity}, under which databases have run ${versionedName(path)} (${whereWords(form)}). ${
      refuses
        ? `${tool.name} takes it for that one, changed, and refuses to start on them.`
        : `They never run this one, and ${tool.name} does not say so.`
    }`,
    help: 'Give the new one a number that no migration ever had.',
    engineError: refuses ? wordsOf(tool.edited, deployment, step) : null,
    ...offer(renumberingFix(step, deployment, project)),
  };
}

/** A new step, and what the base branch has got meanwhile under the same number. */
function reportOnTip(step: Step, history: History): Report | null {
  const { deployment, project } = history;
  const { tool } = deployment;
  const file = fileOfStep(step);
  if (project.past === undefined || file === null || !isNew(step, project.past)) return null;
  if (tool?.duplicate.fresh.does === 'none' || tool?.duplicate.fresh.does === 'runs') return null;
  const version = versionOf(step.file);
  const other = filesAhead(project.past, step).find(({ path }) => versionOf(path) === version);
  if (version === null || other === undefined || (tool === null && versionKey(step) === null)) return null;
  return {
    at: placeOf(step, history) ?? firstLine(file),
    severity: tool === null ? 'warning' : 'error',
    object: step.name,
    message: `${versionedName(step.file)} will have the version ${version} of ${other.name}, which is on ${project.past.base ?? 'the base branch'} meanwhile. ${consequence(deployment)}`,
    help: 'Give this one, which nobody has run, a number of its own.',
    reading: tool === null ? 'if the ledger is keyed by the number' : null,
  };
}

function reportOn({ first, second }: Pair, history: History): Report | null {
  const { deployment } = history;
  const { tool } = deployment;
  const file = fileOfStep(second);
  const firstFile = fileOfStep(first);
  const reaction = tool === null ? secondKeyOf(history) : tool.duplicate.fresh;
  if (file === null || firstFile === null || reaction?.does === 'runs' || reaction?.does === 'none') return null;
  const isGuess = tool === null && !deployment.evidence.some(({ strength }) => strength === 'call');
  return {
    at: placeOf(second, history) ?? firstLine(file),
    severity: isGuess ? 'warning' : 'error',
    object: second.name,
    message: `${pairWords(first, second)}. ${consequence(deployment)}`,
    help: 'Give the later of the two a number of its own; never renumber one that a database has run.',
    engineError: reaction === null ? null : wordsOf(reaction, deployment, second, { other: versionedName(first.file) }),
    reading: isGuess ? 'if the ledger is keyed by the number' : null,
    related: [{ span: firstLine(firstFile), message: 'the other one' }],
    ...offer(renumberingFix(second, deployment, history.project)),
  };
}

function pairWords(first: Step, second: Step): string {
  return first.file === second.file
    ? `Two changesets of ${baseName(second.file)} have one identity, ${second.identity}`
    : `${versionedName(second.file)} and ${versionedName(first.file)} have one version, ${versionOf(second.file) ?? second.identity}`;
}

/** The one that databases have surely not run comes second, if git knows of the other. */
function newestLast({ first, second }: Pair, { project: { past } }: History): Pair {
  const isKnown = ({ file }: Step): boolean => past !== undefined && pastPlaces(past, file).length > 0;
  return isKnown(second) && !isKnown(first) ? { first: second, second: first } : { first, second };
}

/** What the engine says when the project's own runner records a version again: its ledger is the one table with a single key. */
function secondKeyOf({ deployment, statements }: History): Reaction | null {
  const keyed = statements.flatMap(({ step, parsed }) =>
    parsed.operations.flatMap((operation) => {
      if (step !== null || operation.kind !== 'create-table') return [];
      const key = operation.columns.find(({ primaryKey }) => primaryKey !== undefined);
      return key === undefined ? [] : [refusesSecondKey(operation.table.name.text, key.name.text)];
    }),
  );
  const [ledger, ...others] = keyed;
  const isCode = deployment.evidence.some(({ strength }) => strength === 'call');
  return ledger !== undefined && others.length === 0 && isCode ? ledger : null;
}

/** The first statement of a step: what will not be run. */
function placeOf(step: Step, { statements }: History): Report['at'] | null {
  const first = statements.find((placed) => placed.step === step)?.parsed.statement;
  return first === undefined ? null : { statement: first, range: first };
}

function consequence({ tool }: Deployment): string {
  if (tool === null)
    return 'A ledger that is keyed by it records only one of them: a fresh database stops with an error, or the second never runs.';
  const fresh =
    tool.duplicate.fresh.does === 'ignores'
      ? `${tool.name} runs only one of them, and does not say so.`
      : `On a fresh database ${tool.name} stops with an error.`;
  const words: Readonly<Record<typeof tool.duplicate.existing.does, string>> = {
    ignores: ' On one that has run the first, the second never runs, in silence.',
    refuses: ' So it does on one that has run the first.',
    runs: '',
    none: '',
  };
  return fresh + (tool.duplicate.fresh.does === 'ignores' ? '' : words[tool.duplicate.existing.does]);
}
