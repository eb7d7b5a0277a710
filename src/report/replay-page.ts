import pico from 'picocolors';
import type { Judgement } from '../engines/judge.ts';
import type { DeploymentOnEngine, PathOnEngine } from '../engines/replay-on-engines.ts';
import type { EngineFailure, NotRun } from '../engines/run-program.ts';
import type { Finding } from '../finding.ts';
import { textWidth } from '../text/display-width.ts';
import { printableLine } from '../text/printable.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import { spanOf } from '../text/sql-text.ts';
import { counted } from '../text/counted.ts';
import { deploymentWords } from './deployment-words.ts';
import { failurePlace, failureWords } from './failure-place.ts';
import type { ReportOptions } from './reporter.ts';

type PageOptions = Pick<ReportOptions, 'color' | 'shownPath' | 'version'>;
type ShownPath = ReportOptions['shownPath'];
type Colors = ReturnType<typeof pico.createColors>;

/** The answer of `migralint replay`: path by path what migralint says and what the engine says. */
export function replayPage(results: readonly DeploymentOnEngine[], { color, shownPath }: PageOptions): string {
  const colors = pico.createColors(color);
  const parts = results.map((result) => deploymentLines(result, colors, shownPath));
  const lines = [...parts.flatMap((part) => [...part, '']), summary(results)];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function deploymentLines(result: DeploymentOnEngine, colors: Colors, shownPath: ShownPath): readonly string[] {
  const { deployment } = result.history;
  const name = colors.bold(deploymentWords(deployment));
  const head = `${name}: ${deployment.summary}, ${result.engine ?? deployment.engine.dialect.name}`;
  if (result.missing !== null) return [head, `  not run  ${result.missing}`];
  return [
    head,
    ...pathLines(result.paths, result.engine ?? '', colors, shownPath),
    ...notRunLines(result.paths, shownPath),
    ...result.findings.map(({ finding, confirmed }) => findingLine(finding, confirmed, colors, shownPath)),
  ];
}

function pathLines(
  paths: readonly PathOnEngine[],
  engine: string,
  colors: Colors,
  shownPath: ShownPath,
): readonly string[] {
  const width = Math.max(0, ...paths.map(({ path }) => textWidth(printableLine(path.name))));
  return paths.flatMap((onEngine) => {
    const { path, start, agrees } = onEngine;
    const name = printableLine(path.name);
    const padded = name + ' '.repeat(width - textWidth(name));
    const built = start.from === 'catalog' ? '   (built from the catalog)' : '';
    const rows = start.withoutRows.length === 0 ? '' : `   (no rows in ${start.withoutRows.join(', ')})`;
    const said = agrees.holds === true ? engineSays(onEngine, shownPath) : '';
    const head = `  ${agreementWord(agrees, colors)}  ${padded}   ${said}${built}${rows}`;
    if (agrees.holds === true) return [head];
    const indent = ' '.repeat(11);
    return [
      head + (agrees.why === null ? '' : `   ${printableLine(agrees.why)}`),
      `${indent}migralint: ${replaySays(onEngine, shownPath)}`,
      ...(onEngine.run === null ? [] : [`${indent}${engine}: ${engineSays(onEngine, shownPath)}`]),
    ];
  });
}

function agreementWord({ holds }: Judgement, colors: Colors): string {
  if (holds === null) return colors.yellow('open   ');
  return holds ? colors.green('agree  ') : colors.red('differ ');
}

function replaySays({ path }: PathOnEngine, shownPath: ShownPath): string {
  if (path.failsAt === null) return path.verdict;
  return `${path.verdict}   ${placeText(failurePlace(path.failsAt), shownPath)}   ${printableLine(failureWords(path.failsAt))}`;
}

function engineSays({ run }: PathOnEngine, shownPath: ShownPath): string {
  if (run === null) return 'not run';
  if (run.verdict === 'stopped') return `no verdict   ${printableLine(run.stoppedBy ?? '')}`;
  if (run.failure === null) return 'ok';
  const place = engineFailurePlace(run.failure);
  return `fails   ${place === null ? 'at COMMIT' : placeText(place, shownPath)}   ${printableLine(run.failure.words)}`;
}

function engineFailurePlace({ parsed }: EngineFailure): Span | null {
  return parsed === null ? null : spanOf(parsed.statement.sql, parsed.statement.start, parsed.statement.end);
}

/** Each statement that no path was given, once. */
function notRunLines(paths: readonly PathOnEngine[], shownPath: ShownPath): readonly string[] {
  return statementsNotRun(paths).map(
    ({ statement: { sql, start, end }, why }) => `  not run  ${placeText(spanOf(sql, start, end), shownPath)}   ${why}`,
  );
}

function statementsNotRun(paths: readonly PathOnEngine[]): readonly NotRun[] {
  const byStatement = new Map<NotRun['statement'], NotRun>();
  for (const { run } of paths) for (const part of run?.notRun ?? []) byStatement.set(part.statement, part);
  return [...byStatement.values()];
}

function findingLine(finding: Finding, confirmed: Judgement, colors: Colors, shownPath: ShownPath): string {
  const word =
    confirmed.holds === true
      ? colors.green('confirmed')
      : confirmed.holds === null
        ? colors.yellow('not tested')
        : colors.red('not confirmed');
  const place = placeText(finding.span, shownPath);
  const why = confirmed.why ?? finding.engineError ?? '';
  return `  ${word}  ${place}  ${finding.severity}  ${finding.rule}   ${printableLine(why)}`;
}

function placeText({ file, start }: Span, shownPath: ShownPath): string {
  return `${printableLine(shownPath(file.path))}:${positionAt(file, start).line}`;
}

function summary(results: readonly DeploymentOnEngine[]): string {
  const paths = results.flatMap((result) => result.paths);
  const findings = results.flatMap((result) => result.findings);
  const count = (holds: boolean | null): number => paths.filter(({ agrees }) => agrees.holds === holds).length;
  const confirmed = findings.filter((finding) => finding.confirmed.holds === true).length;
  return `${counted(paths.length, 'path')}: ${count(true)} agree, ${count(false)} differ, ${count(null)} open; ${confirmed} of ${counted(findings.length, 'finding')} confirmed`;
}

/** The same for programs. */
export function replayDocument(results: readonly DeploymentOnEngine[], { version, shownPath }: PageOptions): string {
  const document = {
    version: 1,
    tool: { name: 'migralint', version },
    deployments: results.map(({ history: { deployment }, engine, missing }) => ({
      name: deployment.name,
      dialect: deployment.engine.dialect.name,
      engine,
      missing,
    })),
    paths: results.flatMap(({ history, paths }) =>
      paths.map((onEngine) => pathDocument(history.deployment.name, onEngine, shownPath)),
    ),
    findings: results.flatMap((result) =>
      result.findings.map(({ finding, confirmed }) => findingDocument(finding, confirmed, shownPath)),
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pathDocument(deployment: string, onEngine: PathOnEngine, shownPath: ShownPath): object {
  const { path, start, run, agrees } = onEngine;
  return {
    deployment,
    name: path.name,
    agrees: agrees.holds,
    why: agrees.why,
    migralint: {
      verdict: path.verdict,
      failsAt: path.failsAt && placeDocument(failurePlace(path.failsAt), shownPath),
      error: path.failsAt && failureWords(path.failsAt),
    },
    engine: run && {
      verdict: run.verdict === 'stopped' ? null : run.verdict,
      failsAt: run.failure && placeDocument(engineFailurePlace(run.failure), shownPath),
      error: run.failure?.words ?? run.stoppedBy,
    },
    start: { from: start.from, problem: start.problem, withoutRows: start.withoutRows },
    notRun: (run?.notRun ?? []).map(({ statement: { sql, start: from, end }, why }) => ({
      ...placeDocument(spanOf(sql, from, end), shownPath),
      why,
    })),
  };
}

function findingDocument(finding: Finding, confirmed: Judgement, shownPath: ShownPath): object {
  return {
    rule: finding.rule,
    severity: finding.severity,
    deployment: finding.deployment,
    ...placeDocument(finding.span, shownPath),
    message: finding.message,
    engineError: finding.engineError,
    confirmed: confirmed.holds,
    why: confirmed.why,
  };
}

function placeDocument(span: Span | null, shownPath: ShownPath): object | null {
  return span === null ? null : { file: shownPath(span.file.path), line: positionAt(span.file, span.start).line };
}
