import type { Deployment } from '../src/deployment.ts';
import { lineFeedFix } from '../src/fixes/line-ends.ts';
import { offer } from '../src/fixes/together.ts';
import { baseName, folderOf, joinPath } from '../src/layouts/file-order.ts';
import { withLineFeeds, type Checksum } from '../src/migration-tool.ts';
import type { Project } from '../src/project.ts';
import { holdsSums } from '../src/timeline/journals.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { SourceFile, Span } from '../src/text/source-file.ts';
import { fileOfStep, firstLine } from '../src/timeline/past-steps.ts';

export default defineRule({
  id: 'line-endings',
  severity: 'warning',
  summary: 'The tool compares the bytes of migrations, and their line endings are not the same everywhere.',
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
      title: 'Nothing keeps git on Windows from writing other bytes',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        'migrations/0001_cooks.sql':
          'CREATE TABLE cooks (id INTEGER PRIMARY KEY); -- expect: line-endings\nCREATE TABLE dishes (id INTEGER PRIMARY KEY);\n',
      },
    },
    {
      title: 'The attributes keep them',
      files: {
        'Cargo.toml': `[dependencies]
sqlx = { version = "0.8", features = ["sqlite"] }`,
        '.gitattributes': '*.sql text eol=lf',
        'migrations/0001_cooks.sql':
          'CREATE TABLE cooks (id INTEGER PRIMARY KEY);\nCREATE TABLE dishes (id INTEGER PRIMARY KEY);\n',
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
    const [step] = deployment.ledger;
    if (tool?.checksum == null || step === undefined || isPinned(step.file, project)) return;
    const files = filesWithCarriageReturns(deployment);
    const [first] = files;
    if (first === undefined) {
      const words = unpinned(deployment);
      if (words !== null) report(words);
      return;
    }
    report({
      at: firstLineWithReturn(first),
      object: baseName(first.path),
      message: `${baseName(first.path)}${files.length > 1 ? ` and ${files.length - 1} other migrations have` : ' has'} lines that end in CR LF. ${tool.name} compares ${tool.checksum.words}: a build from a checkout with other line endings refuses to start on databases that have run it.`,
      ...offer(lineFeedFix(files)),
      help: 'If no database has run it: put "*.sql text eol=lf" into .gitattributes, and git add --renormalize it. Otherwise pin the bytes that were released, with "*.sql -text".',
    });
  },
});

/**
 * No file has a carriage return, and nothing keeps git from giving them some: with `core.autocrlf`, as git for Windows sets it up, a
 * build there has other bytes than a build on Linux. Told once, and only where the tool then refuses to start.
 */
function unpinned({ ledger, tool, journal }: Deployment): Report | null {
  const file = ledger.map(fileOfStep).find((one) => one !== null);
  const sums = journal !== null && holdsSums(journal) ? journal : null;
  if (file == null || tool?.checksum == null || (tool.edited.does !== 'refuses' && sums === null)) return null;
  const withReturns = withLineFeeds(file.text).replaceAll('\n', '\r\n');
  if (
    !file.text.includes('\n') ||
    hashedWords(tool.checksum, file) === hashedWords(tool.checksum, { ...file, text: withReturns })
  )
    return null;
  const consequence =
    sums === null
      ? 'a build from a checkout on Windows, where git writes CR LF, refuses to start on databases of any other build'
      : `in a checkout on Windows, where git writes CR LF, they do not fit ${baseName(sums.file.path)}`;
  return {
    at: firstLine(file),
    severity: 'info',
    object: baseName(file.path),
    message: `${tool.name} compares ${tool.checksum.words}, and no .gitattributes keeps the line endings of these migrations: ${consequence}.`,
    help: 'Put "*.sql text eol=lf" into .gitattributes.',
  };
}

/** Those whose checksum changes with their line endings. */
function filesWithCarriageReturns({ ledger, tool }: Deployment): readonly SourceFile[] {
  return ledger.flatMap((step) => {
    const file = fileOfStep(step);
    if (file === null || tool?.checksum == null || !file.text.includes('\r')) return [];
    return hashedWords(tool.checksum, file) === hashedWords(tool.checksum, { ...file, text: withLineFeeds(file.text) })
      ? []
      : [file];
  });
}

function hashedWords({ hashed }: Checksum, file: SourceFile): string {
  return [...hashed(file)].map(([key, part]) => `${key}\0${part}`).join('\0');
}

/** Attributes at the file's folder or above keep the bytes of SQL files as they are, on every machine. */
function isPinned(path: string, { files }: Project): boolean {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const attributes = files.get(joinPath(folder, '.gitattributes'));
    if (attributes !== undefined && PINS.test(attributes.text)) return true;
    if (folder === '.') return false;
  }
}

/** `*.sql text eol=lf`, `* -text`, `migrations/** binary`: a pattern that SQL files fall under, and what fixes their bytes. */
const PINS = /^[ \t]*(?:\S*\*|\S*\.sql)[ \t].*(?:-text\b|\bbinary\b|\beol=)/m;

function firstLineWithReturn(file: SourceFile): Span {
  const at = file.text.indexOf('\r');
  return { file, start: file.text.lastIndexOf('\n', at) + 1, end: at };
}
