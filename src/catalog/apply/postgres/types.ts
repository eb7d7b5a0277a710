import type { AlterType, CreateType, DropObject, QualifiedName, Range, TypeName } from '../../../ddl/operation.ts';
import { canonicalType } from '../../canonical.ts';
import type { UserType } from '../../catalog.ts';
import type { EngineError, Outcome } from '../../outcome.ts';
import { originOf, type Draft } from '../draft.ts';
import { errorAt, skippedByMissing } from '../lookup.ts';
import { objectKey, storedName, targetForCreation, targetIfCreated, targetsForLookup, type Target } from '../names.ts';
import { dropTypeColumns, hasTypeDependents } from './dependents.ts';
import { checkSchema, described, hasSchema, missingSchema, quotedIfNeeded } from './schemas.ts';

/** Types of PostgreSQL 14 to 18 that no CREATE TYPE makes (pg_type), as a statement may write them. */
const BUILT_IN = new Set(
  `bigint bigserial bit bit varying bool boolean box bpchar bytea char character character varying cidr circle date datemultirange
   daterange dec decimal double precision float float4 float8 inet int int2 int2vector int4 int4multirange int4range int8 int8multirange int8range
   integer interval json jsonb jsonpath line lseg macaddr macaddr8 money name national numeric nummultirange numrange oid oidvector
   path pg_lsn pg_snapshot point polygon real record refcursor regclass regcollation regconfig regdictionary regnamespace
   regoper regoperator regproc regprocedure regrole regtype serial serial2 serial4 serial8 smallint smallserial text tid time
   timestamp timestamptz timetz trigger event_trigger tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot uuid
   varbit varchar void xid xid8 xml anyelement anyarray anyenum anyrange anynonarray anycompatible anycompatiblearray cstring internal
   language_handler fdw_handler index_am_handler table_am_handler unknown any aclitem`.split(/\s+/),
);
const BUILT_IN_PHRASES =
  /^(?:bit varying|character varying|char varying|double precision|national .*|nchar.*|time|timestamp|interval.*)$/;

/** Types of well-known extensions: without a CREATE EXTENSION in the files they may be there all the same. */
const EXTENSION_TYPES = new Set(
  'citext hstore ltree lquery ltxtquery geometry geography box2d box3d raster topogeometry vector halfvec sparsevec cube seg isbn issn ean13 upc semver'.split(
    ' ',
  ),
);

/**
 * A type as format_type prints it for a connection with the default search_path. Refuses nothing: what cannot be found is
 * given as written.
 */
export function postgresTypeText(draft: Draft, type: TypeName): string {
  const name = userTypeName(type);
  if (name === null) return canonicalType(type, draft.engine.dialect);
  const target = targetsForLookup(draft, name).find(
    ({ key }) => draft.catalog.types.has(key) || draft.catalog.relations.has(key),
  );
  return target === undefined ? canonicalType(type, draft.engine.dialect) : typeText(target, type.arrayDepth);
}

/** Refuses a type that is surely missing; what an extension may bring is unsure. */
export function checkType(draft: Draft, type: TypeName | undefined): void {
  const name = type === undefined ? null : userTypeName(type);
  if (type === undefined || name === null) return;
  for (const { key } of targetsForLookup(draft, name)) {
    const found = draft.catalog.types.get(key) ?? draft.catalog.relations.get(key);
    if (found === undefined) continue;
    if (!found.certain) draft.doubt(`the type ${found.name} may not exist`, missingType(name, draft));
    return;
  }
  refuseMissingType(draft, name, type);
}

/** The name of a type that is not built in. */
function userTypeName(type: TypeName): QualifiedName | null {
  const builtIn = type.schema === undefined ? isBuiltIn(type) : type.schema.text.toLowerCase() === 'pg_catalog';
  if (builtIn || type.identifier === undefined) return null;
  return {
    name: type.identifier,
    start: type.start,
    end: type.end,
    ...(type.schema === undefined ? {} : { schema: type.schema }),
  };
}

/** Whether a name in pg_type may be the engine's, or a well-known extension's. */
export function isBuiltInTypeName(name: string): boolean {
  const element = name.replace(/^_/, '');
  return BUILT_IN.has(element) || EXTENSION_TYPES.has(element);
}

function isBuiltIn(type: TypeName): boolean {
  if (type.identifier?.quoted === true) return BUILT_IN.has(type.identifier.text);
  return BUILT_IN.has(type.name) || BUILT_IN_PHRASES.test(type.name);
}

function refuseMissingType(draft: Draft, name: QualifiedName, type: TypeName): void {
  const error = missingType(name, draft);
  if (name.schema !== undefined) {
    const schema = storedName(name.schema, draft.engine.dialect);
    if (!hasSchema(draft, schema)) {
      draft.doubt(`the schema ${schema} may have been made elsewhere`, missingSchema(schema, name));
      return;
    }
  }
  if (mayComeFromElsewhere(draft, type))
    draft.doubt(`the type ${type.name} may come from an extension or from elsewhere`, error);
  else draft.refuse(error);
}

function mayComeFromElsewhere(draft: Draft, type: TypeName): boolean {
  if (draft.catalog.open || draft.session.searchPath === null || EXTENSION_TYPES.has(type.name)) return true;
  for (const other of draft.catalog.others.values())
    if (other.kind === 'extension' && other.name !== 'plpgsql') return true;
  return false;
}

function missingType(name: QualifiedName, draft: Draft): EngineError {
  const stored = storedName(name.name, draft.engine.dialect);
  const written = name.schema === undefined ? stored : `${storedName(name.schema, draft.engine.dialect)}.${stored}`;
  return errorAt('missing-type', `type "${written}" does not exist`, name, { kind: 'type', name: stored });
}

/** As format_type prints a user's type: qualified outside of `public`, quoted where needed. */
function typeText(target: Target, arrayDepth: number): string {
  return `${target.schema === 'public' ? '' : `${target.schema}.`}${quotedIfNeeded(target.name)}${arrayDepth > 0 ? '[]' : ''}`;
}

export function createType(draft: Draft, operation: CreateType): Outcome | undefined {
  const target = targetForCreation(draft, operation.type);
  checkSchema(draft, target.schema, operation.type);
  for (const attribute of operation.attributes) checkType(draft, attribute.type);
  checkType(draft, operation.domain?.type);
  const existing = draft.catalog.types.get(target.key);
  const relation = draft.catalog.relations.get(target.key);
  const taken = existing ?? relation;
  // A composite type is a row of pg_class too, but its type name is looked at first.
  if (taken !== undefined && !(existing?.variant === 'shell' && operation.variant === 'base'))
    refuseTakenType(draft, target, taken);
  if (operation.variant === 'enum') checkLabels(draft, operation);
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(target.key, typeOf(operation, target)) };
  draft.record({ kind: 'created', object: { kind: 'type', schema: target.schema, name: target.name }, silent: false });
  return undefined;
}

/** A type that the engine refused: others may make it. */
export function supposeType(draft: Draft, operation: CreateType): void {
  const target = targetIfCreated(draft, operation.type);
  const { types } = draft.catalog;
  if (types.get(target.key) !== undefined) return;
  draft.catalog = { ...draft.catalog, types: types.set(target.key, { ...typeOf(operation, target), certain: false }) };
}

function refuseTakenType(
  draft: Draft,
  target: Target,
  taken: { readonly certain: boolean; readonly origin: UserType['origin'] },
): void {
  const error: EngineError = {
    ...errorAt('duplicate-type', `type "${target.name}" already exists`, target.at, {
      kind: 'type',
      schema: target.schema,
      name: target.name,
    }),
    existing: taken.origin,
  };
  if (taken.certain) draft.refuse(error);
  draft.doubt(`the type ${target.name} may be there already`, error);
}

function checkLabels(draft: Draft, operation: CreateType): void {
  if (new Set(operation.labels).size === operation.labels.length) return;
  const text = 'duplicate key value violates unique constraint "pg_enum_typid_label_index"';
  draft.refuse(errorAt('other', text, operation.type, { kind: 'type', name: operation.type.name.text }));
}

function typeOf(operation: CreateType, target: Target): UserType {
  const { statement } = operation;
  return {
    schema: target.schema,
    name: target.name,
    variant: operation.variant,
    labels: operation.labels,
    text: operation.variant === 'enum' ? '' : statement.sql.text.slice(statement.start, statement.end),
    origin: originOf(operation, target.at),
    certain: true,
  };
}

interface TypeAt {
  readonly target: Target;
  readonly type: UserType | null;
}

/** The type that a statement names; null where only doubt is left. */
function requireType(draft: Draft, name: QualifiedName, asRelation = false): TypeAt {
  const missing = asRelation ? missingComposite(name, draft) : missingType(name, draft);
  const targets = targetsForLookup(draft, name);
  for (const target of targets) {
    const type = draft.catalog.types.get(target.key);
    if (type === undefined) continue;
    if (!type.certain) draft.doubt(`the type ${target.name} may not exist`, missing);
    else if (asRelation && type.variant !== 'composite') draft.refuse(missing);
    return { target, type };
  }
  const [target] = targets.slice(-1);
  if (target === undefined) throw new RangeError('a look-up has at least one place');
  if (draft.catalog.open || draft.session.searchPath === null)
    draft.doubt(`the type ${target.name} may exist unseen`, missing);
  else draft.refuse(missing);
  return { target, type: null };
}

/** COMMENT ON TYPE: it must be there, and the row type of a table is one. */
export function requireNamedType(draft: Draft, name: QualifiedName): void {
  if (draft.engine.dialect.name !== 'postgres' || isBuiltInTypeName(storedName(name.name, draft.engine.dialect)))
    return;
  const isThere = targetsForLookup(draft, name).some(({ key }) => draft.catalog.relations.has(key));
  const isOurs = name.schema === undefined || hasSchema(draft, storedName(name.schema, draft.engine.dialect));
  const mayBeOfExtension = [...draft.catalog.others.values()].some(({ kind }) => kind === 'extension');
  if (!isThere && isOurs && !mayBeOfExtension) requireType(draft, name);
}

/** ADD, ALTER, DROP and RENAME ATTRIBUTE look the type up as the relation that it is. */
function isOfAttribute(change: AlterType['change']): boolean {
  return change.kind === 'other' && /^(?:add|alter|drop|rename) attribute\b/.test(change.words);
}

function missingComposite(name: QualifiedName, draft: Draft): EngineError {
  const error = missingType(name, draft);
  return { ...error, text: error.text.replace(/^type/, 'relation') };
}

export function alterType(draft: Draft, operation: AlterType): Outcome | undefined {
  const { change } = operation;
  const { target, type } = requireType(draft, operation.type, isOfAttribute(change));
  if (type === null) return draft.conclude();
  switch (change.kind) {
    case 'add-value':
      return addLabel(draft, { target, type }, change);
    case 'rename-value':
      renameLabel(draft, { target, type }, change, operation.type);
      break;
    case 'rename':
      moveType(draft, { target, type }, type.schema, storedName(change.to, draft.engine.dialect), change.to);
      break;
    case 'set-schema':
      checkSchema(draft, storedName(change.schema, draft.engine.dialect), change.schema);
      moveType(draft, { target, type }, storedName(change.schema, draft.engine.dialect), type.name, change.schema);
      break;
    case 'other':
      break;
  }
  return undefined;
}

type SureType = { readonly target: Target; readonly type: UserType };

function putType(draft: Draft, key: string, type: UserType): void {
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(key, type) };
}

function refuseOtherType(draft: Draft, { target, type }: SureType): void {
  if (type.variant === 'enum') return;
  const object = { kind: 'type', schema: type.schema, name: type.name };
  draft.refuse(errorAt('wrong-object', `${quotedIfNeeded(type.name)} is not an enum`, target.at, object));
}

function addLabel(
  draft: Draft,
  { target, type }: SureType,
  change: Extract<AlterType['change'], { kind: 'add-value' }>,
): Outcome | undefined {
  const object = { kind: 'type-label', schema: type.schema, table: type.name, name: change.label };
  refuseOtherType(draft, { target, type });
  if (type.labels.includes(change.label)) {
    if (change.ifNotExists === undefined) {
      return draft.refuse(
        errorAt('duplicate-object', `enum label "${change.label}" already exists`, change.labelRange, object),
      );
    }
    return {
      kind: 'skipped',
      by: { guard: 'if-not-exists', at: change.ifNotExists, existing: type.origin, object, differs: [] },
    };
  }
  const neighbour = change.before ?? change.after;
  const at = neighbour === undefined ? type.labels.length : type.labels.indexOf(neighbour);
  if (neighbour !== undefined && at < 0) draft.refuse(missingLabel(neighbour, type, change.labelRange));
  const labels = [...type.labels];
  labels.splice(change.after === undefined ? at : at + 1, 0, change.label);
  putType(draft, target.key, { ...type, labels });
  draft.record({ kind: 'altered', object: { kind: 'type', schema: type.schema, name: type.name }, silent: false });
  return undefined;
}

function renameLabel(
  draft: Draft,
  { target, type }: SureType,
  change: { readonly label: string; readonly to: string },
  at: Range,
): void {
  refuseOtherType(draft, { target, type });
  if (!type.labels.includes(change.label)) draft.refuse(missingLabel(change.label, type, at));
  if (type.labels.includes(change.to)) {
    const object = { kind: 'type-label', schema: type.schema, table: type.name, name: change.to };
    draft.refuse(errorAt('duplicate-object', `enum label "${change.to}" already exists`, at, object));
  }
  putType(draft, target.key, {
    ...type,
    labels: type.labels.map((label) => (label === change.label ? change.to : label)),
  });
}

function missingLabel(label: string, type: UserType, at: Range): EngineError {
  return errorAt('missing-object', `"${label}" is not an existing enum label`, at, {
    kind: 'type-label',
    schema: type.schema,
    table: type.name,
    name: label,
  });
}

function moveType(draft: Draft, { target, type }: SureType, schema: string, name: string, at: Range): void {
  const key = objectKey(schema, name, draft.engine.dialect);
  const taken = draft.catalog.types.get(key) ?? draft.catalog.relations.get(key);
  if (taken !== undefined) refuseTakenType(draft, { ...target, schema, name, key, at }, taken);
  draft.catalog = {
    ...draft.catalog,
    types: draft.catalog.types.delete(target.key).set(key, { ...type, schema, name }),
  };
  retypeColumns(draft, typeText(target, 0), typeText({ ...target, schema, name }, 0));
  draft.record({
    kind: 'renamed',
    object: { kind: 'type', schema: type.schema, name: type.name },
    silent: false,
    detail: name,
  });
}

/** Columns follow the new name of their type. */
function retypeColumns(draft: Draft, from: string, to: string): void {
  for (const [key, relation] of draft.catalog.relations.entries()) {
    if (relation.kind !== 'table' || !relation.columns.some(({ type }) => type === from || type === `${from}[]`))
      continue;
    const columns = relation.columns.map((column) =>
      column.type === from
        ? { ...column, type: to }
        : column.type === `${from}[]`
          ? { ...column, type: `${to}[]` }
          : column,
    );
    draft.putRelation(key, { ...relation, columns });
  }
}

export function dropType(draft: Draft, operation: DropObject): Outcome | undefined {
  const found = findTypeOrRowType(draft, operation.name);
  if (found === null) return missingDroppedType(draft, operation);
  const { target, type } = found;
  if (type === null) return refuseRowType(draft, operation, target);
  if (!type.certain) draft.doubt(`the type ${type.name} may not exist`, missingType(operation.name, draft));
  if (operation.object === 'domain' && type.variant !== 'domain') {
    draft.refuse(
      errorAt('wrong-object', `"${type.name}" is not a domain`, operation.name, {
        kind: 'type',
        schema: type.schema,
        name: type.name,
      }),
    );
  }
  const text = typeText(target, 0);
  if (operation.cascade) dropTypeColumns(draft, text);
  else if (hasTypeDependents(draft, text)) refuseNeededType(draft, operation, type);
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.delete(target.key) };
  draft.record({
    kind: 'dropped',
    object: { kind: 'type', schema: type.schema, name: type.name },
    silent: false,
    origin: type.origin,
  });
  return undefined;
}

function refuseNeededType(draft: Draft, operation: DropObject, type: UserType): never {
  const text = `cannot drop type ${describedType(draft, type)} because other objects depend on it`;
  return draft.refuse(
    errorAt('dependent-objects', text, operation.name, { kind: 'type', schema: type.schema, name: type.name }),
  );
}

function describedType(draft: Draft, type: UserType): string {
  const isVisible = (draft.session.searchPath ?? ['public']).includes(type.schema);
  return isVisible ? quotedIfNeeded(type.name) : `${type.schema}.${quotedIfNeeded(type.name)}`;
}

function findTypeOrRowType(draft: Draft, name: QualifiedName): TypeAt | null {
  for (const target of targetsForLookup(draft, name)) {
    const type = draft.catalog.types.get(target.key);
    if (type !== undefined) return { target, type };
    if (draft.catalog.relations.has(target.key)) return { target, type: null };
  }
  return null;
}

function missingDroppedType(draft: Draft, operation: DropObject): Outcome | undefined {
  const name = operation.name;
  const schema = name.schema === undefined ? null : storedName(name.schema, draft.engine.dialect);
  const unknownSchema = schema !== null && !hasSchema(draft, schema);
  const error = unknownSchema ? missingSchema(schema, name) : missingType(name, draft);
  if (draft.catalog.open || draft.session.searchPath === null || (unknownSchema && operation.ifExists === undefined)) {
    draft.doubt('the type may exist unseen', error);
    return undefined;
  }
  if (operation.ifExists === undefined) return draft.refuse(error);
  return {
    kind: 'skipped',
    by: skippedByMissing(operation.ifExists, { kind: 'type', name: storedName(name.name, draft.engine.dialect) }),
  };
}

function refuseRowType(draft: Draft, operation: DropObject, target: Target): Outcome | undefined {
  const kind = draft.catalog.relations.get(target.key)?.kind ?? 'table';
  const named = described(draft, target.schema, target.name);
  const text = `cannot drop type ${named} because ${kind.replace('-', ' ')} ${named} requires it`;
  return draft.refuse(
    errorAt('dependent-objects', text, operation.name, { kind: 'type', schema: target.schema, name: target.name }),
  );
}

/** An enum as a column of it has it. */
export function enumText(type: UserType): string {
  return `${type.schema === 'public' ? '' : `${type.schema}.`}${quotedIfNeeded(type.name)}`;
}

/** Whether a column's type is one of the project's enums. */
export function isEnumText(draft: Draft, text: string): boolean {
  return enumOfText(draft, text) !== null;
}

/** The enum that a column's type text stands for; null where it is none, or not known for certain. */
export function enumOfText(draft: Draft, text: string): UserType | null {
  for (const type of draft.catalog.types.values()) {
    if (type.variant === 'enum' && type.certain && text === enumText(type)) return type;
  }
  return null;
}
