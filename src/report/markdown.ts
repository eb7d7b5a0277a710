import type { Finding, Severity } from '../finding.ts';
import type { Result } from '../result.ts';
import { printable, printableLine } from '../text/printable.ts';
import { positionAt } from '../text/source-file.ts';
import type { History, UpgradePath } from '../timeline/history.ts';
import { counted } from '../text/counted.ts';
import { explanation } from './explanation.ts';
import { failurePlace, failureWords } from './failure-place.ts';
import type { Reporter, ReportOptions } from './reporter.ts';

/** A comment for a pull request, and the job summary of GitHub Actions: what was found, and a table of the upgrade paths. */
const markdown: Reporter = {
  name: 'markdown',
  summary: 'a comment for a pull request',
  report(result, { repositoryPath }) {
    const parts = [
      // By which a script finds its own comment, to write it anew instead of adding another.
      '<!-- migralint -->',
      `### migralint: ${verdict(result)}`,
      ...findingParts(result.findings, repositoryPath),
      ...result.errors.map(({ path, message }) => `**Not read:** ${code(repositoryPath(path))}: ${text(message)}`),
      ...pathParts(result.histories, repositoryPath),
      coverageLine(result),
    ];
    return `${parts.join('\n\n')}\n`;
  },
};

export default markdown;

type RepositoryPath = ReportOptions['repositoryPath'];

/** A comment holds 65,536 characters; beyond this many findings or paths the rest is counted. */
const shownFindings = 30;
const shownPaths = 60;

function verdict({ findings }: Result): string {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const words = [
    count('error') > 0 ? counted(count('error'), 'error') : '',
    count('warning') > 0 ? counted(count('warning'), 'warning') : '',
    count('info') > 0 ? counted(count('info'), 'note') : '',
  ].filter((word) => word !== '');
  return words.length === 0 ? 'nothing found' : words.join(', ');
}

function findingParts(findings: readonly Finding[], repositoryPath: RepositoryPath): readonly string[] {
  const hidden = findings.length - shownFindings;
  return [
    ...findings.slice(0, shownFindings).map((finding) => findingPart(finding, repositoryPath)),
    ...(hidden > 0 ? [`and ${counted(hidden, 'more finding')}`] : []),
  ];
}

function findingPart(finding: Finding, repositoryPath: RepositoryPath): string {
  const { severity, rule, message, span, related } = finding;
  const facts = explanation(finding);
  return [
    `**${severity}** ${code(rule)} at ${code(place(span.file.path, positionAt(span.file, span.start).line, repositoryPath))}`,
    '',
    text(message),
    ...(related.length === 0 && facts.length === 0 ? [] : ['']),
    ...related.map((other) => {
      const { line } = positionAt(other.span.file, other.span.start);
      return `- ${code(place(other.span.file.path, line, repositoryPath))}: ${text(other.message)}`;
    }),
    ...facts.map((line) => `- ${text(line)}`),
  ].join('\n');
}

function pathParts(histories: readonly History[], repositoryPath: RepositoryPath): readonly string[] {
  const rows = histories.flatMap(({ deployment, paths }) =>
    paths.map((path) => ({ deployment: deployment.name, path })),
  );
  if (rows.length === 0) return [];
  const failing = rows.filter(({ path }) => path.verdict === 'fails');
  // Failing paths first: they are what a reader looks for.
  const shown = [...failing, ...rows.filter(({ path }) => path.verdict !== 'fails')].slice(0, shownPaths);
  const hidden = rows.length - shown.length;
  const verdictWords =
    failing.length === 0
      ? 'none fails'
      : `${failing.length} of ${rows.length} ${failing.length === 1 ? 'fails' : 'fail'}`;
  return [
    `<details><summary>${counted(rows.length, 'upgrade path')}: ${verdictWords}</summary>`,
    [
      '| | deployment | install | where | the engine says |',
      '| --- | --- | --- | --- | --- |',
      ...shown.map(({ deployment, path }) => pathRow(deployment, path, repositoryPath)),
    ].join('\n'),
    ...(hidden > 0 ? [`and ${counted(hidden, 'more path')}`] : []),
    '</details>',
  ];
}

function pathRow(
  deployment: string,
  { name, verdict: word, failsAt }: UpgradePath,
  repositoryPath: RepositoryPath,
): string {
  const at = failsAt === null ? null : failurePlace(failsAt);
  const cells = [
    word,
    text(deployment),
    text(name),
    at === null ? '' : code(place(at.file.path, positionAt(at.file, at.start).line, repositoryPath)),
    failsAt === null ? '' : text(failureWords(failsAt)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function coverageLine({ coverage: { files, statements, opaque, unsure }, suppressed }: Result): string {
  const words = [
    counted(files, 'file'),
    counted(statements, 'statement'),
    ...(opaque > 0 ? [`${counted(opaque, 'statement')} not understood`] : []),
    ...(unsure > 0 ? [`${counted(unsure, 'outcome')} not certain`] : []),
    ...(suppressed > 0 ? [`${suppressed} silenced`] : []),
  ];
  return `<sub>${words.join(', ')}</sub>`;
}

function place(path: string, line: number, repositoryPath: RepositoryPath): string {
  return `${repositoryPath(path)}:${line}`;
}

/** Words out of a stranger's files: no markup, no link, and nobody is called by `@`. */
function text(words: string): string {
  return printable(words)
    .replace(/[\\`*_{}[\]#~]/g, '\\$&')
    .replace(/[&<>|@]/g, (unit) => `&#${unit.charCodeAt(0)};`)
    .replace(/\s*\n\s*/g, ' ');
}

function code(words: string): string {
  return `\`${printableLine(words).replace(/[`|]/g, '\ufffd')}\``;
}
