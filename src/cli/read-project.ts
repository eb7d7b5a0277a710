import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '../project.ts';
import { decode } from '../text/decode.ts';
import type { SourceFile } from '../text/source-file.ts';
import { codeOf } from './error-code.ts';
import type { Reason, Selection } from './selection.ts';

/** A project, and the files that were taken with the reason, for `--show-files`. */
export interface ReadProject {
  readonly project: Project;
  readonly taken: readonly Selection[];
}

/** Bytes; a file beyond it is data, not schema: the largest dump of a schema in the corpus is 5 MB. */
const largestFile = 64 * 1024 * 1024;

/** What host code must speak of to matter: SQL itself, or the code that opens a database and runs files on it. */
const databaseWords =
  /\b(?:create|alter|drop)\s+(?:table|(?:unique\s+)?index|view|trigger)\b|sql|migrat|schema|execut|\bdb\b|database/i;

/** What a script must speak of: SQL files, a database's client or image, a migration tool. */
const scriptWords =
  /\.sql\b|\b(?:psql|mysql|mariadb|sqlite3|dbmate|goose|flyway|sqlx|diesel|alembic|atlas|liquibase|migrate)\b|\bimage:.*\bpostgres/i;

/** Reads the selected files. What cannot be read becomes one line in the project's errors. */
export function readProject(
  root: string,
  selections: readonly Selection[],
  listErrors: Project['errors'],
): ReadProject {
  const files = new Map<string, SourceFile>();
  const errors = [...listErrors];
  const taken: Selection[] = [];
  for (const selection of selections) {
    const reading = readFile(join(root, selection.path), selection.reason);
    if (reading === 'irrelevant') continue;
    if (reading.problem === undefined) {
      files.set(selection.path, sourceFile(selection.path, reading));
      taken.push(selection);
      // Only SQL is surely missed: bytes that are no text under a script's name were never meant for us.
    } else if (selection.reason === 'SQL') errors.push({ path: selection.path, message: reading.problem });
  }
  return { project: { files, errors }, taken };
}

/** A file's text, and whether its bytes are that text in UTF-8. */
export interface ReadText extends Omit<SourceFile, 'path'> {
  readonly problem?: undefined;
}

export type Reading = 'irrelevant' | ReadText | { readonly problem: string };

function readFile(path: string, reason: Reason): Reading {
  try {
    const facts = statSync(path);
    // A link to a folder, a submodule, a pipe.
    if (!facts.isFile()) return 'irrelevant';
    if (facts.size > largestFile) return { problem: `larger than ${largestFile / 1024 / 1024} MB` };
    const bytes = readFileSync(path);
    return readingOf(bytes, reason);
  } catch (error) {
    return readingProblem(path, codeOf(error));
  }
}

/** A file that was read. */
export function sourceFile(path: string, { text, otherBytes }: ReadText): SourceFile {
  return { path, text, ...(otherBytes === undefined ? {} : { otherBytes }) };
}

/** What a file's bytes say, wherever they come from: the disk, or git. */
export function readingOf(bytes: Buffer, reason: Reason): Reading {
  if (!isRelevant(bytes, reason)) return 'irrelevant';
  const decoded = decode(bytes);
  if ('refused' in decoded) return { problem: decoded.refused };
  const isPlain = decoded.encoding === 'utf-8' && !decoded.hasMark;
  return { text: decoded.text, ...(isPlain ? {} : { otherBytes: true }) };
}

function isRelevant(bytes: Buffer, reason: Reason): boolean {
  if (reason === 'host code') return databaseWords.test(bytes.toString('latin1'));
  if (reason === 'changelog') return bytes.includes('databaseChangeLog');
  return reason !== 'script' || scriptWords.test(bytes.toString('latin1'));
}

function readingProblem(path: string, code: string): Reading {
  if (code === 'ELOOP') return { problem: 'a link that leads back to itself' };
  if (code === 'EACCES' || code === 'EPERM') return { problem: 'may not be read (no permission)' };
  if (code !== 'ENOENT') return { problem: `cannot be read (${code})` };
  // Git still lists a file that was deleted and not yet committed.
  return isLink(path) ? { problem: 'a link to a file that is not there' } : 'irrelevant';
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
