import type { Deployment, Journal, JournalEntry, Step } from '../deployment.ts';
import type { Edit } from '../finding.ts';
import { baseName, byBytes, folderOf, joinPath } from '../layouts/file-order.ts';
import type { Project } from '../project.ts';
import { base64Of, hexOf, sha1, sha256 } from '../text/digest.ts';
import type { SourceFile, Span } from '../text/source-file.ts';
import { fileOfStep, firstLine } from './past-steps.ts';

/** A checksum in the repository that does not fit the files. */
export interface ChecksumFault {
  readonly at: Span;
  /** The file's name. */
  readonly file: string;
  /** As a clause about the file: `was changed after its sum was taken`. */
  readonly what: string;
  /** What the tool says. */
  readonly error: string;
  /** The tool stops only where it is about to run this file: not on a database that has run it. */
  readonly whenRun?: true;
  /** The sums as they would be taken today, and the migrations that they are taken of anew; null where that cannot be told. */
  readonly retaken: RetakenSums | null;
}

export interface RetakenSums {
  readonly edits: readonly Edit[];
  readonly migrations: readonly string[];
}

/** The sums of a deployment that do not fit its files. */
export function checksumFaults({ tool, journal, ledger }: Deployment, project: Project): readonly ChecksumFault[] {
  if (tool?.name === 'Atlas') {
    const fault = journal === null ? missingSum(ledger) : atlasFault(journal, project);
    return fault === null ? [] : [fault];
  }
  if (tool?.name !== 'graphile-migrate') return [];
  return [...graphileFaults(ledger.flatMap((step) => fileOfStep(step) ?? []))];
}

function missingSum([first]: readonly Step[]): ChecksumFault | null {
  const file = first === undefined ? null : fileOfStep(first);
  if (file === null) return null;
  return {
    at: firstLine(file),
    file: 'atlas.sum',
    what: 'is not there',
    error: 'checksum file not found',
    retaken: null,
  };
}

/**
 * Where `atlas.sum` first parts from its folder; null: nowhere. Each line holds the hash of all names and contents up to its
 * file, so that every later line differs as well (ariga/atlas, sql/migrate/dir.go, NewHashFile).
 */
function atlasFault({ file: sum, entries }: Journal, project: Project): ChecksumFault | null {
  const listed = new Map(entries.map((entry) => [entry.name, entry]));
  const digest = sha256();
  const total = sha256();
  const encoder = new TextEncoder();
  const seen = new Set<string>();
  const error = 'checksum mismatch';
  const retaken = retakenAtlasSum(sum, listed, project);
  for (const file of filesOfSum(sum, listed, project)) {
    const name = baseName(file.path);
    const entry = listed.get(name);
    // What its bytes are is not known here, and all later sums rest on them.
    if (file.otherBytes === true) return null;
    digest.update(encoder.encode(name));
    if (file.text.startsWith('-- atlas:sum ignore')) continue;
    digest.update(encoder.encode(file.text));
    const checksum = `h1:${base64Of(digest.digest())}`;
    if (entry === undefined) return { at: firstLine(file), file: name, what: 'is not listed there', error, retaken };
    seen.add(name);
    const gone = entries.find(({ name: before }) => byBytes(before, name) < 0 && !seen.has(before));
    if (gone !== undefined)
      return { at: gone.at, file: gone.name, what: 'is listed there and is gone', error, retaken };
    if (checksum !== entry.checksum)
      return { at: firstLine(file), file: name, what: 'was changed after its sum was taken', error, retaken };
    total.update(encoder.encode(`${name}${checksum.slice(3)}`));
  }
  const gone = entries.find(({ name }) => !seen.has(name));
  if (gone !== undefined) return { at: gone.at, file: gone.name, what: 'is listed there and is gone', error, retaken };
  const head = /^h1:\S+/.exec(sum.text)?.[0];
  if (head === `h1:${base64Of(total.digest())}`) return null;
  return {
    at: firstLine(sum),
    file: baseName(sum.path),
    what: 'has another sum of sums in its first line',
    error,
    retaken,
  };
}

/**
 * The sum as `atlas migrate hash` writes it. New to it are the files that it does not list; where the listed ones alone do not
 * give the sums that it has either, everything from the first that differs on.
 */
function retakenAtlasSum(
  sum: SourceFile,
  listed: ReadonlyMap<string, JournalEntry>,
  project: Project,
): RetakenSums | null {
  const files = filesOfSum(sum, listed, project);
  if (files.some(({ otherBytes }) => otherBytes === true)) return null;
  const today = atlasSums(files);
  const known = files.filter(({ path }) => listed.has(baseName(path)));
  const before = atlasSums(known);
  const firstChanged = known.findIndex(({ path }) => {
    const name = baseName(path);
    return before.has(name) && before.get(name) !== listed.get(name)?.checksum;
  });
  const folder = folderOf(sum.path);
  const gone = [...listed.keys()].filter((name) => !files.some(({ path }) => baseName(path) === name));
  const migrations = [
    ...files.filter(
      (file) => !listed.has(baseName(file.path)) || (firstChanged >= 0 && known.indexOf(file) >= firstChanged),
    ),
  ].map(({ path }) => path);
  const total = sha256();
  for (const [name, checksum] of today) total.update(new TextEncoder().encode(`${name}${checksum.slice(3)}`));
  const lines = [...today].map(([name, checksum]) => `${name} ${checksum}\n`);
  const text = `h1:${base64Of(total.digest())}\n${lines.join('')}`;
  return {
    edits: [{ span: { file: sum, start: 0, end: sum.text.length }, text }],
    migrations: [...migrations, ...gone.map((name) => joinPath(folder, name))],
  };
}

/** The sum of each file: of all names and contents up to it. */
function atlasSums(files: readonly SourceFile[]): ReadonlyMap<string, string> {
  const digest = sha256();
  const encoder = new TextEncoder();
  const sums = new Map<string, string>();
  for (const { path, text } of files) {
    digest.update(encoder.encode(baseName(path)));
    if (text.startsWith('-- atlas:sum ignore')) continue;
    digest.update(encoder.encode(text));
    sums.set(baseName(path), `h1:${base64Of(digest.digest())}`);
  }
  return sums;
}

/** The SQL files beside the sum, in byte order; down halves only where the sum lists them. */
function filesOfSum(sum: SourceFile, listed: ReadonlyMap<string, unknown>, { files }: Project): readonly SourceFile[] {
  const folder = folderOf(sum.path);
  return [...files.values()]
    .filter(({ path }) => folderOf(path) === folder && path.endsWith('.sql'))
    .filter(({ path }) => listed.has(baseName(path)) || !path.endsWith('.down.sql'))
    .sort((left, right) => byBytes(baseName(left.path), baseName(right.path)));
}

/**
 * The headers of graphile-migrate's committed migrations: each names its own hash and that of the one before it
 * (graphile/migrate, src/hash.ts and src/migration.ts, 1.4).
 */
function* graphileFaults(files: readonly SourceFile[]): IterableIterator<ChecksumFault> {
  const retaken = retakenHeaders(files);
  let before: string | null = null;
  for (const file of files) {
    const name = baseName(file.path);
    const header = /^(?:--![^\n]*\n)+/.exec(file.text)?.[0] ?? '';
    const hash = /^--! Hash: (\S+)/m.exec(header)?.[1];
    const previous = /^--! Previous: (\S+)/m.exec(header)?.[1];
    if (hash === undefined || previous === undefined || file.otherBytes === true) return;
    const chain = previous === '-' ? '' : previous;
    const actual = graphileHash(file.text.slice(header.length), chain);
    if (actual !== hash && !/^--! AllowInvalidHash/m.test(header)) {
      const error = `Hash for ${name} does not match - ${actual} !== ${hash}; has the file been tampered with?`;
      yield {
        at: firstLine(file),
        file: name,
        what: 'was changed after it was committed',
        error,
        retaken,
        whenRun: true,
      };
    } else if (before !== null && chain !== before) {
      const error = `Previous migration with hash '${before}' doesn't match '${name.replace(/\D.*/s, '')}.sql''s expected previous hash '${chain === '' ? 'null' : chain}'`;
      yield { at: firstLine(file), file: name, what: 'does not follow the migration before it', error, retaken };
    }
    before = hash;
  }
}

/** The headers as graphile-migrate would write them today; a file whose header is right is left alone. */
function retakenHeaders(files: readonly SourceFile[]): RetakenSums {
  const edits: Edit[] = [];
  let chain = '';
  for (const file of files) {
    const header = /^(?:--![^\n]*\n)+/.exec(file.text)?.[0] ?? '';
    const hash = graphileHash(file.text.slice(header.length), chain);
    const today = header
      .replace(/^(--! Previous: )\S+/m, (_, words: string) => `${words}${chain === '' ? '-' : chain}`)
      .replace(/^(--! Hash: )\S+/m, (_, words: string) => `${words}${hash}`);
    if (today !== header) edits.push({ span: { file, start: 0, end: header.length }, text: today });
    chain = hash;
  }
  return { edits, migrations: [] };
}

function graphileHash(body: string, previous: string): string {
  const digest = sha1();
  digest.update(new TextEncoder().encode(`${`${previous}\n${body.trim()}`.trim()}\n`));
  return `sha1:${hexOf(digest.digest())}`;
}
