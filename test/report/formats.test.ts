import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as actions from '@actions/core';
import { RDFormatValidator } from '@umbrelladocs/rdformat-validator';
import { Ajv } from 'ajv';
import eslintCheckstyle from 'eslint-formatter-checkstyle';
import { parse as readJunit } from 'junit2json';
import { parseStringPromise } from 'xml2js';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { lint } from '../../src/lint.ts';
import { reporters } from '../../src/report/index.ts';
import type { Result } from '../../src/result.ts';
import { positionAt } from '../../src/text/source-file.ts';
import { projectOf } from '../support/project-of.ts';
import { options, outage } from './outage.ts';

/** The project of the outage that began all this, as it was. */
const argen = filesBelow('fixtures/projects/argen-broken/project');
let argenResult: Result;
beforeAll(async () => {
  argenResult = await lint(projectOf(argen));
});

/** Names that would break out of a format if it did not escape them. */
const hostileWords = `<b>&amp; "quoted" 'single' | \`code\` @team %0A::error::forged ]]> \u0001 \ud800 ünïcödé,:;\r\nsecond line`;
const hostile: Result = {
  ...outage,
  findings: outage.findings.map((finding) => ({
    ...finding,
    message: hostileWords,
    help: hostileWords,
    related: finding.related.map((place) => ({ ...place, message: hostileWords })),
  })),
  errors: [{ path: 'db/a b#c,d%.sql', message: hostileWords }],
};

async function reportOf(name: string, result: Result): Promise<string> {
  const reporter = reporters.find((one) => one.name === name);
  if (reporter === undefined) throw new Error(`no reporter ${name}`);
  return (await reporter.load()).report(result, options);
}

const formats = ['ndjson', 'sarif', 'github', 'gitlab', 'junit', 'checkstyle', 'rdjson', 'markdown'] as const;

describe.each(formats)('%s', (format) => {
  test('shows the made-up outage and the real one as a person once approved them', async () => {
    await expect(await reportOf(format, outage)).toMatchFileSnapshot(`expected/outage.${format}.txt`);
    await expect(await reportOf(format, argenResult)).toMatchFileSnapshot(`expected/argen.${format}.txt`);
  });

  test('says the same of the same project', async () => {
    expect(await reportOf(format, await lint(projectOf(argen)))).toBe(await reportOf(format, argenResult));
  });
});

/** What every reader is held against. */
const results = () => [
  ['the outage', outage] as const,
  ['argen', argenResult] as const,
  ['hostile names', hostile] as const,
  ['nothing', { ...outage, findings: [], errors: [], histories: [] }] as const,
];

describe('sarif', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(
    JSON.parse(readFileSync('test/report/schemas/sarif-2.1.0.json', 'utf8')) as object,
  );

  test('keeps to the schema of SARIF 2.1.0', async () => {
    for (const [name, result] of results()) {
      const valid = validate(JSON.parse(await reportOf('sarif', result)));
      expect(valid, `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  test('the schema is one that can refuse', () => {
    expect(validate({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).toBe(false);
  });

  interface Log {
    readonly runs: readonly [
      {
        readonly tool: {
          readonly driver: { readonly rules: readonly { readonly id: string; readonly help?: object }[] };
        };
        readonly results: readonly SarifResult[];
      },
    ];
  }
  interface Location {
    readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Region };
    readonly message: { readonly text: string };
  }
  interface Region {
    readonly startLine: number;
    readonly startColumn: number;
  }
  interface SarifResult {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly relatedLocations: readonly Location[];
    readonly codeFlows: readonly {
      readonly message: { readonly text: string };
      readonly threadFlows: readonly [{ readonly locations: readonly { readonly location: Location }[] }];
    }[];
    readonly partialFingerprints: object;
  }

  test('a result points at its rule, at the other places, and along each path in the order of a deploy', async () => {
    const { runs } = JSON.parse(await reportOf('sarif', argenResult)) as Log;
    const [first] = runs[0].results;
    expect(runs[0].tool.driver.rules[first?.ruleIndex ?? -1]).toMatchObject({
      id: 'missing-create-table',
      help: { text: expect.stringContaining('Instead:') as string },
    });
    expect(first?.codeFlows.map(({ message }) => message.text)).toContain(
      'Upgrade path: before 001_add_column_lastseenat',
    );
    const steps = first?.codeFlows[0]?.threadFlows[0].locations.map(({ location }) => location.message.text);
    expect(steps?.some((words) => words.includes('is created only here'))).toBe(true);
    expect(steps?.at(-1)).toBe('relation "vt_account_assignment" does not exist');
  });

  test('a path with signs that mean something in a URI is encoded', async () => {
    expect(await reportOf('sarif', hostile)).toContain('"uri": "db/a%20b%23c%2Cd%25.sql"');
  });
});

describe('github', () => {
  /** Reads workflow commands as the runner does (ActionCommand.TryParseV2): nothing else on a line is a command. */
  function commandsIn(text: string) {
    const unescaped = (words: string) =>
      words
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%0D', '\r')
        .replaceAll('%0A', '\n')
        .replaceAll('%25', '%');
    return text.split('\n').flatMap((line) => {
      const [, name, properties = '', data = ''] = /^::(\S+?)(?: (.*?))?::(.*)$/.exec(line) ?? [];
      if (name === undefined) return [];
      const pairs = properties.split(',').map((pair) => pair.split(/=(.*)/, 2).map(unescaped));
      return [{ name, data: unescaped(data), ...Object.fromEntries(pairs) } as Record<string, string>];
    });
  }

  /** What the toolkit of GitHub Actions writes for the same annotations. */
  function asTheToolkit(result: Result): string {
    let written = '';
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
    for (const command of commandsIn(reportText)) {
      const { name, data = '', file, title, line, endLine, col, endColumn } = command;
      const write = name === 'error' ? actions.error : name === 'warning' ? actions.warning : actions.notice;
      const numbers = { startLine: line, endLine, startColumn: col, endColumn };
      const given = Object.entries(numbers).filter(([, value]) => value !== undefined);
      write(data, {
        ...(title === undefined ? {} : { title }),
        ...(file === undefined ? {} : { file }),
        ...Object.fromEntries(given.map(([key, value]) => [key, Number(value)])),
      });
    }
    spy.mockRestore();
    expect(result.findings.length + result.errors.length).toBe(commandsIn(reportText).length);
    return written;
  }
  let reportText = '';

  test("reads like what GitHub's own toolkit writes", async () => {
    for (const [, result] of results()) {
      reportText = await reportOf('github', result);
      expect(commandsIn(asTheToolkit(result))).toEqual(commandsIn(reportText));
    }
  });

  test('names in the project forge no command', async () => {
    const commands = commandsIn(await reportOf('github', hostile));
    expect(commands.map(({ name }) => name)).toEqual(['error', 'error', 'warning', 'notice']);
    expect(commands[0]?.file).toBe('db/a b#c,d%.sql');
  });
});

describe('gitlab', () => {
  /** The fields that GitLab's page "Code Quality report format" asks for, with the values that it allows. */
  const schema = {
    type: 'array',
    items: {
      type: 'object',
      required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
      properties: {
        description: { type: 'string', minLength: 1 },
        check_name: { type: 'string', minLength: 1 },
        fingerprint: { type: 'string', minLength: 1 },
        severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
        location: {
          type: 'object',
          required: ['path', 'lines'],
          properties: {
            path: { type: 'string', pattern: '^(?!\\./|/)' },
            lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
          },
        },
      },
    },
  };

  test('has what GitLab asks for, and a fingerprint of its own for each', async () => {
    const validate = new Ajv().compile(schema);
    for (const [name, result] of results()) {
      const issues = JSON.parse(await reportOf('gitlab', result)) as readonly { readonly fingerprint: string }[];
      expect(validate(issues), `${name}: ${JSON.stringify(validate.errors)}`).toBe(true);
      expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
    }
  });
});

describe('junit', () => {
  test('a reader of JUnit sees each upgrade path as a case, and the broken ones as failures', async () => {
    const read = await readJunit(await reportOf('junit', argenResult));
    if (read == null || !('testsuite' in read)) throw new Error('no test suites');
    const cases = (read.testsuite ?? []).flatMap(({ testcase = [] }) => testcase);
    expect(cases.map(({ name }) => name)).toEqual(
      argenResult.histories.flatMap(({ paths }) => paths.map(({ name }) => name)),
    );
    const failing = argenResult.histories.flatMap(({ paths }) => paths.filter(({ verdict }) => verdict === 'fails'));
    expect(cases.filter(({ failure }) => failure !== undefined)).toHaveLength(failing.length);
    expect(read).toMatchObject({ tests: cases.length, failures: failing.length, errors: 0 });
  });

  test('a reader gets names back as they are', async () => {
    const read = await readJunit(await reportOf('junit', hostile));
    const readable = hostileWords.replace(/[\u0001\ud800]/g, '\ufffd');
    expect(JSON.stringify(read)).toContain(JSON.stringify(readable).slice(1, -1));
  });
});

describe('checkstyle', () => {
  test("says what ESLint's formatter says of the same findings", async () => {
    const asEslint = [...new Set(outage.findings.map(({ span }) => span.file.path))].map((filePath) => ({
      filePath,
      messages: outage.findings
        .filter(({ span }) => span.file.path === filePath)
        .map(({ span, rule, message, severity }) => ({
          ruleId: rule,
          message,
          severity: severity === 'error' ? 2 : 1,
          ...positionAt(span.file, span.start),
        })),
    }));
    const theirs = (eslintCheckstyle as unknown as (results: readonly object[]) => string)(asEslint)
      .replace(/ \([\w-]+\)"/g, '"')
      .replaceAll('eslint.rules.', 'migralint.');
    // ESLint has no third severity, and writes letters beyond ASCII as references.
    const ours = (await reportOf('checkstyle', { ...outage, errors: [] })).replaceAll(
      'severity="info"',
      'severity="warning"',
    );
    expect(await elementsIn(ours)).toEqual(await elementsIn(theirs));
    expect(await elementsIn(ours)).toHaveLength(outage.findings.length + 2);
  });

  test('is XML whatever the names', async () => {
    const read = await elementsIn(await reportOf('checkstyle', hostile));
    expect(read).toContainEqual(
      expect.objectContaining({ message: hostileWords.replace(/[\u0001\ud800]/g, '\ufffd') }),
    );
  });
});

describe('rdjson', () => {
  test('keeps to the diagnostic format of reviewdog', async () => {
    const validator = new RDFormatValidator({ strictMode: true });
    for (const [name, result] of results()) {
      const { valid, errors } = await validator.validateString(await reportOf('rdjson', result));
      expect(valid, `${name}: ${JSON.stringify(errors)}`).toBe(true);
    }
  });

  test('columns count bytes of UTF-8', async () => {
    const { diagnostics } = JSON.parse(await reportOf('rdjson', outage)) as {
      diagnostics: { location: { path: string; range?: object } }[];
    };
    const drop = diagnostics.find(({ location }) => location.path === 'db/cleanup.sql');
    // "日本語" in quotes: three letters of three bytes each.
    expect(drop?.location.range).toEqual({ start: { line: 1, column: 13 }, end: { line: 1, column: 24 } });
  });
});

describe('ndjson', () => {
  test('each line is a value, and together they are what json says', async () => {
    const json = JSON.parse(await reportOf('json', outage)) as Record<string, unknown>;
    const lines = (await reportOf('ndjson', outage))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const without = (line: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(line).filter(([key]) => key !== 'type'));
    const ofType = (type: string) => lines.filter((line) => line.type === type).map(without);
    expect({
      ...ofType('summary')[0],
      findings: ofType('finding'),
      paths: ofType('path'),
      errors: ofType('error'),
    }).toEqual(json);
  });
});

describe('markdown', () => {
  test('names in the project make no markup, and call nobody', async () => {
    const report = await reportOf('markdown', hostile);
    expect(report).not.toMatch(/<b>|@team|[^\\]`code`/);
    expect(report).not.toContain('\u0001');
  });

  test('stays below what a comment can hold', async () => {
    const many = { ...argenResult, findings: Array.from({ length: 500 }, () => argenResult.findings).flat() };
    expect((await reportOf('markdown', many)).length).toBeLessThan(65_536);
  });
});

/** Files with their errors, as a strict XML parser reads them. */
async function elementsIn(xml: string): Promise<readonly object[]> {
  const { checkstyle } = (await parseStringPromise(xml, { strict: true, attrkey: '' })) as {
    checkstyle: { file?: readonly { readonly '': object; readonly error?: readonly { readonly '': object }[] }[] };
  };
  return (checkstyle.file ?? []).flatMap((file) => [file[''], ...(file.error ?? []).map((error) => error[''])]);
}

function filesBelow(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}
