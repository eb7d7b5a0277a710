import type { Name, Operation } from '../../../ddl/operation.ts';
import type { DialectName, Version } from '../../../dialects/dialect.ts';
import { tokensOf } from '../../tokens.ts';
import type { Draft } from '../draft.ts';
import { errorAt } from '../lookup.ts';
import { syntaxError } from './fork-syntax.ts';

/** Names and collations that only some versions take. */
export function refuseByVersion(draft: Draft, operation: Operation): void {
  const { name } = draft.engine.dialect;
  if (name !== 'mysql' && name !== 'mariadb') return;
  for (const written of [...namesMade(operation), ...keyColumns(operation)])
    refuseReserved(draft, operation, written, RESERVED_SINCE[name]);
  if (COLLATED.has(operation.kind)) refuseCollations(draft, operation, name);
}

/** The names that a statement gives to what it makes. */
function namesMade(operation: Operation): readonly Name[] {
  switch (operation.kind) {
    case 'create-table':
      // Behind `schema.` any word may stand.
      return [
        ...(operation.table.schema === undefined ? [operation.table.name] : []),
        ...operation.columns.map(({ name }) => name),
      ];
    case 'add-column':
      return [operation.column.name];
    case 'modify-column':
      return [operation.definition.name];
    case 'rename-column':
      return [operation.to];
    case 'create-view':
      return operation.view.schema === undefined ? [operation.view.name] : [];
    default:
      return [];
  }
}

/** The columns that keys are made over. */
function keyColumns(operation: Operation): readonly Name[] {
  const keys =
    operation.kind === 'create-table'
      ? operation.constraints.flatMap((constraint) => ('keys' in constraint ? constraint.keys : []))
      : operation.kind === 'create-index'
        ? operation.keys
        : operation.kind === 'add-constraint' && 'keys' in operation.constraint
          ? operation.constraint.keys
          : [];
  return keys.flatMap(({ column }) => (column === undefined ? [] : [column]));
}

function refuseReserved(
  draft: Draft,
  operation: Operation,
  name: Name,
  since: Readonly<Record<string, Version | undefined>>,
): void {
  const version = name.quoted ? undefined : since[name.text.toLowerCase()];
  if (version === undefined) return;
  const object = { kind: 'name', name: name.text };
  draft.refuseForVersions({ since: version }, errorAt('syntax', syntaxError(draft, operation, name), name, object));
}

function words(version: Version, list: string): [string, Version][] {
  return list.split(' ').map((word) => [word, version]);
}

/** Manual 11.3 of MySQL 8.0 and 8.4 ("reserved", "added in"); the words of MariaDB were run on 10.11. */
const RESERVED_SINCE: Readonly<Record<'mysql' | 'mariadb', Readonly<Record<string, Version | undefined>>>> = {
  mysql: Object.fromEntries([
    ...words(
      [8, 0],
      'cube cume_dist dense_rank empty except first_value function grouping groups json_table lag last_value lateral lead nth_value ntile of over percent_rank rank recursive row row_number rows system window',
    ),
    ...words([8, 4], 'intersect manual parallel qualify tablesample'),
  ]),
  mariadb: Object.fromEntries([
    ...words([10, 3], 'except intersect over recursive returning rows'),
    ...words([10, 4], 'portion'),
    ...words([10, 6], 'offset'),
    ...words([10, 7], 'row_number'),
  ]),
};

const COLLATED: ReadonlySet<Operation['kind']> = new Set([
  'create-table',
  'add-column',
  'modify-column',
  'set-table-option',
  'create-object',
]);

/** Collations that came with one fork, and the version from which the other knows them. */
const COLLATIONS: readonly {
  readonly pattern: RegExp;
  readonly missing: Readonly<Record<Extract<DialectName, 'mysql' | 'mariadb'>, { readonly before: Version }>>;
}[] = [
  // MDEV-20912: MariaDB reads the names of MySQL 8.0's collations since 11.4.5.
  { pattern: /^utf8mb4_(?:[a-z]+_)*0900_/, missing: { mysql: { before: [8, 0] }, mariadb: { before: [11, 4] } } },
  { pattern: /uca1400/, missing: { mysql: { before: [Infinity, 0] }, mariadb: { before: [10, 10] } } },
];

function refuseCollations(draft: Draft, operation: Operation, fork: 'mysql' | 'mariadb'): void {
  if (draft.operations.length > 0 && draft.operations[0] !== operation) return;
  const { sql, start, end } = operation.statement;
  const text = sql.text.slice(start, end);
  if (!/0900|uca1400/i.test(text)) return;
  const tokens = tokensOf(text, draft.engine.dialect);
  for (const [at, token] of tokens.entries()) {
    if (!/^collate$/i.test(token.text)) continue;
    const named = tokens[at + 1]?.text === '=' ? tokens[at + 2] : tokens[at + 1];
    const collation = (named?.value ?? '').replace(/^['"]|['"]$/g, '');
    const fact = COLLATIONS.find(({ pattern }) => pattern.test(collation.toLowerCase()));
    if (named === undefined || fact === undefined) continue;
    const place = { start: start + named.start, end: start + named.end };
    const error = errorAt('unsupported', `Unknown collation: '${collation}'`, place, {
      kind: 'collation',
      name: collation,
    });
    draft.refuseForVersions(fact.missing[fork], error);
  }
}
