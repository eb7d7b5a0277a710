import type { QueryText } from '../../../ddl/operation.ts';
import { readStatementTree } from '../../../query/reader.ts';
import type { QueryTree, StatementTree } from '../../../query/tree.ts';
import type { ViewRead } from '../../catalog.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { requireFunction } from '../postgres/called-functions.ts';
import { Fault, Resolver, type Outputs, type Sightings } from './resolver.ts';
import { viewOutputs } from './view-bodies.ts';
import { resolveWrite } from './writes.ts';

/** What looking the names of a statement up has shown. */
export interface Resolution {
  /** What the engine surely says against it. */
  readonly fault: EngineError | null;
  /** What it may say. */
  readonly doubt: Resolver['doubt'];
  readonly outputs: Outputs;
  readonly reads: readonly ViewRead[];
}

/** Where a text stands, and how its names are to be looked up. */
export interface Place {
  readonly text: string;
  readonly offset: number;
  /** SQLite: the schema of the body that it belongs to. */
  readonly schema: string | null;
  readonly onlyReads?: boolean;
  readonly sightings?: Sightings;
  /** How many views stand around it: one that stands on itself never ends. */
  readonly depth?: number;
}

/** A resolver for one text. */
export function resolverFor(draft: Draft, place: Place): Resolver {
  const resolver: Resolver = new Resolver({
    draft,
    text: place.text,
    offset: place.offset,
    schema: place.schema,
    ...(place.sightings === undefined ? {} : { sightings: place.sightings }),
    ...(place.onlyReads === undefined ? {} : { onlyReads: place.onlyReads }),
    ...(draft.isVariable === undefined ? {} : { isVariable: draft.isVariable }),
    viewOutputs: (relation, key) => viewOutputs(draft, relation, key, resolver, place.depth ?? 0),
    write: (tree, common, outer) => resolveWrite(resolver, tree, common, outer),
  });
  return resolver;
}

/** Looks the names of a statement up. */
export function resolve(draft: Draft, tree: StatementTree, place: Place): Resolution {
  const resolver = resolverFor(draft, place);
  let outputs: Outputs = null;
  const fault = faultIn(() => {
    outputs = resolver.statement(tree, new Map(), null);
  });
  const sure = resolver.readsAreSure && resolver.doubt === null && fault === null;
  const reads = [...resolver.reads].map(([relation, columns]) => ({ relation, columns: [...columns], sure }));
  return { fault, doubt: resolver.doubt, outputs, reads };
}

/** What the engine would stop a look-up with. */
export function faultIn(lookUp: () => void): EngineError | null {
  try {
    lookUp();
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return thrown.error;
  }
}

/** What a query reads, and the keys of its output columns; null where no grammar could read it. */
export interface QueryReads {
  readonly reads: readonly ViewRead[] | null;
  readonly outputs: Outputs;
  readonly tree: QueryTree | null;
}

/** Reads a query that the engine looks into at once: refuses what it would refuse. */
export function checkQuery(draft: Draft, query: QueryText, listed: readonly string[] = []): QueryReads {
  const read = readQuery(draft, query);
  refuseRepeatedOutputs(draft, query, listed, read.outputs);
  return read;
}

/** Looks the names of a query up, and refuses what is not there. */
export function readQuery(draft: Draft, query: QueryText): QueryReads {
  const tree = readStatementTree(query.text, draft.engine.dialect);
  if (tree === null) return { reads: null, outputs: null, tree: null };
  const resolution = resolve(draft, tree, { text: query.text, offset: query.start, schema: null });
  conclude(draft, resolution);
  for (const { name, types } of tree.calls ?? [])
    requireFunction(draft, { name: { ...name, start: name.start + query.start, end: name.end + query.start }, types });
  return { reads: resolution.reads, outputs: resolution.outputs, tree: tree.kind === 'query' ? tree : null };
}

/** A view or table that is made of a query has each column once; SQLite numbers those that come again. */
export function refuseRepeatedOutputs(
  draft: Draft,
  { start, end }: QueryText,
  listed: readonly string[],
  outputs: Outputs,
): void {
  const { name } = draft.engine.dialect;
  if (name === 'sqlite' || outputs === null) return;
  const names = [...listed, ...outputs.slice(listed.length)];
  const repeated = names.find((one, at) => one !== '?column?' && names.indexOf(one) !== at);
  if (repeated === undefined) return;
  const text =
    name === 'postgres' ? `column "${repeated}" specified more than once` : `Duplicate column name '${repeated}'`;
  draft.refuse(errorAt('duplicate-column', text, { start, end }, { kind: 'column', name: repeated }));
}

/** Refuses or doubts, as a look-up says. Where something is surely at fault, a doubt before it changes only the words. */
export function conclude(draft: Draft, { fault, doubt }: Pick<Resolution, 'fault' | 'doubt'>): void {
  if (fault !== null) draft.refuse(fault);
  if (doubt !== null) draft.doubt(doubt.why, doubt.error);
}
