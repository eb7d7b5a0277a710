import { brokenBodies, type BrokenBody } from '../catalog/broken-bodies.ts';
import type { Catalog, Origin } from '../catalog/catalog.ts';
import type { History, Surprise, UpgradePath } from './history.ts';

/** A view or trigger that some paths leave broken. */
export interface BrokenAtEnd {
  readonly body: BrokenBody;
  readonly paths: readonly UpgradePath[];
  /** The statement that took from under it what it names; null where it was broken from the start. */
  readonly brokenBy: NonNullable<Origin> | null;
}

const kept = new WeakMap<History, readonly BrokenAtEnd[]>();

/** The views and triggers that a deploy leaves broken, each with all its paths. */
export function bodiesBrokenAtTheEnd(history: History): readonly BrokenAtEnd[] {
  let found = kept.get(history);
  if (found === undefined) {
    found = findBroken(history);
    kept.set(history, found);
  }
  return found;
}

function findBroken(history: History): readonly BrokenAtEnd[] {
  const { engine } = history.deployment;
  const found = new Map<string, { body: BrokenBody; paths: UpgradePath[] }>();
  // Most paths end with the same catalog.
  const known = new Map<Catalog, readonly BrokenBody[]>();
  for (const path of history.paths) {
    if (path.verdict === 'fails' || path.start.kind === 'after-failure') continue;
    const { catalog } = path.end;
    const broken = known.get(catalog) ?? brokenBodies(path.end, engine);
    known.set(catalog, broken);
    for (const body of broken) {
      const key = `${body.kind} ${body.object.schema}.${body.object.name} ${body.error.text}`;
      const other = found.get(key);
      if (other === undefined) found.set(key, { body, paths: [path] });
      else other.paths.push(path);
    }
  }
  return [...found.values()].map((broken) => ({ ...broken, brokenBy: breakerOf(broken.body, history) }));
}

/** The last statement that broke it, as the replay noted. */
function breakerOf({ kind, object }: BrokenBody, { surprises }: History): NonNullable<Origin> | null {
  const breaks = ({ outcome }: Surprise): boolean =>
    outcome.kind === 'done' &&
    outcome.effects.some(
      (effect) => effect.kind === 'broken-by' && effect.object.kind === kind && effect.object.name === object.name,
    );
  const surprise = surprises.findLast(breaks);
  if (surprise === undefined) return null;
  const { operation, parsed } = surprise;
  return {
    statement: parsed.statement,
    at: 'column' in operation && 'text' in operation.column ? operation.column : parsed.statement,
  };
}
