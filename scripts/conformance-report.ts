import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DialectName } from '../src/dialects/dialect.ts';
import { dialects } from '../src/dialects/index.ts';
import { shown } from '../test/catalog/comparison.ts';
import type { DisagreementKind, Tally } from '../test/catalog/generator/run.ts';

/** What one run measured; no tally where the engine is not there. */
export interface MeasuredEngine {
  readonly dialect: DialectName;
  readonly title: string;
  readonly tally: Tally | null;
  readonly seed: number;
}

const PAGE = 'docs/conformance.md';

const INTRODUCTION = `# How well the replay behaves like the engines

Random sequences of DDL run on migralint's replay and on the real engine. After each statement the verdict, the error text and
the schema are compared. This page is written by \`npm run conformance -- DIALECT --sequences N --write\`; \`--seed\` gives a
sequence again, and \`fixtures/conformance\` holds the sequences that are checked one by one in every test run.

Verdicts agree if both accept the statement or both refuse it; the next column counts those that also agree in words, but for
quotes and places. \`unsure\`: the replay says that it does not know, and that is never counted as agreed. \`unknowable\` is what no
catalog can know: how SQLite was built, and which schemas others made; these statements are left out of the first two columns.
Where only the rows decide (a key over values that may collide), the replay says so, and either verdict agrees.
`;

const HEAD = `| engine | sequences | statements | verdicts agree | words too | unsure | unknowable | final catalogs agree | first seed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |`;

/** Puts what a run measured into the page; what it says of other engines stays. */
export function writeReport(measured: readonly MeasuredEngine[]): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const rows = new Map([...page.matchAll(/^\| ([A-Z][^|]+) \|.*$/gm)].map(([row, title = '']) => [title, row]));
  const kinds = new Map(
    page.split(/^### /m).slice(1).map((part) => [part.split('\n', 1)[0] ?? '', part.trimEnd()]),
  ); // prettier-ignore
  for (const { dialect, title, tally, seed } of measured) {
    if (tally === null) {
      if (![...rows.keys()].some((known) => known.startsWith(dialects[dialect].title)))
        rows.set(dialects[dialect].title, `| ${dialects[dialect].title} | not run here | | | | | | | |`);
      continue;
    }
    rows.set(title, tableRow(title, tally, seed));
    kinds.set(title, kindLines(title, tally));
  }
  const table = [HEAD, ...[...rows].toSorted().map(([, row]) => row)].join('\n');
  const remaining = [...kinds].toSorted().map(([, part]) => `### ${part}\n`);
  writeFileSync(PAGE, [INTRODUCTION, `${table}\n`, '## Disagreements that remain\n', ...remaining].join('\n'));
}

function tableRow(title: string, tally: Tally, seed: number): string {
  const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)} %`;
  const { sequences, statements, agreed, reworded, unsure, unknowable, sameCatalogs } = tally;
  const known = statements - unknowable;
  return `| ${title} | ${sequences} | ${statements} | ${share(agreed + reworded, known)} | ${share(agreed, known)} | ${share(unsure, statements)} | ${share(unknowable, statements)} | ${share(sameCatalogs, sequences)} | ${seed} |`;
}

/** How many kinds are shown with a sequence; the others have a line each. */
const KINDS_IN_FULL = 12;

function kindLines(title: string, tally: Tally): string {
  const kinds = [...tally.kinds.values()].toSorted((left, right) => right.count - left.count);
  if (kinds.length === 0) return `${title}\n\nNone.`;
  const rest = kinds
    .slice(KINDS_IN_FULL)
    .map(({ kind, count, seed }) => `| ${count} | ${seed} | ${kind.replaceAll('|', '/')} |`);
  const table =
    rest.length === 0
      ? []
      : [['| times | first seed | statement / engine / replay |', '| --- | --- | --- |', ...rest].join('\n')];
  return [title, areaLines(kinds), ...kinds.slice(0, KINDS_IN_FULL).map(kindText), ...table].join('\n\n');
}

/** What disagreements are about, by their words: most rest on queries, which are read elsewhere than DDL. */
const AREAS: readonly (readonly [string, (kind: string) => boolean])[] = [
  ['rows that are written (INSERT .. SELECT)', (kind) => kind.startsWith('INSERT')],
  [
    'bodies of views and triggers',
    (kind) => /error in (?:view|trigger)|a view may read|it is not known what reads/.test(kind),
  ],
  [
    'the query of CREATE TABLE .. AS and CREATE VIEW',
    (kind) => /^CREATE (?:TABLE|VIEW|MATERIALIZED VIEW) (?:AS|SELECT)/.test(kind),
  ],
  ['tables whose columns come from a query', (kind) => /may (?:lack|already|not exist|have keys)/.test(kind)],
  ['DDL itself', () => true],
];

function areaLines(kinds: readonly DisagreementKind[]): string {
  const counts = new Map(AREAS.map(([area]) => [area, 0]));
  for (const { kind, count } of kinds) {
    const area = AREAS.find(([, isAbout]) => isAbout(kind))?.[0] ?? '';
    counts.set(area, (counts.get(area) ?? 0) + count);
  }
  return [...counts].map(([area, count]) => `- ${area}: ${count}`).join('\n');
}

function kindText({ count, seed, example, smallest }: DisagreementKind): string {
  const times = count === 1 ? 'Once' : `${count} times`;
  const sequence = smallest === null ? '' : `${smallest}\n`;
  return `${times}, first with \`--seed ${seed} --sequences 1\`:\n\n\`\`\`\n${sequence}${shown(example)}\n\`\`\``;
}
