import type { AlterType, CreateType, DropObject } from '../../ddl/operation.ts';
import { canonicalExpression, canonicalType } from '../canonical.ts';
import type { UserType } from '../catalog.ts';
import type { EngineError, Outcome } from '../outcome.ts';
import { originOf, type Draft } from './draft.ts';
import { errorAt, objectOf, skippedByMissing } from './lookup.ts';
import { objectKey, storedName, targetForCreation, targetsForLookup, type Target } from './names.ts';

export function createType(draft: Draft, operation: CreateType): Outcome | undefined {
  const target = targetForCreation(draft, operation.type);
  const existing = draft.catalog.types.get(target.key);
  const object = { kind: 'type', ...objectOf(target) };
  if (existing !== undefined && existing.variant !== 'shell') {
    const error = { ...errorAt('duplicate-type', draft.words.duplicateObject('type', target), operation.type, object), existing: existing.origin };
    if (existing.certain) draft.refuse(error);
    draft.doubt(`the type ${target.name} may already exist`, error);
  } else if (draft.catalog.open) {
    draft.doubt(`the type ${target.name} may already exist`);
  }
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(target.key, typeOf(draft, operation, target)) };
  draft.record({ kind: 'created', object, silent: false });
  return undefined;
}

function typeOf(draft: Draft, operation: CreateType, target: Target): UserType {
  return {
    schema: target.schema,
    name: target.name,
    variant: operation.variant,
    labels: operation.labels,
    text: textOf(draft, operation),
    origin: originOf(operation, operation.type),
    certain: true,
  };
}

function textOf(draft: Draft, operation: CreateType): string {
  const { dialect } = draft.engine;
  const parts = operation.attributes.map((attribute) => {
    const type = attribute.type === undefined ? '' : canonicalType(attribute.type, dialect);
    return `${storedName(attribute.name, dialect)} ${type}`;
  });
  const { domain } = operation;
  if (domain === undefined) return parts.join(', ');
  const checks = domain.checks.map((check) => ` check (${canonicalExpression(check.expression.text, dialect)})`);
  return `${domain.type === undefined ? '' : canonicalType(domain.type, dialect)}${domain.notNull === true ? ' not null' : ''}${checks.join('')}`;
}

export function alterType(draft: Draft, operation: AlterType): Outcome | undefined {
  const { change } = operation;
  const found = namedType(draft, operation.type, operation.variant);
  if (found === undefined) return undefined;
  const { target, type } = found;
  const object = { kind: 'type', ...objectOf(target) };
  if (change.kind === 'add-value') {
    const skipped = addValue(draft, operation, change, target, type);
    if (skipped !== undefined) return skipped;
  } else if (change.kind === 'rename-value') {
    renameValue(draft, operation, change, target, type);
  } else if (change.kind === 'rename') {
    moveType(draft, target.key, { ...type, name: storedName(change.to, draft.engine.dialect) });
  } else if (change.kind === 'set-schema') {
    moveType(draft, target.key, { ...type, schema: storedName(change.schema, draft.engine.dialect) });
  }
  draft.record({ kind: 'altered', object, silent: false, detail: change.kind, origin: type.origin });
  return undefined;
}

type AddValue = Extract<AlterType['change'], { kind: 'add-value' }>;
type RenameValue = Extract<AlterType['change'], { kind: 'rename-value' }>;

function addValue(draft: Draft, operation: AlterType, change: AddValue, target: Target, type: UserType): Outcome | undefined {
  const object = { kind: 'type-label', schema: target.schema, table: target.name, name: change.label };
  if (type.labels.includes(change.label)) {
    const error = errorAt('duplicate-object', `enum label "${change.label}" already exists`, change.labelRange, object);
    if (change.ifNotExists === undefined) draft.refuse({ ...error, existing: type.origin });
    const { start, end } = change.ifNotExists;
    return { kind: 'skipped', by: { guard: 'if-not-exists', at: { start, end }, existing: type.origin, object, differs: [] } };
  }
  const neighbour = change.before ?? change.after;
  if (neighbour !== undefined && !type.labels.includes(neighbour)) {
    draft.refuse(errorAt('missing-object', `"${neighbour}" is not an existing enum label`, operation.type, { ...object, name: neighbour }));
  }
  const at = neighbour === undefined ? type.labels.length : type.labels.indexOf(neighbour) + (change.after === undefined ? 0 : 1);
  putType(draft, target.key, { ...type, labels: [...type.labels.slice(0, at), change.label, ...type.labels.slice(at)] });
  return undefined;
}

function renameValue(draft: Draft, operation: AlterType, change: RenameValue, target: Target, type: UserType): void {
  const object = { kind: 'type-label', schema: target.schema, table: target.name, name: change.label };
  if (!type.labels.includes(change.label)) {
    draft.refuse(errorAt('missing-object', `"${change.label}" is not an existing enum label`, operation.type, object));
  }
  if (type.labels.includes(change.to)) {
    draft.refuse(errorAt('duplicate-object', `enum label "${change.to}" already exists`, operation.type, { ...object, name: change.to }));
  }
  putType(draft, target.key, { ...type, labels: type.labels.map((label) => (label === change.label ? change.to : label)) });
}

function putType(draft: Draft, key: string, type: UserType): void {
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.set(key, type) };
}

function moveType(draft: Draft, key: string, type: UserType): void {
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.delete(key) };
  putType(draft, objectKey(type.schema, type.name, draft.engine.dialect), type);
}

/** The type that a statement names; refuses a missing one, gives nothing for one that may exist unseen. */
function namedType(draft: Draft, name: AlterType['type'], kind: string): { readonly target: Target; readonly type: UserType } | undefined {
  const targets = targetsForLookup(draft, name);
  for (const target of targets) {
    const type = draft.catalog.types.get(target.key);
    if (type === undefined) continue;
    if (!type.certain) draft.doubt(`the type ${target.name} may not exist`, missingType(draft, target, kind));
    return { target, type };
  }
  const target = targets.at(-1);
  if (target === undefined) return undefined;
  const error = missingType(draft, target, kind);
  if (!draft.catalog.open) draft.refuse(error);
  draft.doubt(`the type ${target.name} may not exist`, error);
  return undefined;
}

function missingType(draft: Draft, target: Target, kind: string): EngineError {
  return errorAt('missing-type', draft.words.missingObject(kind, target), target.at, { kind: 'type', ...objectOf(target) });
}

export function dropType(draft: Draft, operation: DropObject): Outcome | undefined {
  const targets = targetsForLookup(draft, operation.name);
  const target = targets.find(({ key }) => draft.catalog.types.has(key));
  const last = targets.at(-1);
  if (target === undefined && last !== undefined && operation.ifExists !== undefined && !draft.catalog.open) {
    return { kind: 'skipped', by: skippedByMissing(operation.ifExists, { kind: 'type', ...objectOf(last) }) };
  }
  const found = namedType(draft, operation.name, 'type');
  if (found === undefined) return undefined;
  draft.catalog = { ...draft.catalog, types: draft.catalog.types.delete(found.target.key) };
  draft.record({ kind: 'dropped', object: { kind: 'type', ...objectOf(found.target) }, silent: false, origin: found.type.origin });
  return undefined;
}
