import type { Finding } from '../finding.ts';
import type { Result } from '../result.ts';
import { positionAt } from '../text/source-file.ts';
import type { History, UpgradePath } from '../timeline/history.ts';
import { explanation } from './explanation.ts';
import type { Reporter, ReportOptions } from './reporter.ts';
import { element, xmlDocument, xmlText } from './xml.ts';

/**
 * Every upgrade path is a test case, which fails with the errors that hold on it. Findings that belong to no path are cases
 * of their own. What is no error is told in the output of a case that passes.
 */
const junit: Reporter = {
  name: 'junit',
  summary: "JUnit's XML: each upgrade path is a test case",
  report(result, { shownPath }) {
    const suites = [
      ...result.histories.map((history) => pathSuite(history, result.findings, shownPath)),
      ...projectSuite(result, shownPath),
    ];
    const sums = totals(suites.flatMap(({ cases }) => cases));
    return xmlDocument(
      element('testsuites', { name: 'migralint', ...sums }, [
        '\n',
        ...suites.map((suite) => `${suiteElement(suite)}\n`),
      ]),
    );
  },
};

export default junit;

type ShownPath = ReportOptions['shownPath'];

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly suite: string;
  readonly name: string;
  readonly errors: readonly Finding[];
  readonly others: readonly Finding[];
  /** Why it could not be looked at; null where it could. */
  readonly broken: string | null;
  readonly shownPath: ShownPath;
}

function pathSuite({ deployment, paths }: History, findings: readonly Finding[], shownPath: ShownPath): Suite {
  const own = findings.filter((finding) => finding.deployment === deployment.name && finding.holdsOn !== null);
  const suite = deployment.name === '.' ? 'migralint' : `migralint.${deployment.name}`;
  return { name: suite, cases: paths.map((path) => caseOf(suite, path.name, ownOf(own, path), shownPath)) };
}

function ownOf(findings: readonly Finding[], { name }: UpgradePath): readonly Finding[] {
  return findings.filter(({ holdsOn }) => holdsOn === 'all' || holdsOn?.includes(name));
}

/** What belongs to no path: files that could not be read, rules of the directory. */
function projectSuite({ histories, findings, errors }: Result, shownPath: ShownPath): readonly Suite[] {
  const deployments = new Set(histories.map(({ deployment }) => deployment.name));
  const elsewhere = findings.filter(({ holdsOn, deployment }) => holdsOn === null || !deployments.has(deployment));
  const suite = 'migralint.project';
  const cases = [
    ...errors.map(({ path, message }) => ({ ...caseOf(suite, shownPath(path), [], shownPath), broken: message })),
    ...elsewhere.map((finding) =>
      caseOf(suite, `${finding.rule} ${placeOf(finding, shownPath)}`, [finding], shownPath),
    ),
  ];
  return cases.length === 0 ? [] : [{ name: suite, cases }];
}

function caseOf(suite: string, name: string, findings: readonly Finding[], shownPath: ShownPath): Case {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const others = findings.filter(({ severity }) => severity !== 'error');
  return { suite, name, errors, others, broken: null, shownPath };
}

function suiteElement({ name, cases }: Suite): string {
  return element('testsuite', { name, ...totals(cases) }, ['\n', ...cases.map((one) => `${caseElement(one)}\n`)]);
}

function totals(cases: readonly Case[]): Readonly<Record<'tests' | 'failures' | 'errors', number>> {
  return {
    tests: cases.length,
    failures: cases.filter(({ errors }) => errors.length > 0).length,
    errors: cases.filter(({ broken }) => broken !== null).length,
  };
}

function caseElement({ suite, name, errors, others, broken, shownPath }: Case): string {
  const [first] = errors;
  const words = (findings: readonly Finding[]) =>
    xmlText(findings.map((finding) => findingText(finding, shownPath)).join('\n\n'));
  return element('testcase', { classname: suite, name }, [
    ...(broken === null ? [] : [element('error', { message: broken, type: 'unreadable-file' })]),
    ...(first === undefined ? [] : [element('failure', { message: first.message, type: first.rule }, [words(errors)])]),
    ...(others.length === 0 ? [] : [element('system-out', {}, [words(others)])]),
  ]);
}

function findingText(finding: Finding, shownPath: ShownPath): string {
  const head = `${placeOf(finding, shownPath)} ${finding.severity} ${finding.rule}: ${finding.message}`;
  return [head, ...explanation(finding).map((line) => `  ${line}`)].join('\n');
}

function placeOf({ span }: Finding, shownPath: ShownPath): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${shownPath(span.file.path)}:${line}:${column}`;
}
