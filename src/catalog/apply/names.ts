import type { Name, QualifiedName, Range } from '../../ddl/operation.ts';
import type { Dialect, DialectName } from '../../dialects/dialect.ts';
import type { Relation } from '../catalog.ts';
import type { Mention } from '../errors/words.ts';
import type { EngineError } from '../outcome.ts';
import type { Draft } from './draft.ts';

/** Where a name leads: the key of the object, its parts as the engine stores them, and as it was written. */
export interface Target extends Mention {
  readonly key: string;
  readonly at: Range;
}

/** What a look-up knows. `unsure` carries what is listed, if anything is. */
export type Found<Value> =
  | { readonly presence: 'present'; readonly target: Target; readonly value: Value }
  | { readonly presence: 'unsure'; readonly target: Target; readonly value: Value | undefined; readonly why: string }
  | { readonly presence: 'absent'; readonly target: Target };

/** The schema that unqualified names stand for in a fresh connection. */
export function defaultSchema(dialect: DialectName): string {
  switch (dialect) {
    case 'sqlite':
      return 'main';
    case 'postgres':
      return 'public';
    case 'mysql':
    case 'mariadb':
      return 'db';
  }
}

/** The schema of temporary objects, which hide others of their name. In MySQL and MariaDB it is only our own word. */
export function temporarySchema(dialect: DialectName): string {
  return dialect === 'sqlite' ? 'temp' : 'pg_temp';
}

/** A name as the engine stores it: PostgreSQL folds and cuts, the others keep what was written. */
export function storedName(name: Name, dialect: Dialect): string {
  return dialect.name === 'postgres' ? dialect.key(name.text, name.quoted) : name.text;
}

/** The key under which a stored name is compared: columns, indexes, constraints. */
export function partKey(stored: string, dialect: Dialect): string {
  return dialect.key(stored, true);
}

/** The key of a name in a statement: columns, indexes, constraints. */
export function nameKey(name: Name, dialect: Dialect): string {
  return dialect.key(name.text, name.quoted);
}

/** The key of a relation, trigger, type or routine from its stored parts. */
export function objectKey(schema: string, stored: string, dialect: Dialect): string {
  return `${dialect.tableKey(schema, true)}.${dialect.tableKey(stored, true)}`;
}

/** Where an object of this name would be made. */
export function targetForCreation(draft: Draft, name: QualifiedName, temporary = false): Target {
  const { dialect } = draft.engine;
  const written = schemaOf(draft, name);
  const path = draft.session.searchPath;
  if (written === null && !temporary && path === null) draft.doubt('the search path is not known');
  const schema = temporary
    ? temporarySchema(dialect.name)
    : (written ?? firstSchema(draft, path, name) ?? defaultSchema(dialect.name));
  return targetIn(draft, schema, name);
}

/**
 * Where an object of this name would be made, also after the search path was emptied, when the engine would refuse: asked by
 * those who look back, to when the path was another one.
 */
export function targetIfCreated(draft: Draft, name: QualifiedName, temporary = false): Target {
  const { dialect } = draft.engine;
  if (schemaOf(draft, name) !== null || temporary || draft.session.searchPath?.length !== 0)
    return targetForCreation(draft, name, temporary);
  return targetIn(draft, defaultSchema(dialect.name), name);
}

/** PostgreSQL makes things in the first schema of the search path that is there. */
function firstSchema(draft: Draft, path: readonly string[] | null, name: QualifiedName): string | undefined {
  if (draft.engine.dialect.name !== 'postgres' || path === null) return path?.[0];
  const schema = path.find((candidate) => draft.catalog.others.has(`schema:${candidate}`));
  if (schema !== undefined) return schema;
  const error: EngineError = {
    class: 'missing-object',
    text: 'no schema has been selected to create in',
    at: { start: name.start, end: name.end },
    object: { kind: 'schema', name: path.join(', ') },
  };
  // An empty path leads nowhere for sure; a schema of it may have been made elsewhere.
  if (path.length === 0) draft.refuse(error);
  draft.doubt(`no schema of the search path is known`, error);
  return path[0];
}

/** The places at which an unqualified or qualified name is looked for, in the engine's order. */
export function targetsForLookup(draft: Draft, name: QualifiedName): readonly Target[] {
  const { dialect } = draft.engine;
  const written = schemaOf(draft, name);
  if (written !== null) return [targetIn(draft, written, name)];
  const temporary = temporarySchema(dialect.name);
  // sqlite3FindTable and PostgreSQL's RangeVarGetRelid look at temporary objects first; so does MySQL.
  const path = draft.session.searchPath ?? [defaultSchema(dialect.name)];
  const schemas = path.includes(temporary) ? path : [temporary, ...path];
  return schemas.map((schema) => targetIn(draft, schema, name));
}

/** The place that a failed look-up speaks of: not the temporary schema. */
export function placeOfMissing(targets: readonly Target[], draft: Draft): Target {
  const temporary = temporarySchema(draft.engine.dialect.name);
  const target = targets.find((candidate) => candidate.schema !== temporary) ?? targets[0];
  if (target === undefined) throw new RangeError('a look-up has at least one place');
  return target;
}

/** Finds a table, view or sequence. */
export function findRelation(draft: Draft, name: QualifiedName): Found<Relation> {
  const targets = targetsForLookup(draft, name);
  for (const target of targets) {
    const relation = draft.catalog.relations.get(target.key);
    if (relation === undefined) continue;
    if (!relation.certain) return { presence: 'unsure', target, value: relation, why: `${target.name} may not exist` };
    if (draft.session.searchPath === null && name.schema === undefined) {
      return { presence: 'unsure', target, value: relation, why: 'the search path is not known' };
    }
    return { presence: 'present', target, value: relation };
  }
  const target = placeOfMissing(targets, draft);
  const why = whyItMayExist(draft, target, name);
  return why === null ? { presence: 'absent', target } : { presence: 'unsure', target, value: undefined, why };
}

/** Why an object that is not listed may be there all the same, or null when it surely is not. */
export function whyItMayExist(draft: Draft, target: Target, name: QualifiedName): string | null {
  if (draft.catalog.open) return `${target.name} may stem from before the first known statement`;
  if (draft.session.searchPath === null && name.schema === undefined) return 'the search path is not known';
  if (isSystemName(draft, target)) return `${target.written} belongs to the engine`;
  if (isForeignSchema(draft, target)) return `the schema ${target.schema} is not part of what is known`;
  return null;
}

function schemaOf(draft: Draft, name: QualifiedName): string | null {
  return name.schema === undefined ? null : storedName(name.schema, draft.engine.dialect);
}

function targetIn(draft: Draft, schema: string, name: QualifiedName): Target {
  const { dialect } = draft.engine;
  const stored = storedName(name.name, dialect);
  const storedSchema = dialect.name === 'sqlite' ? dialect.tableKey(schema, true) : schema;
  const written = name.schema === undefined ? stored : `${storedName(name.schema, dialect)}.${stored}`;
  return {
    schema: storedSchema,
    name: stored,
    written,
    key: objectKey(storedSchema, stored, dialect),
    at: { start: name.start, end: name.end },
  };
}

/** Whether a relation is the engine's own: its catalogs, SQLite's bookkeeping. */
export function isSystemName(draft: Draft, target: Target): boolean {
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return target.key.includes('.sqlite_');
    case 'postgres':
      return (
        target.schema.startsWith('pg_catalog') ||
        target.schema === 'information_schema' ||
        target.name.startsWith('pg_')
      );
    case 'mysql':
    case 'mariadb':
      return /^(?:information_schema|mysql|performance_schema|sys)$/i.test(target.schema);
  }
}

/** SQLite: an attached database. PostgreSQL: a schema that is not listed. MySQL, MariaDB: another database of the server. */
function isForeignSchema(draft: Draft, target: Target): boolean {
  switch (draft.engine.dialect.name) {
    case 'sqlite':
      return target.schema !== 'main' && target.schema !== 'temp';
    // A schema that no statement made may come from elsewhere: an init script, a hosted platform.
    case 'postgres':
      return target.schema !== 'pg_temp' && !draft.catalog.others.has(`schema:${target.schema}`);
    case 'mysql':
    case 'mariadb':
      return target.schema !== temporarySchema('mysql') && !(draft.session.searchPath ?? []).includes(target.schema);
  }
}

/**
 * The key of an object that is no relation: `kind:name`, or `kind:table.name` for what is named by its table. PostgreSQL's
 * statistics stand on a table, too, but have names of their own.
 */
export function otherKey(kind: string, name: string, table: string | null): string {
  return table === null || kind === 'statistics' ? `${kind}:${name}` : `${kind}:${table}.${name}`;
}
