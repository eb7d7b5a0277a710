import type { Deployment, Step } from '../src/deployment.ts';
import { baseName, byBytes, byLeadingNumber } from '../src/layouts/file-order.ts';
import { defineRule } from '../src/rule.ts';
import { fileOfStep, firstLine } from '../src/timeline/past-steps.ts';

export default defineRule({
  id: 'order-differs',
  severity: 'warning',
  summary: 'The tool sorts names as text, so that 10 comes before 2.',
  why: `Nine migrations run in the order in which they were written. With the tenth, a fresh database runs 1, 10, 2, while databases in the
field have run 1, 2, 10: they may end with different schemas, and a fresh install may not come up at all.`,
  instead: 'Give all numbers the same length (0010), or use time stamps.',
  examples: [
    {
      title: 'dbmate sorts by bytes',
      files: {
        'db/migrations/2_cooks.sql': `-- migrate:up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);
-- migrate:down
DROP TABLE cooks;`,
        'db/migrations/10_dishes.sql': `-- migrate:up -- expect: order-differs
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);
-- migrate:down
DROP TABLE dishes;`,
      },
    },
    {
      title: 'Diesel leaves out the dashes before it sorts',
      files: {
        'Cargo.toml': `[dependencies]
diesel = { version = "2", features = ["postgres"] }`,
        'migrations/20251219152245_cooks/up.sql': 'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);',
        'migrations/2026-06-12-111710-0000_dishes/up.sql': 'CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);',
      },
    },
    {
      title: 'goose sorts by number',
      files: {
        'migrations/2_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);`,
        'migrations/10_dishes.sql': `-- +goose Up
CREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);`,
      },
    },
  ],
  check({ deployment }, report) {
    const turned = firstTurned(deployment);
    const file = turned === null ? null : fileOfStep(turned.early);
    if (turned === null || file === null || deployment.tool === null) return;
    const [early, late] = [shownName(turned.early), shownName(turned.late)];
    report({
      at: firstLine(file),
      object: turned.early.name,
      message: `${deployment.tool.name} sorts names as text: it runs ${early} before ${late}. Databases that grew with the project have run them the other way round.`,
      help: `Give all numbers the same length: ${padded(late, early)}. A tool that keeps names must then be told that it has run them.`,
    });
  },
});

interface Turned {
  /** Runs first, though its number is the higher one. */
  readonly early: Step;
  readonly late: Step;
}

/** The first two neighbours in the order of running whose numbers say otherwise. */
function firstTurned({ ledger, tool }: Deployment): Turned | null {
  if (tool?.order !== 'bytes' && tool?.order !== 'locale') return null;
  for (const [index, late] of ledger.entries()) {
    const early = ledger[index - 1];
    if (early === undefined) continue;
    const [left, right] = [nameOf(early), nameOf(late)];
    if (!/^\d+[_.-]/.test(left) || !/^\d+[_.-]/.test(right)) continue;
    if (isTime(left) && isTime(right)) continue;
    if (byLeadingNumber(left, right) > 0 && byBytes(left, right) < 0) return { early, late };
  }
  return null;
}

/** Of two times, one to the day and one to the second or its parts, the longer number is not the later: text is in the order of time. */
function isTime(name: string): boolean {
  return /^(?:19|20)\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])(?:\d{4,})?[_.-]/.test(name);
}

/** What carries the number that the tool sorts by: the version, where that is all digits; else the name of the file or directory. */
function nameOf({ file, name, identity }: Step): string {
  if (/^\d+$/.test(identity)) return `${identity}_`;
  const base = baseName(file);
  return /^\d/.test(base) ? base : `${name}_`;
}

/** As it stands in the folder of the migrations. */
function shownName({ file, name }: Step): string {
  const base = baseName(file);
  return /^\d/.test(base) ? base : name;
}

/** `2_x.sql` with as many digits as `10_y.sql`. */
function padded(name: string, model: string): string {
  const width = /^\d+/.exec(model)?.[0].length ?? 0;
  return name.replace(/^\d+/, (digits) => digits.padStart(width, '0'));
}
