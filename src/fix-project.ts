import type { Finding, Fix } from './finding.ts';
import { applyEdits, overlap, type EditedText } from './fixes/apply-edits.ts';
import { lint, type LintSettings } from './lint.ts';
import type { Project } from './project.ts';
import type { Result } from './result.ts';
import type { SourceFile } from './text/source-file.ts';

/** What `--fix` is asked for. */
export interface FixSettings extends LintSettings {
  /** Also fixes that a person has to look at. */
  readonly unsafe: boolean;
  /** Why a migration must stay as it is, such as `it is on main`; null where nobody has it yet. */
  readonly released: (path: string) => string | null;
  /** Findings that are spoken of; the others are left alone. */
  readonly isWanted: (finding: Finding) => boolean;
}

/** A project after its fixes. */
export interface FixedProject {
  readonly project: Project;
  /** What the fixed project still has. */
  readonly result: Result;
  readonly applied: readonly AppliedFix[];
  readonly refused: readonly RefusedFix[];
  /** Files that have another name now: the old path by the new one. */
  readonly moved: ReadonlyMap<string, string>;
}

export interface AppliedFix {
  readonly finding: Finding;
  readonly fix: Fix;
}

export interface RefusedFix extends AppliedFix {
  readonly why: string;
}

/** Rounds after which fixing ends: one fix may uncover the next fault, but not for ever. */
const mostRounds = 10;

/**
 * Makes the fixes that findings offer, until none is left. Each is proven before it counts: the fixed files are replayed, and
 * a fix that leaves its own finding, or brings a new one on any upgrade path, is not made.
 */
export async function fixProject(project: Project, settings: FixSettings): Promise<FixedProject> {
  const result = await lint(project, settings);
  let current: FixedProject = { project, result, applied: [], refused: [], moved: new Map() };
  for (let round = 0; round < mostRounds; round++) {
    const candidates = candidatesIn(current, settings);
    const next = await bestOf(current, apart(candidates), settings);
    if (next === null) break;
    current = next;
  }
  return { ...current, refused: refusals(current, settings) };
}

function candidatesIn({ result, refused }: FixedProject, settings: FixSettings): readonly AppliedFix[] {
  return fixesOf(result, settings).filter(
    (candidate) =>
      (candidate.fix.safe || settings.unsafe) &&
      whyNot(candidate, result, settings) === null &&
      !refused.some(({ finding }) => keyOf(finding) === keyOf(candidate.finding)),
  );
}

function fixesOf({ findings }: Result, { isWanted }: FixSettings): readonly AppliedFix[] {
  return findings.filter(isWanted).flatMap((finding) => {
    const { fix } = finding;
    return fix === undefined || isEmpty(fix) ? [] : [{ finding, fix }];
  });
}

function isEmpty({ edits, moves = [], creates = [] }: Fix): boolean {
  return edits.length + moves.length + creates.length === 0;
}

/** A migration that an install may have run is never changed: the change would reach no install, or be refused by its tool. */
function whyNot({ fix }: AppliedFix, { histories }: Result, { released }: FixSettings): string | null {
  const migrations = new Set(histories.flatMap(({ deployment }) => deployment.ledger.map(({ file }) => file)));
  const touched = [...fix.edits.map(({ span }) => span.file.path), ...(fix.moves ?? []).map(({ file }) => file.path)];
  const steps = touched.filter((path) => migrations.has(path) && fix.restores?.includes(path) !== true);
  for (const path of new Set([...steps, ...(fix.migrations ?? [])])) {
    const why = released(path);
    if (why !== null) return why;
  }
  return null;
}

/** The first fix of each place: those that want the same part of a file wait for the next round. */
function apart(candidates: readonly AppliedFix[]): readonly AppliedFix[] {
  const chosen: AppliedFix[] = [];
  for (const candidate of candidates) {
    const edits = chosen.flatMap(({ fix }) => fix.edits);
    // Two that take the next number would take the same one.
    const isNamed = chosen.some(({ fix }) => namesFiles(fix)) && namesFiles(candidate.fix);
    if (!isNamed && !candidate.fix.edits.some((edit) => edits.some((other) => overlap(edit, other))))
      chosen.push(candidate);
  }
  return chosen;
}

function namesFiles({ moves, creates }: Fix): boolean {
  return moves !== undefined || creates !== undefined;
}

/** All fixes at once; where they do not hold together, one after the other. Null: there is nothing more to try. */
async function bestOf(
  current: FixedProject,
  candidates: readonly AppliedFix[],
  settings: FixSettings,
): Promise<FixedProject | null> {
  if (candidates.length === 0) return null;
  const whole = await tried(current, candidates, settings);
  if (whole !== null) return whole;
  const [first] = candidates;
  if (first === undefined) return null;
  const alone = candidates.length === 1 ? null : await tried(current, [first], settings);
  if (alone !== null) return alone;
  const why = 'with it the replay finds another fault, or still this one';
  return { ...current, refused: [...current.refused, { ...first, why }] };
}

async function tried(
  current: FixedProject,
  fixes: readonly AppliedFix[],
  settings: FixSettings,
): Promise<FixedProject | null> {
  const edits = fixes.flatMap(({ fix }) => fix.edits);
  const files = new Map<string, SourceFile>(current.project.files);
  const written = new Map<string, EditedText['written']>();
  for (const path of new Set(edits.map(({ span }) => span.file.path))) {
    const own = edits.filter(({ span }) => span.file.path === path);
    const edited = applyEdits(files.get(path)?.text ?? '', own);
    files.set(path, { path, text: edited.text });
    written.set(path, edited.written);
  }
  const moved = new Map(current.moved);
  for (const { fix } of fixes) {
    if (!placeFiles(fix, files, moved)) return null;
    for (const { path, text } of fix.creates ?? []) written.set(path, [{ start: 0, end: text.length }]);
  }
  const project = { ...current.project, files };
  const result = await lint(project, settings);
  const isOwnWork = ({ span }: Finding): boolean =>
    (written.get(span.file.path) ?? []).some(({ start, end }) => span.start >= start && span.start < end);
  if (!isBetter(current.result, result, fixes, isOwnWork)) return null;
  return { ...current, project, result, applied: [...current.applied, ...fixes], moved };
}

/** Names and writes the files of a fix; false where a name is taken. */
function placeFiles(
  { moves = [], creates = [] }: Fix,
  files: Map<string, SourceFile>,
  moved: Map<string, string>,
): boolean {
  for (const { file, to } of moves) {
    const { text } = files.get(file.path) ?? file;
    if (files.has(to)) return false;
    files.delete(file.path);
    files.set(to, { ...file, path: to, text });
    moved.set(to, moved.get(file.path) ?? file.path);
    moved.delete(file.path);
  }
  for (const { path, text } of creates) {
    if (files.has(path)) return false;
    files.set(path, { path, text });
  }
  return true;
}

/**
 * Every fixed finding is gone, no path fails that did not fail before, and nothing else is worse. What the first fault of a
 * failing path had hidden is no fault of the fix; a warning in the place of an error is a gain.
 */
function isBetter(
  before: Result,
  after: Result,
  fixes: readonly AppliedFix[],
  isOwnWork: (finding: Finding) => boolean,
): boolean {
  const failing = failingPaths(before);
  const known = new Set(before.findings.filter(isFault).map(keyOf));
  const fixed = new Set(fixes.map(({ finding }) => keyOf(finding)));
  const fixesErrors = fixes.every(({ finding }) => finding.severity === 'error');
  const isAllowed = (finding: Finding): boolean => {
    if (fixed.has(keyOf(finding))) return false;
    if (known.has(keyOf(finding)) || (finding.severity === 'warning' && fixesErrors)) return true;
    const { holdsOn, deployment } = finding;
    if (isOwnWork(finding)) return false;
    return Array.isArray(holdsOn) && holdsOn.every((name) => failing.has(pathKey(deployment, String(name))));
  };
  return after.findings.filter(isFault).every(isAllowed) && [...failingPaths(after)].every((path) => failing.has(path));
}

function isFault({ severity }: Finding): boolean {
  return severity !== 'info';
}

function failingPaths({ histories }: Result): ReadonlySet<string> {
  return new Set(
    histories.flatMap(({ deployment, paths }) =>
      paths.filter(({ verdict }) => verdict === 'fails').map(({ name }) => pathKey(deployment.name, name)),
    ),
  );
}

function pathKey(deployment: string, path: string): string {
  return `${deployment}\0${path}`;
}

/** What stays of a finding while lines move. */
function keyOf({ rule, deployment, object, span }: Finding): string {
  return [rule, deployment, object ?? span.file.path].join('\0');
}

/** What could be fixed and was not, with the reason. */
function refusals({ result, refused }: FixedProject, settings: FixSettings): readonly RefusedFix[] {
  return fixesOf(result, settings).flatMap((candidate) => {
    const failed = refused.find(({ finding }) => keyOf(finding) === keyOf(candidate.finding));
    const why =
      whyNot(candidate, result, settings) ??
      failed?.why ??
      (candidate.fix.safe || settings.unsafe ? null : 'a person has to look at it first: --fix-unsafe makes it');
    return why === null ? [] : [{ ...candidate, why }];
  });
}
