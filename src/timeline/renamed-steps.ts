import type { Deployment, Step } from '../deployment.ts';
import { baseName, folderOf } from '../layouts/file-order.ts';
import type { Past, PastForm } from '../past.ts';
import { fileOfStep, goesBack, pastPlaces, versionedName, versionOf } from './past-steps.ts';

/** A step that databases have recorded under another identity than it has now. */
export interface RenamedStep {
  readonly step: Step;
  /** The path under which it shipped. */
  readonly path: string;
  /** Where it did. */
  readonly form: PastForm;
  /** The step that has its old identity now: those databases take it for run. */
  readonly successor: Step | null;
  /** All that it makes or drops it asks for first. */
  readonly runsTwice: boolean;
}

/** What tools store for a file: its version, digits as they stand, what precedes the first `_`, its name. */
const IDENTITIES: readonly ((path: string) => string | null)[] = [
  versionOf,
  (path) => /^\D?(\d+)/.exec(versionedName(path))?.[1] ?? null,
  (path) => versionedName(path).replace(/_.*/s, '').replaceAll('-', ''),
  baseName,
  (path) => versionedName(path).replace(/(?:[._]up)?\.sql$/, ''),
  (path) => baseName(path).replace(/\.sql$/, ''),
];

/** How the identities of a ledger come from the paths of its files; null: they do not. */
export function identityByPath({ ledger }: Deployment): ((path: string) => string | null) | null {
  return IDENTITIES.find((of) => ledger.every(({ file, identity }) => of(file) === identity)) ?? null;
}

/** The steps that shipped under another identity: what a database has recorded is not what it looks for. */
export function renamedSteps(deployment: Deployment, past: Past): readonly RenamedStep[] {
  const identityOf = identityByPath(deployment);
  if (identityOf === null) return [];
  const { ledger } = deployment;
  const recorded = recordedIdentities(identityOf, deployment, past);
  return ledger.flatMap((step): readonly RenamedStep[] => {
    if (recorded.has(step.identity)) return [];
    for (const { path, file } of pastPlaces(past, step.file)) {
      const form = file.forms.find((one) => shipped(one, past));
      const identity = identityOf(path);
      if (form === undefined || identity === null || recorded.get(identity)?.path !== path) continue;
      return [
        {
          step,
          path,
          form,
          successor: ledger.find((other) => other.identity === identity) ?? null,
          runsTwice: isFullyGuarded(step),
        },
      ];
    }
    return [];
  });
}

function isFullyGuarded(step: Step): boolean {
  const statements = fileOfStep(step)?.text.match(/\b(?:CREATE|ADD\s+COLUMN|DROP|ALTER)\b[^;]*/gi) ?? [];
  return statements.every((statement) => /\bIF\s+(?:NOT\s+)?EXISTS\b/i.test(statement));
}

/** A new step under an identity that databases have recorded for another file. */
export interface MaskedStep {
  readonly step: Step;
  /** That file. */
  readonly path: string;
  readonly form: PastForm;
}

/** The new steps that databases take for one that they have run. */
export function maskedSteps(deployment: Deployment, past: Past): readonly MaskedStep[] {
  const identityOf = identityByPath(deployment);
  if (identityOf === null) return [];
  const recorded = recordedIdentities(identityOf, deployment, past);
  return deployment.ledger.flatMap((step): readonly MaskedStep[] => {
    const known = recorded.get(step.identity);
    if (known === undefined || known.path === step.file || past.files.get(known.path)?.now === step.file) return [];
    return pastPlaces(past, step.file).length > 0 ? [] : [{ step, ...known }];
  });
}

/** What databases have recorded, as the paths of releases tell: up halves in the folders of the ledger. */
function recordedIdentities(
  identityOf: (path: string) => string | null,
  { ledger }: Deployment,
  past: Past,
): ReadonlyMap<string, { readonly path: string; readonly form: PastForm }> {
  const folders = new Set(ledger.map(({ file }) => folderOfVersions(file)));
  const recorded = new Map<string, { readonly path: string; readonly form: PastForm }>();
  for (const [path, { forms }] of past.files) {
    if (goesBack(path) || !folders.has(folderOfVersions(path))) continue;
    const form = forms.find((one) => shipped(one, past));
    const identity = identityOf(path);
    if (form !== undefined && identity !== null) recorded.set(identity, { path, form });
  }
  return recorded;
}

/** Where there are releases only they count: what only the base branch held has hardly been run. */
function shipped({ seenIn }: PastForm, { releases }: Past): boolean {
  return seenIn === 'release' || (releases.length === 0 && seenIn === 'base');
}

function folderOfVersions(path: string): string {
  return versionedName(path) === baseName(path) ? folderOf(path) : folderOf(folderOf(path));
}
