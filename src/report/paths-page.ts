import pico from 'picocolors';
import type { Deployment, Evidence } from '../deployment.ts';
import { textWidth } from '../text/display-width.ts';
import { printableLine } from '../text/printable.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import type { History, UpgradePath, Verdict } from '../timeline/history.ts';
import { assumption } from './assumption.ts';
import { deploymentWords } from './deployment-words.ts';
import { failurePlace, failureWords } from './failure-place.ts';
import type { ReportOptions } from './reporter.ts';

/** The answer of `migralint paths`: every upgrade path with its verdict, and how each deployment is known. */
export function pathsPage(histories: readonly History[], options: PageOptions): string {
  const colors = pico.createColors(options.color);
  const parts = histories.map((history) =>
    [
      ...historyLines(history, colors, options.shownPath),
      ...(options.unsure === true ? unsureLines(history, colors, options.shownPath) : []),
    ]
      .map((line) => `${line.trimEnd()}\n`)
      .join(''),
  );
  return parts.length === 0 ? 'No deployment was found: nothing here runs SQL.\n' : parts.join('\n');
}

type PageOptions = Pick<ReportOptions, 'color' | 'shownPath'> & {
  /** Names each statement whose outcome is not certain somewhere, with the reason. */
  readonly unsure?: boolean;
};
type ShownPath = ReportOptions['shownPath'];
type Colors = ReturnType<typeof pico.createColors>;

function historyLines({ deployment, paths }: History, colors: Colors, shownPath: ShownPath): readonly string[] {
  const rows = shortened(paths.map((path) => rowOf(path, shownPath)));
  const nameWidth = Math.max(0, ...rows.map(({ name }) => textWidth(name)));
  const placeWidth = Math.max(0, ...rows.map(({ place }) => textWidth(place)));
  return [
    headline(deployment, colors),
    ...deployment.evidence.map((evidence) => colors.dim(`  known from ${evidenceWords(evidence, shownPath)}`)),
    ...(deployment.reading === null ? [] : [`  assumes ${assumption(deployment.reading)}`]),
    ...rows.map(({ verdict, name, place, words }) => {
      const columns = [padded(name, nameWidth), padded(place, placeWidth), words];
      return `  ${verdictWord(verdict, colors)}  ${columns.join('   ')}`;
    }),
  ];
}

function unsureLines({ unsure }: History, colors: Colors, shownPath: ShownPath): readonly string[] {
  const heading = unsure.length === 0 ? '  every outcome is certain' : '  not certain:';
  return [
    heading,
    ...unsure.flatMap((event) => {
      const { outcome, parsed } = event;
      if (outcome.kind !== 'unsure') return [];
      const { sql, start, end } = parsed.statement;
      const said = outcome.error === undefined ? '' : ` (if it fails: ${printableLine(outcome.error.text)})`;
      return [
        `    ${placeText(failurePlace(event), shownPath)}   ${shortLine(sql.text.slice(start, end))}`,
        colors.dim(`      ${printableLine(outcome.why)}${said}`),
      ];
    }),
  ];
}

/** A statement on one line, cut where it grows long. */
function shortLine(text: string): string {
  const line = printableLine(text.replace(/\s+/g, ' '));
  return line.length > longestStatement ? `${line.slice(0, longestStatement - 1)}…` : line;
}

const longestStatement = 72;

/** A path as a line of the table; without a verdict: the line that stands for several. */
interface Row {
  readonly verdict: Verdict | null;
  readonly name: string;
  /** Where it stops, and what the engine says; empty where it does not. */
  readonly place: string;
  readonly words: string;
}

function rowOf({ name, verdict, failsAt }: UpgradePath, shownPath: ShownPath): Row {
  const place = failsAt === null ? '' : placeText(failurePlace(failsAt), shownPath);
  const words = failsAt === null ? '' : printableLine(failureWords(failsAt));
  return { verdict, name: printableLine(name), place, words };
}

/** Neighbours that end alike, beyond which only the first and the last of them are shown. */
const shownAlike = 5;

function shortened(rows: readonly Row[]): readonly Row[] {
  const shown: Row[] = [];
  for (let start = 0; start < rows.length;) {
    const first = rows[start];
    if (first === undefined) break;
    let end = start + 1;
    while (isAlike(first, rows[end])) end++;
    const alike = rows.slice(start, end);
    if (alike.length <= shownAlike) shown.push(...alike);
    else {
      const hidden = { verdict: null, name: `.. ${alike.length - 2} more like these ..`, place: '', words: '' };
      shown.push(first, hidden, ...alike.slice(-1));
    }
    start = end;
  }
  return shown;
}

function isAlike(left: Row, right: Row | undefined): boolean {
  return left.verdict === right?.verdict && left.place === right.place && left.words === right.words;
}

function headline(deployment: Deployment, colors: Colors): string {
  const { summary, engine, upgrades } = deployment;
  const wiped = upgrades ? '' : ' (databases are rebuilt, so only a fresh install counts)';
  return `${colors.bold(deploymentWords(deployment))}: ${summary}, ${engine.dialect.name}${wiped}`;
}

function evidenceWords({ words, at }: Evidence, shownPath: ShownPath): string {
  return at === undefined ? printableLine(words) : `${printableLine(words)} (${placeText(at, shownPath)})`;
}

function placeText({ file, start }: Span, shownPath: ShownPath): string {
  return `${printableLine(shownPath(file.path))}:${positionAt(file, start).line}`;
}

function verdictWord(verdict: Verdict | null, colors: Colors): string {
  const word = (verdict ?? '').padEnd(6);
  if (verdict === null) return word;
  if (verdict === 'ok') return colors.green(word);
  return verdict === 'fails' ? colors.red(word) : colors.yellow(word);
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
