import type { Action, Deployment, Step } from '../deployment.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { baseName, folderOf } from '../layouts/file-order.ts';
import type { Past, PastFile, PastForm } from '../past.ts';
import { lex } from '../sql/lexer.ts';
import type { SourceFile, Span } from '../text/source-file.ts';

/** A file of the past by the path that it had then. */
export interface PastPlace {
  readonly path: string;
  readonly file: PastFile;
}

/** An earlier content of a step that its tool tells apart from today's. */
export interface ChangedForm extends PastForm {
  readonly path: string;
  readonly text: string;
}

const placesByPast = new WeakMap<Past, ReadonlyMap<string, readonly PastPlace[]>>();

/** Every path under which today's file was known. */
export function pastPlaces(past: Past, path: string): readonly PastPlace[] {
  let places = placesByPast.get(past);
  if (places === undefined) {
    const byPath = new Map<string, PastPlace[]>();
    for (const [then, file] of past.files) {
      if (file.now === null) continue;
      const known = byPath.get(file.now) ?? [];
      byPath.set(file.now, known);
      known.push({ path: then, file });
    }
    places = byPath;
    placesByPast.set(past, places);
  }
  return places.get(path) ?? [];
}

/** The contents that a step's file had and that are another step to its tool; without a checksum, another SQL. */
export function changedForms(step: Step, deployment: Deployment, past: Past): readonly ChangedForm[] {
  const today = fileOfStep(step);
  if (today === null) return [];
  const { tool, engine } = deployment;
  // Null: the file did not hold the step, which came into it later.
  const hashed = (file: SourceFile): string | null => {
    const parts = tool?.checksum?.hashed(file);
    return parts === undefined
      ? withoutGuards(upWords(file.text, engine.dialect))
      : (parts.get(step.identity) ?? parts.get('') ?? null);
  };
  const now = hashed(today);
  const changed: ChangedForm[] = [];
  for (const { path, file } of pastPlaces(past, step.file)) {
    for (const form of file.forms) {
      // Moved as it was, it may be another to a tool that takes the name into its checksum.
      const text = form.text ?? today.text;
      if (form.text === null && (path === step.file || versionOf(path) !== versionOf(step.file))) continue;
      if (isOnlyCheckedOutOtherwise(text, today.text)) continue;
      const then = hashed({ path, text });
      if (then !== null && then !== now) changed.push({ ...form, path, text });
    }
  }
  return changed;
}

/** A guard that came or went, or CONCURRENTLY, leaves a database on which the step has run as it is. */
function withoutGuards(words: string): string {
  return words.replace(/\b(?:IF (?:NOT )?EXISTS|CONCURRENTLY) /gi, '');
}

/** Git can turn line endings around at checkout; a file in which some lines end so and some otherwise was edited. */
function isOnlyCheckedOutOtherwise(then: string, now: string): boolean {
  return now.includes('\r\n') && !then.includes('\r') && now.replaceAll('\r\n', '\n') === then;
}

/** The SQL of the up half without comments and white space, as far as a marker tells where the down half begins. */
export function upWords(text: string, dialect: Dialect): string {
  const down = /^[ \t]*--[^\n]*(?:\bdown\b|\bundo\b|\bdrop below\b)[^\n]*$/im.exec(text)?.index ?? text.length;
  const tokens = lex(text, 0, down, dialect);
  const words: string[] = [];
  for (let index = 0; index < tokens.count; index++) words.push(text.slice(tokens.start(index), tokens.end(index)));
  return words.join(' ');
}

/** The file that a step's SQL stands in. */
export function fileOfStep(step: Step): SourceFile | null {
  return fileOfActions(step.actions);
}

function fileOfActions(actions: readonly Action[]): SourceFile | null {
  for (const action of actions) {
    if (action.kind === 'call') return action.call.sql.file;
    const inner = action.kind === 'block' ? fileOfActions(action.actions) : null;
    if (inner !== null) return inner;
  }
  return null;
}

/** The first line of a file: where a finding about it as a whole stands. */
export function firstLine(file: SourceFile): Span {
  const end = file.text.search(/\r?\n|$/);
  return { file, start: 0, end: Math.max(end, 0) };
}

/** A file that the base branch has got meanwhile, by the name that carries its version. */
export interface FileAhead {
  readonly path: string;
  /** Of the file, or of its directory. */
  readonly name: string;
}

/** What the base branch has got beside a step since the work here left it: up halves in the same folder. */
export function filesAhead({ ahead = [] }: Past, { file }: Step): readonly FileAhead[] {
  return ahead.flatMap((path) => {
    const isSibling = folderOfVersion(path) === folderOfVersion(file);
    return path === file || !isSibling || goesBack(path) ? [] : [{ path, name: versionedName(path) }];
  });
}

/** Whether a file's name says that it is the half that takes a migration back. */
export function goesBack(path: string): boolean {
  return /(?:^|[._-])(?:down|undo|rollback|revert)\.sql$/i.test(baseName(path));
}

/** Whether a step is new here: neither a release nor the base branch as it was left has it. */
export function isNew(step: Step, past: Past): boolean {
  return pastPlaces(past, step.file).every(
    ({ file }) => !file.onBase && file.forms.every(({ seenIn }) => seenIn !== 'release'),
  );
}

/** The name that carries a version: `0003_x.sql`; of `0003_x/up.sql` that of the directory. */
export function versionedName(path: string): string {
  return isHalf(path) ? baseName(folderOf(path)) : baseName(path);
}

function folderOfVersion(path: string): string {
  return isHalf(path) ? folderOf(folderOf(path)) : folderOf(path);
}

function isHalf(path: string): boolean {
  return /^(?:up|down|migration)\.sql$/.test(baseName(path));
}

/** The version that a file's name, or that of its directory, starts with, without leading zeros; null: none. */
export function versionOf(path: string): string | null {
  const version = /^[VRU]?(\d+(?:[._]\d+)*)/i.exec(versionedName(path))?.[1];
  return version === undefined ? null : version.replace(/\d+/g, (digits) => BigInt(digits).toString());
}

/** In a sentence: `in release v1.2.0`, `on main`. */
export function whereWords({ seenIn, name, subject }: PastForm): string {
  const quoted = subject === undefined || subject === '' ? '' : ` ("${subject}")`;
  switch (seenIn) {
    case 'release':
      return `in release ${name}`;
    case 'base':
      return name === 'HEAD' ? 'in the last commit' : `on ${name}`;
    case 'commit':
      return `in commit ${name}${quoted}`;
  }
}
