import { readStatementTree } from '../../../query/reader.ts';
import type { Relation, View } from '../../catalog.ts';
import { invalidView } from '../../errors/mysql.ts';
import { circularView, viewColumnCount } from '../../errors/sqlite.ts';
import type { EngineError } from '../../outcome.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { partKey } from '../names.ts';
import { resolve, type Resolution } from './check.ts';
import type { Outputs, Resolver, Sightings } from './resolver.ts';

/** Views nest less deep than this, unless they stand on themselves. */
const DEEPEST = 20;

/**
 * The columns of a view that a query names. PostgreSQL keeps them. The others look into the view's body each time: what it says
 * against it, it says against the query.
 */
export function viewOutputs(draft: Draft, relation: Relation, key: string, reader: Resolver, depth: number): Outputs {
  if (relation.kind === 'table' || relation.kind === 'sequence') return null;
  const isSqlite = draft.engine.dialect.name === 'sqlite';
  if (draft.engine.dialect.name === 'postgres') return relation.columns;
  const refuse = (error: Pick<EngineError, 'class' | 'text'>): never => {
    const object = { kind: 'view', schema: relation.schema, name: relation.name };
    const place = reader.place({ start: 0, end: 0 });
    return reader.fault({ ...errorAt(error.class, error.text, place, object), existing: relation.origin });
  };
  if (isSqlite && depth >= DEEPEST) refuse({ class: 'other', text: circularView(relation.name) });
  const resolution = depth < DEEPEST ? resolveView(draft, relation, depth + 1) : null;
  if (resolution === null) return relation.columns;
  if (resolution.doubt !== null) reader.note(resolution.doubt.why, resolution.doubt.error);
  const errorClass = resolution.fault?.class ?? (isSqlite || !lacksColumns(draft, relation) ? null : 'missing-column');
  if (errorClass !== null && relation.certain) {
    const text = isSqlite
      ? (resolution.fault?.text ?? '')
      : invalidView({ schema: relation.schema, name: relation.name, written: key });
    refuse({ class: errorClass, text });
  }
  const [listed, found] = [relation.columns?.length, resolution.outputs?.length];
  // While it looks through its schema, SQLite does not count.
  const isStatement = reader.setting.schema === null;
  if (isSqlite && isStatement && listed !== undefined && found !== undefined && listed !== found)
    refuse({ class: 'other', text: viewColumnCount(relation.name, listed, found) });
  return relation.columns ?? resolution.outputs;
}

/** MySQL, MariaDB: `*` stands for the columns that there were when the view was made. */
function lacksColumns({ catalog, engine: { dialect } }: Draft, view: View): boolean {
  return (view.reads ?? []).some(({ relation, columns, sure }) => {
    const read = catalog.relations.get(relation);
    if (!sure || read?.kind !== 'table' || read.open || !read.certain) return false;
    const keys = new Set(read.columns.map(({ name }) => partKey(name, dialect)));
    return columns.some((column) => !keys.has(column));
  });
}

/** Looks the names of a view's body up; null where no grammar could read it. */
export function resolveView(draft: Draft, view: View, depth = 0, sightings?: Sightings): Resolution | null {
  const { dialect } = draft.engine;
  const tree = readStatementTree(view.body, dialect);
  if (tree === null) return null;
  const schema = dialect.name === 'sqlite' ? view.schema : null;
  const seen = sightings === undefined ? {} : { sightings };
  return resolve(draft, tree, { text: view.body, offset: 0, schema, depth, ...seen });
}
