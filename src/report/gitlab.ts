import type { Severity } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import { positionAt } from '../text/source-file.ts';
import type { Reporter } from './reporter.ts';

/** GitLab's code quality report: the part of the Code Climate format that a merge request shows. */
const gitlab: Reporter = {
  name: 'gitlab',
  summary: "GitLab's code quality report",
  report({ findings, histories, errors }, { repositoryPath }) {
    const names = fingerprints(findings, histories);
    const issues = [
      ...errors.map(({ path, message }) => ({
        type: 'issue',
        check_name: 'unreadable-file',
        description: message,
        categories: ['Bug Risk'],
        severity: 'critical',
        fingerprint: `unreadable-file ${repositoryPath(path)}`,
        location: { path: repositoryPath(path), lines: { begin: 1 } },
      })),
      ...findings.map((finding) => ({
        type: 'issue',
        check_name: finding.rule,
        description: finding.message,
        categories: ['Bug Risk'],
        severity: severityOf[finding.severity],
        fingerprint: names.get(finding) ?? '',
        location: {
          path: repositoryPath(finding.span.file.path),
          lines: {
            begin: positionAt(finding.span.file, finding.span.start).line,
            end: positionAt(finding.span.file, finding.span.end).line,
          },
        },
      })),
    ];
    return `${JSON.stringify(issues, null, 2)}\n`;
  },
};

export default gitlab;

const severityOf: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'minor', info: 'info' };
