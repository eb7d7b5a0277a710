import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { literalPattern } from '../text/literal-pattern.ts';

/*
 * What the project's files say, as plain texts: also code that is not followed, SQL of other deployments, scripts and images. The
 * replay knows what a deployment runs. Where a rule says that nothing in the project does a thing, it asks here as well, and what
 * merely looks like it keeps the rule silent.
 */

/** Some text creates the table or view, or gives another one its name. */
export function makesTable({ files }: Project, table: string): boolean {
  const name = literalPattern(table);
  const creation = new RegExp(
    String.raw`\b(?:table|view)\s+(?:if\s+not\s+exists\s+)?(?:["\x60[]?\w+["\x60\]]?\.)?["\x60[]?${name}(?!\w)`,
    'i',
  );
  const renaming = new RegExp(String.raw`\brename\s+(?:to|as)\s+["\x60[]?${name}(?!\w)`, 'i');
  // Code may make it by a library: what names it alone in quotes, as models do, is not followed.
  const model = new RegExp(`(["'\x60])${name}\\1`, 'i');
  for (const { path, text } of files.values()) {
    if (!path.endsWith('.sql') && model.test(text)) return true;
    if (renaming.test(text) || holds(text, /\bcreate\b[^;(]*/gi, creation)) return true;
  }
  return false;
}

/** Some text creates the extension, or a function of that name. */
export function makesExtension({ files }: Project, extension: string, functionName: string): boolean {
  const named = new RegExp(String.raw`\b${literalPattern(extension)}\b`, 'i');
  const ownFunction = new RegExp(String.raw`\bfunction\s+(?:\w+\.)?${literalPattern(functionName)}\b`, 'i');
  for (const { text } of files.values())
    if (ownFunction.test(text) || holds(text, /\bextension\b[^;]*/gi, named)) return true;
  return false;
}

/** Some text creates a function of that name. */
export function makesFunction({ files }: Project, name: string): boolean {
  const creation = new RegExp(
    String.raw`\b(?:function|procedure|aggregate)\s+(?:["\w]+\.)?"?${literalPattern(name)}\b`,
    'i',
  );
  for (const { text } of files.values()) if (creation.test(text)) return true;
  return false;
}

/** Some text, other than the files that are replayed, moves the sequence of a table, begins one elsewhere, or takes the rows away again. */
export function movesSequence({ files }: Project, table: string, replayed: ReadonlySet<string> = new Set()): boolean {
  const named = new RegExp(String.raw`(?<!\w)${literalPattern(table)}(?!\w)`, 'i');
  const { moving, emptying } = sequenceTexts(files);
  return (
    moving.some(({ path, text }) => !replayed.has(path) && (text.includes(table) || PUT_TOGETHER.test(text))) ||
    emptying.some(({ path, text }) => !replayed.has(path) && holds(text, /\btruncate\b[^;]*/gi, named))
  );
}

interface SequenceTexts {
  readonly moving: readonly SourceFile[];
  readonly emptying: readonly SourceFile[];
}

const sequenceTextsOf = new WeakMap<Project['files'], SequenceTexts>();

/** Few texts speak of sequences: they are looked for once, not for every table. */
function sequenceTexts(files: Project['files']): SequenceTexts {
  const known = sequenceTextsOf.get(files);
  if (known !== undefined) return known;
  const texts = [...files.values()];
  const found = {
    moving: texts.filter(({ text }) => MOVES_SEQUENCE.test(text)),
    emptying: texts.filter(({ text }) => /\btruncate\b/i.test(text)),
  };
  sequenceTextsOf.set(files, found);
  return found;
}

const MOVES_SEQUENCE = /\bsetval\s*\(|\bRESTART\b|\bSTART\s+(?:WITH\s+)?\d|reset_pk_sequence/i;

/** SQL that is put together names its tables elsewhere. */
const PUT_TOGETHER = /\bformat\s*\(|\bEXECUTE\b|\|\|/i;

/** What code of the project says where it compares the checksums of migrations. */
export function checksumWords({ files }: Project): string | null {
  for (const { path, text } of files.values()) {
    if (path.endsWith('.sql') || !/sha(?:1|256|384|512)|md5|crc32|checksum/i.test(text)) continue;
    const words = /["'`]([^"'`\n]*\b(?:has been modified|was modified|checksum mismatch)\b[^"'`\n]*)["'`]/i.exec(
      text,
    )?.[1];
    if (words !== undefined) return words;
  }
  return null;
}

/** The major versions of PostgreSQL that images in YAML files run. */
export function postgresImages({ files }: Project): readonly number[] {
  return [...files.values()]
    .filter(({ path }) => /\.ya?ml$/.test(path))
    .flatMap(({ text }) => [...text.matchAll(/\bimage:\s*["']?(?:[\w.-]+\/)*postgres(?:ql)?:(\d+)/g)])
    .map(([, major]) => Number(major));
}

/** Whether one of the parts that `parts` finds holds the pattern. No part is looked at twice, so the time is linear in the text. */
function holds(text: string, parts: RegExp, pattern: RegExp): boolean {
  for (const [part] of text.matchAll(parts)) if (pattern.test(part)) return true;
  return false;
}
