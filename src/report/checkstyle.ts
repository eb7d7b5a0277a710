import type { Finding } from '../finding.ts';
import { positionAt } from '../text/source-file.ts';
import type { Reporter } from './reporter.ts';
import { element, xmlDocument } from './xml.ts';

/** The report of Checkstyle, which Jenkins and many others read. */
const checkstyle: Reporter = {
  name: 'checkstyle',
  summary: "Checkstyle's XML",
  report({ findings, errors }, { shownPath }) {
    const paths = [...new Set(findings.map(({ span }) => span.file.path))];
    const files = [
      ...errors.map(({ path, message }) =>
        element('file', { name: shownPath(path) }, [
          element('error', { line: 1, severity: 'error', message, source: 'migralint.unreadable-file' }),
        ]),
      ),
      ...paths.map((path) =>
        element(
          'file',
          { name: shownPath(path) },
          findings.filter(({ span }) => span.file.path === path).map(errorElement),
        ),
      ),
    ];
    return xmlDocument(element('checkstyle', { version: '4.3' }, ['\n', ...files.map((file) => `${file}\n`)]));
  },
};

export default checkstyle;

function errorElement({ span, severity, message, rule }: Finding): string {
  const { line, column } = positionAt(span.file, span.start);
  return element('error', { line, column, severity, message, source: `migralint.${rule}` });
}
