import type { OtherObject } from '../../../catalog.ts';
import type { Draft } from '../../draft.ts';
import { isBuiltInTypeName } from '../types.ts';
import { namespaceOid, relationOid, schemaValue, typeOid, type SystemRow, type SystemView } from './system-row.ts';
import { oid, UNKNOWN, type Value } from './value.ts';

/** Schemas, types, triggers, routines, policies, extensions, roles. */
export const objectViews: Readonly<Record<string, SystemView>> = {
  schemata: {
    object: 'schema',
    name: 'schema_name',
    columns: ['catalog_name', 'schema_name', 'schema_owner'],
    isShared: (_draft, name) => isEnginesSchema(name),
    unlisted: (draft) => ({ schema_name: otherSchema(draft, '') }),
    rows: (draft) => others(draft, 'schema', ({ name }) => ({ schema_name: name })),
  },
  pg_namespace: {
    object: 'schema',
    name: 'nspname',
    columns: ['oid', 'nspname', 'nspowner'],
    isShared: (_draft, name) => isEnginesSchema(name),
    unlisted: (draft) => ({ oid: otherSchema(draft, 'namespace:'), nspname: otherSchema(draft, '') }),
    rows: (draft) => others(draft, 'schema', ({ name }) => ({ oid: namespaceOid(name), nspname: name })),
  },
  pg_type: {
    object: 'type',
    name: 'typname',
    columns: ['oid', 'typname', 'typnamespace', 'typtype', 'typrelid', 'typcategory'],
    isShared: (_draft, name) => name !== undefined && isBuiltInTypeName(name),
    rows: typeRows,
  },
  pg_enum: {
    object: 'label',
    name: 'enumlabel',
    columns: ['oid', 'enumtypid', 'enumlabel', 'enumsortorder'],
    rows: enumRows,
  },
  triggers: {
    object: 'trigger',
    name: 'trigger_name',
    table: 'event_object_table',
    columns: ['trigger_schema', 'trigger_name', 'event_object_schema', 'event_object_table', 'event_manipulation', 'action_timing'],
    rows: (draft) =>
      triggerRows(draft, ({ name, events }, table) =>
        events.map((event) => ({ trigger_schema: schemaValue(table.schema), trigger_name: name, event_object_schema: schemaValue(table.schema), event_object_table: table.name, event_manipulation: event.toUpperCase() })),
      ),
  },
  pg_trigger: {
    object: 'trigger',
    name: 'tgname',
    table: 'tgrelid',
    columns: ['oid', 'tgname', 'tgrelid', 'tgisinternal', 'tgenabled', 'tgfoid'],
    rows: (draft) => triggerRows(draft, ({ name }, table) => [{ tgname: name, tgrelid: relationOid(draft, table), tgisinternal: false }]),
  },
  routines: {
    object: 'function',
    name: 'routine_name',
    schema: 'routine_schema',
    columns: ['routine_schema', 'routine_name', 'routine_type', 'specific_schema', 'specific_name'],
    // Functions of the engine and of extensions are not listed.
    isShared: () => true,
    rows: (draft) => routineRows(draft, ({ schema, name, variant }) => ({ routine_schema: schema, specific_schema: schema, routine_name: name, routine_type: variant.toUpperCase() })),
  },
  pg_proc: {
    object: 'function',
    name: 'proname',
    columns: ['oid', 'proname', 'pronamespace', 'prokind', 'prosrc'],
    // Functions of the engine and of extensions are not listed.
    isShared: () => true,
    rows: (draft) => routineRows(draft, ({ schema, name, variant }) => ({ proname: name, pronamespace: namespaceOid(schema), prokind: variant === 'aggregate' ? 'a' : variant === 'procedure' ? 'p' : 'f' })),
  },
  pg_policies: {
    object: 'policy',
    name: 'policyname',
    table: 'tablename',
    schema: 'schemaname',
    columns: ['schemaname', 'tablename', 'policyname', 'cmd', 'roles', 'permissive'],
    rows: (draft) =>
      others(draft, 'policy', ({ name, table }) => {
        const on = table === null ? undefined : draft.catalog.relations.get(table);
        return { schemaname: on === undefined ? UNKNOWN : schemaValue(on.schema), tablename: on?.name ?? UNKNOWN, policyname: name };
      }),
  },
  pg_policy: {
    object: 'policy',
    name: 'polname',
    table: 'polrelid',
    columns: ['polname', 'polrelid', 'polcmd'],
    rows: (draft) =>
      others(draft, 'policy', ({ name, table }) => {
        const on = table === null ? undefined : draft.catalog.relations.get(table);
        return { polname: name, polrelid: on === undefined ? UNKNOWN : relationOid(draft, on) };
      }),
  },
  pg_extension: sharedObjects('extension', 'extname', ['oid', 'extname', 'extversion', 'extnamespace']),
  pg_roles: sharedObjects('role', 'rolname', ['oid', 'rolname', 'rolcanlogin', 'rolsuper']),
  pg_authid: sharedObjects('role', 'rolname', ['oid', 'rolname', 'rolcanlogin', 'rolsuper']),
  pg_user: sharedObjects('role', 'usename', ['usesysid', 'usename', 'usesuper']),
  pg_database: sharedObjects('database', 'datname', ['oid', 'datname']),
  pg_publication: { ...sharedObjects('publication', 'pubname', ['oid', 'pubname', 'puballtables']), isShared: () => false },
}; // prettier-ignore

/** None of the schemas that are listed, by name or identity. */
function otherSchema({ catalog }: Draft, prefix: string): Value {
  return { kind: 'other', than: (key) => catalog.others.has(`schema:${key.slice(prefix.length)}`) };
}

function isEnginesSchema(name: string | undefined): boolean {
  return name === undefined || name.startsWith('pg_') || name === 'information_schema';
}

function valuesOnly(kind: string, { certain, origin, name }: OtherObject, values: Record<string, Value>): SystemRow {
  return { certain, values, object: { kind, name }, origin };
}

function others(
  draft: Draft,
  kind: string,
  valuesOf: (object: OtherObject) => Record<string, Value>,
): readonly SystemRow[] {
  return [...draft.catalog.others.values()]
    .filter((object) => object.kind === kind)
    .map((object) => valuesOnly(kind, object, valuesOf(object)));
}

/** What a whole server shares, or a template database brings. */
function sharedObjects(kind: string, name: string, columns: readonly string[]): SystemView {
  return {
    object: kind,
    name,
    columns,
    isShared: () => true,
    rows: (draft) => others(draft, kind, (object) => ({ [name]: object.name })),
  };
}

const TYPE_KINDS: Readonly<Record<string, string>> = {
  enum: 'e',
  composite: 'c',
  domain: 'd',
  range: 'r',
  base: 'b',
  shell: 'p',
};

function typeRows(draft: Draft): readonly SystemRow[] {
  const rows: SystemRow[] = [];
  for (const { schema, name, variant, certain, origin } of draft.catalog.types.values()) {
    const values = { oid: typeOid(draft, { schema, name }), typname: name, typnamespace: namespaceOid(schema), typtype: TYPE_KINDS[variant] ?? UNKNOWN };
    rows.push({ certain, values, object: { kind: 'type', name }, origin });
  } // prettier-ignore
  // Each table and view has a type of its name.
  for (const { kind, schema, name, certain, origin } of draft.catalog.relations.values()) {
    if (kind === 'sequence') continue;
    const values = {
      oid: typeOid(draft, { schema, name }),
      typname: name,
      typnamespace: namespaceOid(schema),
      typtype: 'c',
    };
    rows.push({ certain, values, object: { kind: 'type', name }, origin });
  }
  return rows;
}

function enumRows(draft: Draft): readonly SystemRow[] {
  return [...draft.catalog.types.values()]
    .filter(({ variant, certain }) => variant === 'enum' || !certain)
    .flatMap(({ schema, name, labels, certain, origin, variant }) => {
      const enumtypid = typeOid(draft, { schema, name });
      const rows = labels.map((label) => ({
        certain,
        values: { enumtypid, enumlabel: label },
        object: { kind: 'label', table: name, name: label },
        origin,
      }));
      // What may be an enum may have any label.
      const others: readonly SystemRow[] =
        variant === 'enum' && certain
          ? []
          : [
              {
                certain: false,
                isMany: true,
                values: { enumtypid },
                object: { kind: 'label', table: name, name: '' },
                origin,
              },
            ];
      return [...rows, ...others];
    });
}

type TriggerEntry = Draft['catalog']['triggers'] extends { values(): IterableIterator<infer One> } ? One : never;
type RoutineEntry = Draft['catalog']['routines'] extends { values(): IterableIterator<infer One> } ? One : never;

function triggerRows(
  draft: Draft,
  valuesOf: (
    trigger: TriggerEntry,
    table: { readonly schema: string; readonly name: string },
  ) => readonly Record<string, Value>[],
): readonly SystemRow[] {
  return [...draft.catalog.triggers.values()].flatMap((trigger) => {
    const table = draft.catalog.relations.get(trigger.table);
    if (table === undefined) return [];
    return valuesOf(trigger, table).map((values) => ({
      certain: trigger.certain,
      values,
      object: { kind: 'trigger', table: table.name, name: trigger.name },
      origin: trigger.origin,
    }));
  });
}

function routineRows(draft: Draft, valuesOf: (routine: RoutineEntry) => Record<string, Value>): readonly SystemRow[] {
  return [...draft.catalog.routines.values()].map((routine) => ({
    certain: routine.certain,
    values: { oid: oid('routine', `${routine.schema}.${routine.name}`), ...valuesOf(routine) },
    object: { kind: routine.variant, name: routine.name },
    origin: routine.origin,
  }));
}
