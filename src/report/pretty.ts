import pico from 'picocolors';
import type { Finding, Related, Severity } from '../finding.ts';
import type { Coverage, Result } from '../result.ts';
import { codeFrame, lineText, type FrameLine } from '../text/code-frame.ts';
import { textWidth } from '../text/display-width.ts';
import { positionAt } from '../text/source-file.ts';
import { printable, printableLine } from '../text/printable.ts';
import { wrap } from '../text/wrap.ts';
import type { History } from '../timeline/history.ts';
import { assumption } from './assumption.ts';
import { counted } from '../text/counted.ts';
import type { ReportOptions, Reporter } from './reporter.ts';

const pretty: Reporter = {
  name: 'pretty',
  summary: 'for people: each finding with its code, the installs that break, and what to do',
  report(result, options) {
    const page: Page = {
      colors: pico.createColors(options.color),
      width: Math.max(40, options.width),
      options: { ...options, shownPath: (path) => printableLine(options.shownPath(path)) },
    };
    const histories = new Map(result.histories.map((history) => [history.deployment.name, history]));
    const parts = [
      ...result.findings.map((finding) => findingPart(safe(finding), histories.get(finding.deployment), page)),
      errorsPart(result, page),
      footer(result, page),
    ];
    return parts
      .filter((lines) => lines.length > 0)
      .map((lines) => `${lines.map((line) => line.trimEnd()).join('\n')}\n`)
      .join('\n');
  },
};

export default pretty;

interface Page {
  readonly colors: ReturnType<typeof pico.createColors>;
  readonly width: number;
  readonly options: ReportOptions;
}
type Lines = readonly string[];

/** Installs named before "and 4 more". */
const shownInstalls = 3;
/** Other places shown before "and 4 more places". */
const shownPlaces = 5;

function findingPart(finding: Finding, history: History | undefined, page: Page): Lines {
  const message = wrap(finding.message, page.width - 2).map((line) => `  ${line}`);
  const code = placesPart(finding, page);
  const facts = factLines(finding, history, page);
  return [header(finding, page), '', ...message, ...separated(code), ...separated(facts)];
}

/** Names in the messages come from the project's files, and may hold anything. */
function safe(finding: Finding): Finding {
  const { message, help, engineError, related } = finding;
  return {
    ...finding,
    message: printable(message),
    ...(help === undefined ? {} : { help: printable(help) }),
    engineError: engineError === null ? null : printable(engineError),
    related: related.map((place) => ({ ...place, message: printable(place.message) })),
  };
}

function separated(lines: Lines): Lines {
  return lines.length === 0 ? [] : ['', ...lines];
}

function header({ span, severity, rule }: Finding, { colors, options }: Page): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${colors.bold(`${options.shownPath(span.file.path)}:${line}:${column}`)}  ${severityWord(severity, colors)}  ${colors.dim(rule)}`;
}

function severityWord(severity: Severity, colors: Page['colors']): string {
  if (severity === 'error') return colors.bold(colors.red('error'));
  return severity === 'warning' ? colors.bold(colors.yellow('warning')) : colors.bold(colors.blue('info'));
}

/** The code with the place underlined (a note goes without), and below it the other places that the finding speaks of. */
function placesPart(finding: Finding, page: Page): Lines {
  const places = finding.related.slice(0, shownPlaces);
  const numbers = places.map((place) => lineOf(place));
  const gutter = Math.max(3, String(Math.max(lineOf(finding), ...numbers)).length);
  const frame = finding.severity === 'info' ? [] : codeFrame(finding.span, page.width - gutter - 9);
  const hidden = finding.related.length - places.length;
  return [
    ...frame.flatMap((line) => frameLines(line, gutter, page)),
    ...places.flatMap((place) => relatedLines(place, finding, gutter, page)),
    ...(hidden > 0 ? [`${' '.repeat(gutter + 9)}and ${counted(hidden, 'more place')}`] : []),
  ];
}

function lineOf({ span }: Pick<Finding, 'span'>): number {
  return positionAt(span.file, span.start).line;
}

function frameLines({ number, text, caret }: FrameLine, gutter: number, { colors }: Page): Lines {
  const label = String(number).padStart(gutter);
  if (caret === null) return [colors.dim(`      ${label} | ${text}`)];
  return [
    `    ${colors.red('>')} ${label} ${colors.dim('|')} ${text}`,
    `      ${' '.repeat(gutter)} ${colors.dim('|')} ${' '.repeat(caret.start)}${colors.red('^'.repeat(caret.width))}`,
  ];
}

/** `458   CREATE TABLE IF NOT EXISTS jobs does nothing there`; a place in another file stands with its path and its code. */
function relatedLines({ span, message }: Related, finding: Finding, gutter: number, page: Page): Lines {
  const line = positionAt(span.file, span.start).line;
  if (span.file.path === finding.span.file.path) {
    const indent = ' '.repeat(gutter + 9);
    const [first = '', ...rest] = wrap(message, page.width - indent.length);
    return [
      `      ${page.colors.dim(String(line).padStart(gutter))}   ${first}`,
      ...rest.map((words) => indent + words),
    ];
  }
  const place = `${page.options.shownPath(span.file.path)}:${line}`;
  const code = page.colors.dim(`          ${shortened(lineText(span.file, line), page.width - 10)}`);
  const fits = textWidth(place) + textWidth(message) + 9 <= page.width && !message.includes('\n');
  if (fits) return [`      ${page.colors.dim(place)}   ${message}`, code];
  const words = wrap(message, page.width - 8).map((part) => `        ${part}`);
  return [`      ${page.colors.dim(place)}`, ...words, code];
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** The lines under the code: which installs break, what the engine says, what it rests on, what to do. */
function factLines(finding: Finding, history: History | undefined, page: Page): Lines {
  const facts: readonly (readonly [label: string, lines: Lines])[] = [
    ['breaks', installLines(finding, history)],
    ['only if', conditionLines(finding)],
    ['assumes', finding.reading === null ? [] : [assumption(finding.reading)]],
    [finding.engines.join(', ') || 'engine', finding.engineError === null ? [] : finding.engineError.split('\n')],
    ['fix', fixLines(finding)],
  ];
  const labels = facts.filter(([, lines]) => lines.length > 0).map(([label]) => label.length);
  const labelWidth = Math.max(6, ...labels.filter((length) => length <= 16));
  return facts.flatMap(([label, lines]) => factBlock(label, lines, labelWidth, page));
}

function factBlock(label: string, lines: Lines, labelWidth: number, { colors, width }: Page): Lines {
  const indent = labelWidth + 5;
  const wrapped = lines.flatMap((line) => wrap(line, width - indent));
  return wrapped.map(
    (line, index) => `  ${index === 0 ? colors.cyan(label.padEnd(labelWidth)) : ' '.repeat(labelWidth)}   ${line}`,
  );
}

function installLines({ holdsOn }: Finding, history: History | undefined): Lines {
  if (holdsOn === null) return [];
  if (holdsOn === 'all') return ['every install'];
  const fresh = history?.paths.find(({ start }) => start.kind === 'fresh');
  const freshNote = fresh?.verdict === 'ok' && !holdsOn.includes(fresh.name) ? `      (${fresh.name}: ok)` : '';
  const names = holdsOn.map((name) => installWords(name, history));
  const hidden = names.length - shownInstalls;
  const lines = hidden > 1 ? [...names.slice(0, shownInstalls), `and ${counted(hidden, 'more install')}`] : names;
  return lines.map((line, index) => (index === 0 ? line + freshNote : line));
}

/** `upgrade from before jobs.archived was added`, `upgrade after 0004_archive`; a fresh install and a second start are no upgrades. */
function installWords(name: string, history: History | undefined): string {
  const kind = history?.paths.find((path) => path.name === name)?.start.kind;
  if (kind === 'fresh' || kind === 'second-start' || kind === 'after-failure' || kind === undefined) return name;
  return name.startsWith('after ') ? `upgrade ${name}` : `upgrade from ${name}`;
}

function conditionLines({ condition }: Finding): Lines {
  if (condition === null) return [];
  return [condition === 'rows' ? 'the table has rows' : 'rows in the table hold such values'];
}

function fixLines({ help, fix }: Finding): Lines {
  const option = fix === undefined ? '' : fix.safe ? '   (--fix)' : '   (--fix-unsafe)';
  const words = help ?? fix?.title;
  return words === undefined ? [] : (words + option).split('\n');
}

function errorsPart({ errors }: Result, { colors, options }: Page): Lines {
  return errors.map(
    ({ path, message }) => `${colors.bold(options.shownPath(path))}  ${colors.red('not read')}  ${message}`,
  );
}

/** What was found, and how far it can be trusted. */
function footer({ findings, suppressed, baseline, coverage }: Result, { colors, options, width }: Page): Lines {
  if (options.quiet && findings.length === 0) return [];
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const found = [
    count('error') > 0 ? colors.bold(colors.red(counted(count('error'), 'error'))) : '',
    count('warning') > 0 ? colors.bold(colors.yellow(counted(count('warning'), 'warning'))) : '',
    count('info') > 0 ? colors.blue(counted(count('info'), 'note')) : '',
  ].filter((words) => words !== '');
  const byBaseline = baseline !== null && baseline.silenced > 0 ? ` (${baseline.silenced} by the baseline)` : '';
  const silenced = suppressed > 0 ? `, ${suppressed} silenced${byBaseline}` : '';
  const gone = baseline !== null && baseline.gone > 0 ? goneWords(baseline.gone) : '';
  const verdict = found.length > 0 ? found.join(', ') : colors.green('nothing found');
  const notes = [...(gone === '' ? [] : wrap(gone, width)), ...wrap(coverageWords(coverage), width)];
  return [verdict + silenced, ...notes.map((line) => colors.dim(line))];
}

function goneWords(gone: number): string {
  const what = gone === 1 ? '1 finding of the baseline is' : `${gone} findings of the baseline are`;
  return `${what} gone: migralint baseline --prune takes them out`;
}

function coverageWords({ files, statements, opaque, unsure, paths }: Coverage): string {
  const read = `${counted(files, 'file')}, ${counted(statements, 'statement')}, ${counted(paths, 'upgrade path')}`;
  const opaqueWords = opaque > 0 ? [`${counted(opaque, 'statement')} not understood`] : [];
  const unsureWords = unsure > 0 ? [`${counted(unsure, 'outcome')} not certain (migralint paths --unsure)`] : [];
  return [read, ...opaqueWords, ...unsureWords].join('; ');
}
