import pico from 'picocolors';
import type { Deployment, Evidence } from '../deployment.ts';
import { textWidth } from '../text/display-width.ts';
import { printableLine } from '../text/printable.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import type { History, UpgradePath, Verdict } from '../timeline/history.ts';
import { assumption } from './assumption.ts';
import { failurePlace, failureWords } from './failure-place.ts';
import type { ReportOptions } from './reporter.ts';

/** The answer of `migralint paths`: every upgrade path with its verdict, and how each deployment is known. */
export function pathsPage(histories: readonly History[], options: PageOptions): string {
  const colors = pico.createColors(options.color);
  const parts = histories.map((history) =>
    historyLines(history, colors, options.shownPath)
      .map((line) => `${line.trimEnd()}\n`)
      .join(''),
  );
  return parts.length === 0 ? 'No deployment was found: nothing here runs SQL.\n' : parts.join('\n');
}

type PageOptions = Pick<ReportOptions, 'color' | 'shownPath'>;
type ShownPath = ReportOptions['shownPath'];
type Colors = ReturnType<typeof pico.createColors>;

function historyLines({ deployment, paths }: History, colors: Colors, shownPath: ShownPath): readonly string[] {
  const nameWidth = Math.max(0, ...paths.map(({ name }) => textWidth(name)));
  const places = paths.map((path) => placeWords(path, shownPath));
  const placeWidth = Math.max(0, ...places.map(textWidth));
  return [
    headline(deployment, colors),
    ...deployment.evidence.map((evidence) => colors.dim(`  known from ${evidenceWords(evidence, shownPath)}`)),
    ...(deployment.reading === null ? [] : [`  assumes ${assumption(deployment.reading)}`]),
    ...paths.map((path, index) => {
      const words = path.failsAt === null ? '' : printableLine(failureWords(path.failsAt));
      const columns = [padded(printableLine(path.name), nameWidth), padded(places[index] ?? '', placeWidth), words];
      return `  ${verdictWord(path.verdict, colors)}  ${columns.join('   ')}`;
    }),
  ];
}

function headline({ name, summary, engine, upgrades }: Deployment, colors: Colors): string {
  const wiped = upgrades ? '' : ' (databases are rebuilt, so only a fresh install counts)';
  return `${colors.bold(name === '.' ? 'this project' : printableLine(name))}: ${summary}, ${engine.dialect.name}${wiped}`;
}

function evidenceWords({ words, at }: Evidence, shownPath: ShownPath): string {
  return at === undefined ? printableLine(words) : `${printableLine(words)} (${placeText(at, shownPath)})`;
}

function placeWords({ failsAt }: UpgradePath, shownPath: ShownPath): string {
  return failsAt === null ? '' : placeText(failurePlace(failsAt), shownPath);
}

function placeText({ file, start }: Span, shownPath: ShownPath): string {
  return `${printableLine(shownPath(file.path))}:${positionAt(file, start).line}`;
}

function verdictWord(verdict: Verdict, colors: Colors): string {
  const word = verdict.padEnd(6);
  if (verdict === 'ok') return colors.green(word);
  return verdict === 'fails' ? colors.red(word) : colors.yellow(word);
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}
