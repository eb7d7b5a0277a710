import type { Edit, Finding, Severity } from '../finding.ts';
import { lineStarts, positionAt, type SourceFile, type Span } from '../text/source-file.ts';
import { explanation } from './explanation.ts';
import type { Reporter, ReportOptions } from './reporter.ts';

/** The diagnostic format of reviewdog. */
const rdjson: Reporter = {
  name: 'rdjson',
  summary: "reviewdog's diagnostic format",
  report({ findings, errors }, { shownPath }) {
    const document = {
      source: { name: 'migralint' },
      diagnostics: [
        ...errors.map(({ path, message }) => ({
          message,
          location: { path: shownPath(path) },
          severity: 'ERROR',
          code: { value: 'unreadable-file' },
        })),
        ...findings.map((finding) => diagnostic(finding, shownPath)),
      ],
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

export default rdjson;

const severityOf: Readonly<Record<Severity, string>> = { error: 'ERROR', warning: 'WARNING', info: 'INFO' };

function diagnostic(finding: Finding, shownPath: ReportOptions['shownPath']): object {
  const { span, severity, rule, message, related } = finding;
  const suggestions = suggestionsOf(finding);
  return {
    message: [message, ...explanation(finding)].join('\n'),
    location: { path: shownPath(span.file.path), range: rangeOf(span) },
    severity: severityOf[severity],
    code: { value: rule },
    ...(suggestions.length === 0 ? {} : { suggestions }),
    ...(related.length === 0
      ? {}
      : {
          related_locations: related.map((place) => ({
            message: place.message,
            location: { path: shownPath(place.span.file.path), range: rangeOf(place.span) },
          })),
        }),
  };
}

/** A suggestion is shown at the finding's own file, and offered to be applied alone: only one edit there is a whole fix. */
function suggestionsOf({ fix, span }: Finding): readonly object[] {
  const edits: readonly Edit[] = fix?.moves === undefined && fix?.creates === undefined ? (fix?.edits ?? []) : [];
  const [edit, ...more] = edits;
  if (edit === undefined || more.length > 0 || edit.span.file.path !== span.file.path) return [];
  return [{ range: rangeOf(edit.span), text: edit.text }];
}

function rangeOf({ file, start, end }: Span): object {
  return { start: bytePosition(file, start), end: bytePosition(file, end) };
}

/** The format counts columns in bytes of UTF-8. */
function bytePosition(file: SourceFile, offset: number): { readonly line: number; readonly column: number } {
  const { line } = positionAt(file, offset);
  const before = file.text.slice(lineStarts(file)[line - 1] ?? 0, offset);
  return { line, column: utf8Length(before) + 1 };
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
