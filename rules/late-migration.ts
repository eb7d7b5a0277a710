import type { Deployment, Step } from '../src/deployment.ts';
import type { Severity } from '../src/finding.ts';
import { baseName, byBytes, byLeadingNumber } from '../src/layouts/file-order.ts';
import type { StepOrder } from '../src/migration-tool.ts';
import type { Past } from '../src/past.ts';
import { renumberingFix } from '../src/fixes/next-name.ts';
import { offer } from '../src/fixes/together.ts';
import { stepSubject } from '../src/deployment.ts';
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
} from '../src/timeline/past-steps.ts';
import { maskedSteps } from '../src/timeline/renamed-steps.ts';
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
    const { deployment } = history;
    const behind = lateSteps(deployment, past);
    const behindBase = stepsBehindTip(deployment, past).filter(({ step }) =>
      behind.every((late) => late.step !== step),
    );
    const masked = new Set(maskedSteps(deployment, past).map(({ step }) => step));
    for (const late of [...behind, ...behindBase].filter((one) => !isPair(one, deployment, masked))) {
      const words = reportOn(late, history);
      if (words !== null) report(words);
    }
  },
});

interface LateStep {
  readonly step: Step;
  /** The last step that has been run and stands behind it. */
  readonly newest: Pick<Step, 'name' | 'identity' | 'file'>;
  readonly shippedIn: string;
}

/** Two steps of one version, both of today or one of the past, are a case of `duplicate-version`. */
function isPair({ step, newest }: LateStep, { tool }: Deployment, masked: ReadonlySet<Step>): boolean {
  const { fresh } = tool?.duplicate ?? {};
  if (fresh?.does === 'runs' || fresh?.does === 'none') return false;
  if (masked.has(step)) return true;
  return step.identity === newest.identity || (tool === null && versionOf(step.file) === versionOf(newest.file));
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

/** New steps that stand before one which the base branch has got since the work here left it. */
function stepsBehindTip({ ledger, tool }: Deployment, past: Past): readonly LateStep[] {
  const compare = orderOfNames(tool?.order ?? 'numeric');
  if (compare === null) return [];
  return ledger.flatMap((step): readonly LateStep[] => {
    if (!isNew(step, past)) return [];
    const [last] = filesAhead(past, step).toSorted((left, right) => compare(right.name, left.name));
    if (last === undefined || compare(versionedName(step.file), last.name) >= 0) return [];
    const name = last.name.replace(/(?:\.up)?\.sql$/, '');
    const newest = { name, identity: versionOf(last.path) ?? name, file: last.path };
    return [{ step, newest, shippedIn: `${past.base ?? 'the base branch'} meanwhile` }];
  });
}

/** How a tool sorts two names; null where a list or links between the steps decide. Equal numbers are a pair, not an order. */
function orderOfNames(order: StepOrder): ((left: string, right: string) => number) | null {
  switch (order) {
    case 'numeric':
    case 'dotted':
      return (left, right) => byVersion(left, right);
    case 'bytes':
      return byBytes;
    case 'locale':
    case 'journal':
    case 'graph':
    case 'list':
      return null;
  }
}

function byVersion(left: string, right: string): number {
  const [one, other] = [left, right].map((name) => /^[VU]?(\d+(?:[._]\d+)*)/i.exec(name)?.[1]?.replaceAll('_', '.'));
  return one === undefined || other === undefined || one === other ? 0 : byLeadingNumber(one, other);
}

function reportOn({ step, newest, shippedIn }: LateStep, { deployment, project }: History): Report | null {
  const file = fileOfStep(step);
  const { tool } = deployment;
  if (file === null || tool?.late.does === 'none' || tool?.runsLate?.(baseName(step.file)) === true) return null;
  const error = tool === null ? null : wordsOf(tool.late, deployment, step, { newest: newest.identity });
  const unless = tool?.late.unless === undefined ? '' : ` (unless told otherwise: ${tool.late.unless})`;
  return {
    at: firstLine(file),
    severity: severityOf(deployment),
    object: step.name,
    message: `${stepSubject(step)} is new, and stands before ${newest.name}, which is in ${shippedIn}. ${reactionOf(deployment)}${unless}.`,
    help: `Rename it so that it comes after ${lastOf(deployment, newest)}.`,
    ...(tool?.late.does === 'refuses' ? { engineError: error } : {}),
    ...offer(renumberingFix(step, deployment, project)),
    reading: tool === null && !isConfigured(deployment) ? 'if the runner looks only at the newest number' : null,
  };
}

/** The name behind which nothing stands: the ledger's last, unless what the base branch has got is not in it. */
function lastOf({ ledger }: Deployment, newest: LateStep['newest']): string {
  return ledger.some(({ name }) => name === newest.name) ? (ledger.at(-1)?.name ?? newest.name) : newest.name;
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
