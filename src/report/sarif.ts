import type { Finding, Fix, Severity } from '../finding.ts';
import { fingerprints } from '../fingerprint.ts';
import type { Result } from '../result.ts';
import type { Rule } from '../rule.ts';
import { positionAt, type Span } from '../text/source-file.ts';
import type { History } from '../timeline/history.ts';
import { explanation } from './explanation.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { codeFlows } from './sarif-code-flow.ts';

type RepositoryPath = ReportOptions['repositoryPath'];

/** SARIF 2.1.0, which GitHub code scanning, Azure DevOps and editors read (OASIS, sections cited below). */
const sarif: Reporter = {
  name: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning',
  report(result, options) {
    return `${JSON.stringify(log(result, options), null, 2)}\n`;
  },
};

export default sarif;

const levelOf: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

function log(result: Result, { version, repositoryPath, rules }: ReportOptions): object {
  const descriptors = descriptorsOf(result.findings, rules);
  const indexes = new Map(descriptors.map(({ id }, index) => [id, index]));
  const names = fingerprints(result.findings, result.histories);
  const histories = new Map(result.histories.map((history) => [history.deployment.name, history]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'migralint', version, semanticVersion: version, rules: descriptors } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: result.errors.length === 0,
            toolExecutionNotifications: result.errors.map(({ path, message }) => ({
              level: 'error',
              message: { text: message },
              locations: [{ physicalLocation: { artifactLocation: artifact(path, repositoryPath) } }],
            })),
          },
        ],
        results: result.findings.map((finding) => ({
          ...resultOf(finding, histories.get(finding.deployment), repositoryPath),
          ruleIndex: indexes.get(finding.rule) ?? -1,
          partialFingerprints: { 'migralint/v1': names.get(finding) ?? '' },
        })),
      },
    ],
  };
}

interface Descriptor {
  readonly [key: string]: unknown;
  readonly id: string;
}

/** Every rule that ran, and the names that findings carry beside those of rules. */
function descriptorsOf(findings: readonly Finding[], rules: readonly Rule[]): readonly Descriptor[] {
  const known = new Set(rules.map(({ id }) => id));
  const others = new Set(findings.map(({ rule }) => rule).filter((id) => !known.has(id)));
  return [...rules.map(descriptor), ...[...others].sort().map((id) => ({ id }))];
}

function descriptor({ id, severity, summary, why, instead }: Rule): Descriptor {
  const [whyText, insteadText] = [why, instead].map((text) => text.trim().replace(/([^\n])\n(?!\n)/g, '$1 '));
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: whyText },
    help: {
      text: `${summary}\n\n${whyText}\n\nInstead: ${insteadText}`,
      markdown: `${summary}\n\n${whyText}\n\n**Instead:** ${insteadText}`,
    },
    defaultConfiguration: { level: levelOf[severity] },
    properties: { tags: ['database', 'migration'] },
  };
}

function resultOf(finding: Finding, history: History | undefined, repositoryPath: RepositoryPath): object {
  const { rule, severity, message, span, related, fix, deployment, object, holdsOn } = finding;
  const location = (place: Span) => physicalLocation(place, repositoryPath);
  const flows = codeFlows(finding, history, location);
  return {
    ruleId: rule,
    level: levelOf[severity],
    message: { text: [message, ...explanation(finding)].join('\n') },
    locations: [{ physicalLocation: location(span) }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map((place, index) => ({
            id: index + 1,
            physicalLocation: location(place.span),
            message: { text: place.message },
          })),
        }),
    ...(flows.length === 0 ? {} : { codeFlows: flows }),
    // The format has no words for a file that gets another name.
    ...(fix === undefined || fix.edits.length === 0 || fix.moves !== undefined || fix.creates !== undefined
      ? {}
      : { fixes: [sarifFix(fix, repositoryPath)] }),
    properties: {
      deployment,
      object: object ?? null,
      holdsOn,
      condition: finding.condition,
      reading: finding.reading,
      engines: finding.engines,
      engineError: finding.engineError,
    },
  };
}

function sarifFix({ title, edits }: Fix, repositoryPath: RepositoryPath): object {
  const paths = [...new Set(edits.map(({ span }) => span.file.path))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: artifact(path, repositoryPath),
      replacements: edits
        .filter(({ span }) => span.file.path === path)
        .map(({ span, text }) => ({ deletedRegion: region(span), insertedContent: { text } })),
    })),
  };
}

function physicalLocation(span: Span, repositoryPath: RepositoryPath): object {
  return { artifactLocation: artifact(span.file.path, repositoryPath), region: region(span) };
}

/** Section 3.4: a URI, relative to the root of the source. Each part is encoded on its own, as a name may hold `#` or `?`. */
function artifact(path: string, repositoryPath: RepositoryPath): object {
  return { uri: repositoryPath(path).split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

/** Section 3.30: lines and columns count from 1; the end column is exclusive. */
function region({ file, start, end }: Span): object {
  const from = positionAt(file, start);
  const to = positionAt(file, end);
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}
