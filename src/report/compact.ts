import type { Finding } from '../finding.ts';
import { printable, printableLine } from '../text/printable.ts';
import { positionAt } from '../text/source-file.ts';
import type { Reporter, ReportOptions } from './reporter.ts';

const compact: Reporter = {
  name: 'compact',
  summary: 'one line per finding, for problem matchers',
  report: ({ findings, errors }, { shownPath }) =>
    [
      ...errors.map(
        ({ path, message }) => `${printableLine(shownPath(path))}:1:1: error unreadable-file: ${oneLine(message)}\n`,
      ),
      ...findings.map((finding) => line(finding, shownPath)),
    ].join(''),
};

export default compact;

function line({ span, severity, rule, message }: Finding, shownPath: ReportOptions['shownPath']): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${printableLine(shownPath(span.file.path))}:${line}:${column}: ${severity} ${rule}: ${oneLine(message)}\n`;
}

function oneLine(text: string): string {
  return printable(text.replace(/\s*[\r\n]+\s*/g, ' ').trim());
}
