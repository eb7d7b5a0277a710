import type { Deployment, Step } from '../src/deployment.ts';
import type { Severity } from '../src/finding.ts';
import type { Past } from '../src/past.ts';
import { renumberingFix } from '../src/fixes/next-name.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History } from '../src/timeline/history.ts';
import { fileOfStep, firstLine, pastPlaces } from '../src/timeline/past-steps.ts';
import { wordsOf } from '../src/timeline/tool-words.ts';

export default defineRule({
  id: 'late-migration',
  severity: 'error',
  summary: 'A new migration is numbered below one that databases have already run.',
  why: `Two branches take their numbers at the same time, and the lower one is merged last. On a fresh database all is well. On one that has
run the higher number, one tool refuses to start, one runs it after all, and one never runs it, without a word: the table is missing
until a query needs it.`,
  instead: 'Give the new migration a number above every one that is on the base branch.',
  examples: [
    {
      title: 'goose refuses on databases that have run 3',
      released: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0003_dishes.sql': `-- +goose Up
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);`,
      },
      files: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0002_guests.sql': `-- +goose Up -- expect: late-migration
CREATE TABLE guests (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0003_dishes.sql': `-- +goose Up
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);`,
      },
    },
    {
      title: 'It comes after all that was there',
      released: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0003_dishes.sql': `-- +goose Up
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);`,
      },
      files: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0003_dishes.sql': `-- +goose Up
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);`,
        'migrations/0004_guests.sql': `-- +goose Up
CREATE TABLE guests (id BIGSERIAL PRIMARY KEY);`,
      },
    },
  ],
  check(history, report) {
    const { past } = history.project;
    if (past === undefined) return;
    for (const late of lateSteps(history.deployment, past)) {
      const words = reportOn(late, history);
      if (words !== null) report(words);
    }
  },
});

interface LateStep {
  readonly step: Step;
  /** The last step that has been run and stands behind it. */
  readonly newest: Step;
  readonly shippedIn: string;
}

/** Steps that are new to all releases, or to the base branch, while a later one is in them. */
function lateSteps({ ledger }: Deployment, past: Past): readonly LateStep[] {
  const late: LateStep[] = [];
  let release: { readonly step: Step; readonly name: string } | null = null;
  let base: Step | null = null;
  for (const step of ledger.toReversed()) {
    const places = pastPlaces(past, step.file);
    const shipped = places.flatMap(({ file }) => file.forms).find(({ seenIn }) => seenIn === 'release');
    const onBase = places.some(({ file }) => file.onBase);
    if (shipped === undefined && release !== null)
      late.push({ step, newest: release.step, shippedIn: `release ${release.name}` });
    else if (!onBase && shipped === undefined && base !== null)
      late.push({ step, newest: base, shippedIn: past.base === 'HEAD' ? 'the last commit' : (past.base ?? 'git') });
    if (shipped !== undefined) release ??= { step, name: shipped.name };
    if (onBase) base ??= step;
  }
  return late.reverse();
}

function reportOn({ step, newest, shippedIn }: LateStep, { deployment, project }: History): Report | null {
  const file = fileOfStep(step);
  const { tool } = deployment;
  if (file === null || tool?.late.does === 'none') return null;
  const error = tool === null ? null : wordsOf(tool.late, deployment, step, { newest: newest.identity });
  const unless = tool?.late.unless === undefined ? '' : ` (unless told otherwise: ${tool.late.unless})`;
  return {
    at: firstLine(file),
    severity: severityOf(deployment),
    object: step.name,
    message: `${step.name} is new, and stands before ${newest.name}, which is in ${shippedIn}. ${reactionOf(deployment)}${unless}.`,
    help: `Rename it so that it comes after ${deployment.ledger.at(-1)?.name ?? newest.name}.`,
    ...(tool?.late.does === 'refuses' ? { engineError: error } : {}),
    ...offer(renumberingFix(step, deployment, project)),
    reading: tool === null && !isConfigured(deployment) ? 'if the runner looks only at the newest number' : null,
  };
}

/** A database that has run the later step. */
function reactionOf(deployment: Deployment): string {
  const { tool } = deployment;
  if (tool === null && !isConfigured(deployment))
    return 'A runner that keeps only the newest number never runs it on a database that has run that';
  const who = tool?.name ?? 'A ledger of names';
  switch (tool?.late.does ?? 'runs') {
    case 'refuses':
      return `On a database that has run that, ${who} stops with an error`;
    case 'ignores':
      return `On a database that has run that, ${who} never runs it, and does not say so`;
    default:
      return `${who} runs it all the same, though in another order than on a fresh database`;
  }
}

function isConfigured({ evidence }: Deployment): boolean {
  return evidence.some(({ strength }) => strength === 'config');
}

function severityOf(deployment: Deployment): Severity {
  const { tool } = deployment;
  if (tool === null) return isConfigured(deployment) ? 'info' : 'warning';
  return tool.late.does === 'runs' ? 'info' : 'error';
}
