import type { Finding, Severity } from '../finding.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import { printable } from '../text/printable.ts';
import { explanation } from './explanation.ts';
import type { Reporter, ReportOptions } from './reporter.ts';

/**
 * Workflow commands, which the runner of GitHub Actions turns into annotations. It shows the first ten errors and the first
 * ten warnings of a step, so errors come first.
 */
const github: Reporter = {
  name: 'github',
  summary: 'annotations of GitHub Actions',
  report({ findings, errors }, { repositoryPath }) {
    const ordered = (['error', 'warning', 'info'] as const).flatMap((severity) =>
      findings.filter((finding) => finding.severity === severity),
    );
    return [
      ...errors.map(({ path, message }) => command('error', { file: repositoryPath(path) }, message)),
      ...ordered.map((finding) => annotation(finding, repositoryPath)),
    ].join('');
  },
};

export default github;

const commandOf: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function annotation(finding: Finding, repositoryPath: ReportOptions['repositoryPath']): string {
  const { severity, rule, message, span } = finding;
  const place = { file: repositoryPath(span.file.path), ...range(span), title: `migralint ${rule}` };
  return command(commandOf[severity], place, [message, ...explanation(finding)].join('\n'));
}

/** The runner takes columns only where both ends are on one line. */
function range({ file, start, end }: Span): Readonly<Record<string, number>> {
  const from = positionAt(file, start);
  const to = positionAt(file, end);
  if (from.line !== to.line) return { line: from.line, endLine: to.line };
  return { line: from.line, endLine: to.line, col: from.column, endColumn: to.column };
}

function command(name: string, properties: Readonly<Record<string, string | number>>, message: string): string {
  const words = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${name} ${words.join(',')}::${escaped(printable(message))}\n`;
}

/** As the toolkit of GitHub Actions escapes them (`command.ts` of @actions/core): nothing can forge a second command. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
