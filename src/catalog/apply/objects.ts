import type { AlterObject, CommentOn, CreateObject, DropObject, Name, QualifiedName } from '../../ddl/operation.ts';
import { postgresSince } from '../../dialects/since.ts';
import type { OtherObject, Relation } from '../catalog.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { originOf, type Draft } from './draft.ts';
import { requireIndex } from './indexes.ts';
import {
  errorAt,
  findConstraint,
  objectOf,
  requireColumn,
  requireRelation,
  skippedByMissing,
  type RelationAt,
} from './lookup.ts';
import { findRelation, objectKey, otherKey, storedName, targetForCreation, targetsForLookup } from './names.ts';
import { refuseTaken } from './renames.ts';
import { columnsRead } from './column-definition.ts';
import { alterSchema, dropSchema } from './postgres/schema-objects.ts';
import { ownerWritten, releaseSequence } from './postgres/sequences.ts';
import { alterTrigger } from './postgres/triggers.ts';
import { checkPolicyColumns, refuseRepeatedStatistics } from './postgres/policies.ts';
import { alterRoutine, dropRoutine, requireRoutine } from './routines.ts';
import { restartSequence } from './postgres/sequence-values.ts';
import { dropType, requireNamedType } from './postgres/types.ts';

/** Objects of which only the name is known. Sequences are relations, routines and types have files of their own. */
export function createObject(draft: Draft, operation: CreateObject): Outcome | undefined {
  if (operation.object === 'sequence') return createSequence(draft, operation);
  const table = tableKeyOf(draft, operation.table, operation);
  const key = keyOfObject(draft, operation.object, operation.name, table);
  const name = storedName(operation.name.name, draft.engine.dialect);
  const object = { kind: operation.object, name };
  checkPolicyColumns(draft, operation);
  const existing = draft.catalog.others.get(key);
  if (existing !== undefined && operation.orReplace === undefined) {
    const skipped = refuseExisting(draft, operation, existing, object);
    if (skipped !== undefined) return skipped;
  }
  refuseRepeatedStatistics(draft, operation);
  const made: OtherObject = {
    kind: operation.object,
    schema: '',
    name,
    table,
    text: '',
    columns: [...new Set(operation.expressions.flatMap((expression) => columnsRead(expression, draft.engine.dialect)))],
    origin: originOf(operation, operation.name),
    certain: !(draft.hasDoubt && operation.ifNotExists !== undefined),
  };
  draft.catalog = { ...draft.catalog, others: draft.catalog.others.set(key, made) };
  draft.record({ kind: 'created', object, silent: false });
  return undefined;
}

function refuseExisting(
  draft: Draft,
  operation: CreateObject,
  existing: OtherObject,
  object: EngineError['object'],
): Outcome | undefined {
  const error = takenObjectError(draft, operation, existing, operation.name, object);
  if (!existing.certain) {
    draft.doubt(`${existing.name} may already exist`, error);
    return undefined;
  }
  if (operation.ifNotExists === undefined) draft.refuse(error);
  const { start, end } = operation.ifNotExists;
  return {
    kind: 'skipped',
    by: { guard: 'if-not-exists', at: { start, end }, existing: existing.origin, object, differs: [] },
  };
}

function takenObjectError(
  draft: Draft,
  { object: kind, table }: CreateObject | AlterObject,
  existing: OtherObject,
  at: QualifiedName,
  object: EngineError['object'],
): EngineError {
  const mention = { schema: existing.schema, name: existing.name, written: existing.name };
  const text = draft.words.duplicateObject(kind, mention, table?.name.text);
  return { ...errorAt('duplicate-object', text, at, object), existing: existing.origin };
}

function createSequence(draft: Draft, operation: CreateObject): Outcome | undefined {
  const target = targetForCreation(draft, operation.name, operation.temporary === true);
  const existing = draft.catalog.relations.get(target.key);
  if (existing?.certain === true && operation.ifNotExists !== undefined) {
    const { start, end } = operation.ifNotExists;
    const differs = existing.kind === 'sequence' ? [] : [`${target.name} is a ${existing.kind}`];
    const object = { kind: 'sequence', ...objectOf(target) };
    return {
      kind: 'skipped',
      by: { guard: 'if-not-exists', at: { start, end }, existing: existing.origin, object, differs },
    };
  }
  // MariaDB: OR REPLACE takes a table's place too (run on 10.11).
  if (operation.orReplace === undefined) refuseTaken(draft, target);
  else if (existing?.kind === 'view') {
    const text = `'${target.schema}.${target.name}' is a view`;
    draft.refuse(errorAt('wrong-object', text, target.at, { kind: 'view', ...objectOf(target) }));
  } else draft.removeRelation(target.key);
  const origin = originOf(operation, operation.name);
  const ownedBy = draft.engine.dialect.name === 'postgres' ? (ownerWritten(draft, operation) ?? null) : null;
  draft.putRelation(target.key, {
    kind: 'sequence',
    schema: target.schema,
    name: target.name,
    ownedBy,
    origin,
    certain: true,
  });
  draft.record({ kind: 'created', object: { kind: 'sequence', ...objectOf(target) }, silent: false });
  return undefined;
}

export function alterObject(draft: Draft, operation: AlterObject): Outcome | undefined {
  const { change } = operation;
  if (operation.object === 'sequence' || operation.object === 'view' || operation.object === 'materialized-view') {
    return alterRelation(draft, operation);
  }
  const table = tableKeyOf(draft, operation.table, operation);
  if (operation.object === 'trigger') return alterTrigger(draft, operation, table);
  if (operation.object === 'schema') return alterSchema(draft, operation);
  if (operation.object === 'routine') return alterRoutine(draft, operation);
  const key = keyOfObject(draft, operation.object, operation.name, table);
  const existing = draft.catalog.others.get(key);
  const name = storedName(operation.name.name, draft.engine.dialect);
  // rename_policy looks at the new name first.
  if (change.kind === 'rename' && operation.object === 'policy') refuseTakenObject(draft, operation, change.to, table);
  if (existing === undefined) return missingNamed(draft, operation, { kind: operation.object, name });
  if (change.kind === 'rename') {
    const renamed = { ...existing, name: storedName(change.to, draft.engine.dialect) };
    const newKey = refuseTakenObject(draft, operation, change.to, table);
    const others = draft.catalog.others.delete(key).set(newKey, renamed);
    draft.catalog = { ...draft.catalog, others };
  }
  draft.record({ kind: 'altered', object: { kind: operation.object, name }, silent: false, detail: change.kind });
  return undefined;
}

/** Gives the key of the new name. */
function refuseTakenObject(draft: Draft, operation: AlterObject, name: Name, table: string | null): string {
  const to: QualifiedName = { name, start: name.start, end: name.end };
  const key = keyOfObject(draft, operation.object, to, table);
  const existing = draft.catalog.others.get(key);
  if (existing === undefined) return key;
  const error = takenObjectError(draft, operation, existing, to, { kind: operation.object, name: existing.name });
  if (existing.certain) draft.refuse(error);
  draft.doubt(`${existing.name} may already exist`, error);
  return key;
}

function alterRelation(draft: Draft, operation: AlterObject): Outcome | undefined {
  const found = requireRelation(draft, operation, operation.name, 'alter', operation.ifExists);
  if ('outcome' in found) return found.outcome;
  const { change } = operation;
  const { relation, target } = found;
  if (change.kind === 'other' && change.words === 'refresh') {
    checkRefreshed(draft, found);
    return undefined;
  }
  if (relation.kind === 'sequence') restartSequence(draft, operation);
  const owner = relation.kind === 'sequence' ? ownerWritten(draft, operation) : undefined;
  if (relation.kind === 'sequence' && owner !== undefined)
    draft.putRelation(target.key, { ...relation, ownedBy: owner });
  if (change.kind !== 'other') {
    const { dialect } = draft.engine;
    const schema = change.kind === 'set-schema' ? storedName(change.schema, dialect) : relation.schema;
    const name = change.kind === 'rename' ? storedName(change.to, dialect) : relation.name;
    const key = objectKey(schema, name, dialect);
    refuseTaken(draft, { schema, name, written: name, key, at: target.at });
    draft.removeRelation(target.key);
    draft.putRelation(key, { ...relation, schema, name });
  }
  draft.record({
    kind: 'altered',
    object: { kind: operation.object, ...objectOf(target) },
    silent: false,
    detail: change.kind,
  });
  return undefined;
}

function checkRefreshed(draft: Draft, { relation, target }: RelationAt): void {
  if (relation.kind === 'materialized-view' || !relation.certain) return;
  const object = { kind: relation.kind, ...objectOf(target) };
  draft.refuse(errorAt('wrong-object', `"${target.name}" is not a materialized view`, target.at, object));
}

export function dropObject(draft: Draft, operation: DropObject): Outcome | undefined {
  switch (operation.object) {
    case 'type':
    case 'domain':
      return dropType(draft, operation);
    case 'function':
    case 'procedure':
    case 'routine':
    case 'aggregate':
      return dropRoutine(draft, operation);
    case 'sequence':
      return dropSequence(draft, operation);
    case 'schema':
      return dropSchema(draft, operation);
    default:
      return dropNamed(draft, operation);
  }
}

function dropSequence(draft: Draft, operation: DropObject): Outcome | undefined {
  const found = findRelation(draft, operation.name);
  const object = { kind: 'sequence', ...objectOf(found.target) };
  if (found.presence === 'absent') {
    if (operation.ifExists !== undefined) return { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) };
    draft.refuse(
      errorAt('missing-object', draft.words.missingObject('sequence', found.target), found.target.at, object),
    );
  }
  if (found.presence === 'unsure') draft.doubt(found.why);
  else if (found.value.kind !== 'sequence') {
    draft.refuse(
      errorAt(
        'wrong-object',
        draft.words.wrongKind(found.value.kind, 'sequence', found.target),
        found.target.at,
        object,
      ),
    );
  } else if (draft.engine.dialect.name === 'postgres') releaseSequence(draft, operation, found.value);
  draft.removeRelation(found.target.key);
  draft.record({ kind: 'dropped', object, silent: false });
  return undefined;
}

function dropNamed(draft: Draft, operation: DropObject): Outcome | undefined {
  const table = tableKeyOf(draft, operation.table, operation);
  const key = keyOfObject(draft, operation.object, operation.name, table);
  const existing = draft.catalog.others.get(key);
  const name = storedName(operation.name.name, draft.engine.dialect);
  const object = { kind: operation.object, name };
  if (existing === undefined) return missingNamed(draft, operation, object);
  draft.catalog = { ...draft.catalog, others: draft.catalog.others.delete(key) };
  draft.record({ kind: 'dropped', object, silent: false, origin: existing.origin });
  return undefined;
}

/** Roles, extensions and the like may have been there before: their absence is not sure. */
function missingNamed(
  draft: Draft,
  operation: AlterObject | DropObject,
  object: EngineError['object'],
): Outcome | undefined {
  const [target] = targetsForLookup(draft, operation.name).slice(-1);
  if (target === undefined) return undefined;
  const error = errorAt(
    'missing-object',
    draft.words.missingObject(
      operation.object,
      target,
      operation.table === undefined ? undefined : storedName(operation.table.name, draft.engine.dialect),
    ),
    operation.name,
    object,
  );
  const isOfSchema =
    operation.object === 'policy' ||
    operation.object === 'rule' ||
    operation.object === 'schema' ||
    operation.object === 'statistics';
  if (!isOfSchema || draft.catalog.open) {
    if (operation.ifExists === undefined) draft.doubt(`${operation.object} ${object.name} may not exist`, error);
    return undefined;
  }
  if (operation.ifExists === undefined) draft.refuse(error);
  return { kind: 'skipped', by: skippedByMissing(operation.ifExists, object) };
}

function keyOfObject(draft: Draft, kind: string, name: QualifiedName, table: string | null): string {
  return otherKey(kind, draft.engine.dialect.key(name.name.text, name.name.quoted), table);
}

function tableKeyOf(
  draft: Draft,
  table: QualifiedName | undefined,
  operation: CreateObject | AlterObject | DropObject,
): string | null {
  if (table === undefined) return null;
  const found = requireRelation(
    draft,
    operation,
    table,
    'alter',
    operation.kind === 'create-object' ? undefined : operation.ifExists,
  );
  return 'outcome' in found ? null : found.target.key;
}

/** The column that is spoken of must be there, and the relation be what it is called. */
function checkCommented(draft: Draft, operation: CommentOn, { target, relation }: RelationAt): void {
  if (operation.column !== undefined) {
    if (relation.kind === 'table') requireColumn(draft, { target, table: relation }, operation.column, 'comment');
    return;
  }
  const wanted = operation.object;
  if (isRelationKind(wanted) && relation.kind !== wanted) {
    draft.refuse(
      errorAt('wrong-object', draft.words.wrongKind(relation.kind, wanted, target), target.at, {
        kind: relation.kind,
        ...objectOf(target),
      }),
    );
  }
}

/** Needs its object; changes nothing that counts. */
export function commentOn(draft: Draft, operation: CommentOn): Outcome | undefined {
  const isRelation =
    operation.column !== undefined || isRelationKind(operation.object) || operation.object === 'foreign-table';
  if (isRelation) {
    const found = requireRelation(draft, operation, operation.name, 'comment');
    if ('outcome' in found) return found.outcome;
    checkCommented(draft, operation, found);
  } else if (operation.object === 'index') requireIndex(draft, operation, operation.name);
  else if (operation.argumentTypes !== undefined) requireRoutine(draft, operation, operation.argumentTypes);
  else if (operation.object === 'type' || operation.object === 'domain') requireNamedType(draft, operation.name);
  else if (operation.table !== undefined) checkCommentedPart(draft, operation, operation.table);
  return undefined;
}

const RELATION_KINDS: ReadonlySet<string> = new Set(['table', 'view', 'materialized-view', 'sequence']);

function isRelationKind(kind: string): kind is Relation['kind'] {
  return RELATION_KINDS.has(kind);
}

/** Triggers, policies, rules and constraints are named by their table. */
function checkCommentedPart(draft: Draft, operation: CommentOn, table: QualifiedName): void {
  const found = requireRelation(draft, operation, table, 'comment');
  if ('outcome' in found) return;
  const { relation, target } = found;
  const { dialect } = draft.engine;
  const name = storedName(operation.name.name, dialect);
  const isThere = ((): boolean | undefined => {
    switch (operation.object) {
      case 'trigger':
        return draft.catalog.triggers.has(`${target.key}.${name}`);
      case 'policy':
      case 'rule':
        return draft.catalog.others.has(keyOfObject(draft, operation.object, operation.name, target.key));
      case 'constraint':
        return relation.kind === 'table' ? findConstraint(relation, name, draft) !== undefined : undefined;
      default:
        return undefined;
    }
  })();
  if (isThere !== false || (operation.object === 'rule' && name === '_RETURN')) return;
  const text =
    operation.object === 'constraint'
      ? `constraint "${name}" for table "${target.name}" does not exist`
      : draft.words.missingObject(operation.object, { schema: '', name, written: name }, target.name);
  const error = errorAt('missing-object', text, operation.name, { kind: operation.object, table: target.name, name });
  // Versions from 18 on name the NOT NULL of a column as well.
  const namesNotNull = operation.object === 'constraint' && !draft.servesOnlyBefore(postgresSince.namedNotNull);
  const mayExist =
    relation.kind === 'table' && (relation.open || (namesNotNull && relation.columns.some(({ notNull }) => notNull)));
  if (draft.catalog.open || mayExist) draft.doubt(`the ${operation.object} ${name} may not exist`, error);
  else draft.refuse(error);
}
