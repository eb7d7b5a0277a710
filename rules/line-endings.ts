import type { Deployment } from '../src/deployment.ts';
import { baseName } from '../src/layouts/file-order.ts';
import { withLineFeeds } from '../src/migration-tool.ts';
import { lineFeedFix } from '../src/fixes/line-ends.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule } from '../src/rule.ts';
import type { SourceFile, Span } from '../src/text/source-file.ts';
import { fileOfStep } from '../src/timeline/past-steps.ts';

export default defineRule({
  id: 'line-endings',
  severity: 'warning',
  summary: 'A migration has carriage returns, and the tool compares its bytes.',
  why: `Git turns line endings around at checkout, as each machine is set up. A tool that keeps a checksum of the raw bytes then has one for a
build on Windows and another for a build on Linux, and the second refuses to start on the database of the first.`,
  instead: 'Put `*.sql text eol=lf` into .gitattributes, before the first release with such a file.',
  examples: [
    {
      title: 'sqlx compares the bytes',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        'migrations/0001_cooks.sql':
          'CREATE TABLE cooks (id INTEGER PRIMARY KEY); -- expect: line-endings\r\nCREATE TABLE dishes (id INTEGER PRIMARY KEY);\r\n',
      },
    },
    {
      title: 'Flyway reads lines without their ends',
      files: {
        'db/V1__cooks.sql':
          'CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY);\r\nCREATE TABLE dishes (id BIGSERIAL PRIMARY KEY);\r\n',
      },
    },
  ],
  check({ deployment, project }, report) {
    const { tool } = deployment;
    if (tool?.checksum == null || isPinned(project.files.get('.gitattributes'))) return;
    const files = filesWithCarriageReturns(deployment);
    const [first] = files;
    if (first === undefined) return;
    report({
      at: firstLineWithReturn(first),
      object: baseName(first.path),
      message: `${baseName(first.path)}${files.length > 1 ? ` and ${files.length - 1} other migrations have` : ' has'} lines that end in CR LF. ${tool.name} compares ${tool.checksum.words}: a build from a checkout with other line endings refuses to start on databases that have run it.`,
      ...offer(lineFeedFix(files)),
      help: 'If no database has run it: put "*.sql text eol=lf" into .gitattributes, and git add --renormalize it. Otherwise pin the bytes that were released, with "*.sql -text".',
    });
  },
});

/** Those whose checksum changes with their line endings. */
function filesWithCarriageReturns({ ledger, tool }: Deployment): readonly SourceFile[] {
  return ledger.flatMap((step) => {
    const file = fileOfStep(step);
    if (file === null || tool?.checksum == null || !file.text.includes('\r')) return [];
    const hashed = (text: string): string =>
      [...(tool.checksum?.hashed({ path: file.path, text }) ?? [])].map(([key, part]) => `${key}\0${part}`).join('\0');
    return hashed(file.text) === hashed(withLineFeeds(file.text)) ? [] : [file];
  });
}

/** The attributes keep the bytes of SQL files as they are, on every machine. */
function isPinned(attributes: SourceFile | undefined): boolean {
  return attributes !== undefined && /^\s*\S*\.sql\b.*(?:\s-text\b|\sbinary\b|\seol=)/m.test(attributes.text);
}

function firstLineWithReturn(file: SourceFile): Span {
  const at = file.text.indexOf('\r');
  return { file, start: file.text.lastIndexOf('\n', at) + 1, end: at };
}
