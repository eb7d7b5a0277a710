import type { Operation, QualifiedName } from '../../../../ddl/operation.ts';
import { parseSql } from '../../../../ddl/parse.ts';
import type { Fragment } from '../../../../ddl/plpgsql/tree.ts';
import { sqlTextOfFile } from '../../../../text/sql-text.ts';
import { tokensOf } from '../../../tokens.ts';
import { Draft } from '../../draft.ts';
import { findRelation } from '../../names.ts';
import { touchMentioned, unsureVersion } from '../../opaque.ts';
import { withValues } from '../../rows.ts';
import { eitherWay, passes, type Exits, type State } from './flow.ts';
import type { Run } from './run.ts';
import { fits } from './value.ts';

/** Stands where nothing is known: no text has it, and it may be part of a name. */
const HOLE = '\uE000';

/** More tables than this that a name may mean are not gone through one by one. */
const MOST_TABLES = 300;

type RunText = (run: Run, text: string, command: Fragment, state: State) => Exits;

/** A command with holes, as `format('ALTER TABLE %I ADD COLUMN c int', name)` makes one: on any table that fits, it may run. */
export function runPattern(
  run: Run,
  parts: readonly (string | null)[],
  command: Fragment,
  state: State,
  runText: RunText,
): Exits {
  const text = parts.map((part) => part ?? HOLE).join('');
  const { dialect } = run.draft.engine;
  const operations = parseSql(sqlTextOfFile({ path: '', text }), dialect).flatMap((parsed) => parsed.operations);
  let exits = passes(state);
  for (const operation of operations) {
    if (exits.next === null) break;
    exits = touchedBy(run, { operation, text, isAlone: operations.length === 1 }, command, exits.next, runText);
  }
  return exits;
}

interface Pattern {
  readonly operation: Operation;
  readonly text: string;
  readonly isAlone: boolean;
}

function touchedBy(run: Run, { operation, text, isAlone }: Pattern, command: Fragment, state: State, runText: RunText): Exits {
  const name = relationNamed(operation);
  if (name === 'none') return passes(state);
  if (name === null) return mentioned(run, text, state);
  const isKnown = !name.name.text.includes(HOLE);
  if (isKnown) return passes(bringsOnlyMore(operation) ? state : onRelation(run, name, operation, state));
  if (operation.kind === 'write-rows') return passes(state);
  const tables = tablesFitting(state, name);
  const token = text.slice(name.start, name.end);
  const holesElsewhere = text.replaceAll(token, '').includes(HOLE);
  if (bringsOnlyMore(operation) && holesElsewhere) return passes(state);
  run.uncertain++;
  let exits = passes(state);
  for (const table of tables) {
    if (exits.next === null) break;
    const before = exits.next;
    const qualified = { ...name, name: { ...name.name, text: table.name, quoted: true } };
    const touched =
      isAlone && !holesElsewhere && tables.length <= MOST_TABLES
        ? eitherWay(passes(before), { ...runText(run, text.replaceAll(token, tokenFor(token, table)), command, before), failures: [] })
        : passes(onRelation(run, qualified, operation, before));
    run.either(before, touched.next, 'what a command is put together of is not known');
    exits = { ...touched, failures: [...exits.failures, ...touched.failures] };
  }
  run.uncertain--;
  return exits;
} // prettier-ignore

/** The relation that an operation changes; `none` where it changes none that is there, null where that is not known. */
function relationNamed(operation: Operation): QualifiedName | 'none' | null {
  switch (operation.kind) {
    case 'opaque':
    case 'run-code':
    case 'set-session':
    case 'set-sequence':
      return null;
    case 'create-table':
    case 'create-view':
    case 'query':
    case 'no-schema-effect':
    case 'comment-on':
    case 'create-routine':
    case 'create-type':
    case 'transaction':
      return 'none';
    case 'drop-view':
      return operation.view;
    case 'drop-index':
    case 'rename-index':
      return null;
    default:
      return (operation as { readonly table?: QualifiedName }).table ?? null;
  }
}

/** It adds something whose name is not known: what is there stays. */
function bringsOnlyMore({ kind }: Operation): boolean {
  return /^(?:create-(?:index|trigger|object)|add-constraint|validate-constraint|set-table-option|attach-partition)$/.test(kind);
} // prettier-ignore

function tablesFitting(
  { database }: State,
  { name }: QualifiedName,
): readonly { readonly schema: string; readonly name: string }[] {
  const parts = name.text.split(HOLE).flatMap((part, at) => (at === 0 ? [part] : [null, part]));
  const known = parts.filter((part) => part !== '');
  return [...database.catalog.relations.values()].filter((relation) => relation.kind === 'table' && fits(known, relation.name));
} // prettier-ignore

/** The table's name as it would stand there, in place of the one with a hole. */
function tokenFor(token: string, { schema, name }: { readonly schema: string; readonly name: string }): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return token.includes('.') ? `"${schema.replaceAll('"', '""')}".${quoted}` : quoted;
}

/** The relation after a change of which not all is known. */
function onRelation(run: Run, name: QualifiedName, operation: Operation, state: State): State {
  const draft = new Draft(state.database, run.draft.engine);
  const found = findRelation(draft, name.schema?.text.includes(HOLE) === true ? withoutSchema(name) : name);
  if (found.presence === 'absent' || found.value === undefined) return state;
  if (operation.kind === 'write-rows') {
    if (found.value.kind !== 'table') return state;
    draft.putRelation(found.target.key, { ...withValues(found.value), written: true, inserted: [] });
  } else {
    draft.putRelation(found.target.key, unsureVersion(found.value));
    run.doubt('what a command is put together of is not known');
  }
  return { ...state, database: draft.database };
}

function withoutSchema({ name, start, end }: QualifiedName): QualifiedName {
  return { name, start, end };
}

/** Every relation that the command names, or whose name it begins. */
function mentioned(run: Run, text: string, state: State): Exits {
  const { dialect } = run.draft.engine;
  const draft = new Draft(state.database, run.draft.engine);
  const tokens = tokensOf(text, dialect);
  const begun = tokens.filter(({ value }) => value.includes(HOLE) && value !== HOLE);
  const names = [...draft.catalog.relations.values()].map(({ name }) => name);
  const meant = begun.flatMap(({ value }) => names.filter((name) => fits(value.split(HOLE).flatMap((part, at) => (at === 0 ? [part] : [null, part])).filter((part) => part !== ''), name)));
  touchMentioned(draft, [...tokens, ...meant.flatMap((name) => tokensOf(`"${name.replaceAll('"', '""')}"`, dialect))], run);
  run.doubt('what a command is put together of is not known');
  return passes({ ...state, database: draft.database });
} // prettier-ignore
