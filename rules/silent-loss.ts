import type { Catalog, Column, Database, Table } from '../src/catalog/catalog.ts';
import type { Change } from '../src/catalog/outcome.ts';
import type { Name, Operation } from '../src/ddl/operation.ts';
import type { ParsedStatement } from '../src/ddl/parse.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { History, PlacedStatement, Surprise } from '../src/timeline/history.ts';
import { placeOf } from '../src/timeline/origin-place.ts';
import { tableOf } from '../src/timeline/program.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'silent-loss',
  severity: 'warning',
  summary: 'A statement takes something with it that it does not name, and nothing makes it again.',
  why: `Rebuilding a table (create the new one, copy, drop the old one, rename) drops its indexes and triggers without a word, and with
foreign keys on it deletes the rows that point to it. DROP .. CASCADE drops the views that stand in the way. MySQL's MODIFY forgets every
attribute that it does not repeat. No test fails: a uniqueness that is no longer enforced shows itself months later.`,
  instead: 'Create again what goes with the old table, and write all attributes that are to stay.',
  examples: [
    {
      title: 'The unique index goes with the old table',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE UNIQUE INDEX cooks_name ON cooks (name);`,
        'migrations/0002_born.sql': `CREATE TABLE cooks_new (id INTEGER PRIMARY KEY, name TEXT, born TEXT);
INSERT INTO cooks_new (id, name) SELECT id, name FROM cooks;
DROP TABLE cooks; -- expect: silent-loss
ALTER TABLE cooks_new RENAME TO cooks;`,
      },
    },
    {
      title: 'It is created again',
      files: {
        'migralint.config.json': `{ "dialect": "sqlite", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE UNIQUE INDEX cooks_name ON cooks (name);`,
        'migrations/0002_born.sql': `CREATE TABLE cooks_new (id INTEGER PRIMARY KEY, name TEXT, born TEXT);
INSERT INTO cooks_new (id, name) SELECT id, name FROM cooks;
DROP TABLE cooks;
ALTER TABLE cooks_new RENAME TO cooks;
CREATE UNIQUE INDEX cooks_name ON cooks (name);`,
      },
    },
    {
      title: 'The index of the new table gets its name, and a later migration drops it',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id int PRIMARY KEY, name text);
CREATE UNIQUE INDEX cooks_name ON cooks (name);`,
        'migrations/0002_born.sql': `CREATE TABLE cooks_new (id int PRIMARY KEY, name text, born date);
CREATE UNIQUE INDEX cooks_new_name ON cooks_new (name);
DROP TABLE cooks;
ALTER TABLE cooks_new RENAME TO cooks;
ALTER INDEX cooks_new_name RENAME TO cooks_name;`,
        'migrations/0003_namesakes.sql': 'DROP INDEX cooks_name;',
      },
    },
    {
      title: 'A later migration makes a column of that name anew, in another design',
      files: {
        'migralint.config.json': `{ "dialect": "postgres", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': 'CREATE TABLE cooks (id int PRIMARY KEY, email text UNIQUE);',
        'migrations/0002_accounts.sql': 'ALTER TABLE cooks DROP COLUMN email;',
        'migrations/0003_contact.sql': 'ALTER TABLE cooks ADD COLUMN email text;',
      },
    },
    {
      title: 'The program switches foreign keys on, and the rebuild deletes the dishes',
      files: {
        'db.py': `import sqlite3

def open_db(path):
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA foreign_keys = ON")
    version = conn.execute("PRAGMA user_version").fetchone()[0]
    if version < 1:
        conn.executescript("""CREATE TABLE cooks (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE dishes (cook INTEGER NOT NULL REFERENCES cooks (id) ON DELETE CASCADE);
        PRAGMA user_version = 1;""")
    if version < 2:
        conn.executescript("""CREATE TABLE cooks_new (id INTEGER PRIMARY KEY, name TEXT, born TEXT);
        INSERT INTO cooks_new (id, name) SELECT id, name FROM cooks;
        DROP TABLE cooks; -- expect: silent-loss
        ALTER TABLE cooks_new RENAME TO cooks;
        PRAGMA user_version = 2;""")
    return conn`,
      },
    },
    {
      title: 'MODIFY forgets what it does not repeat',
      files: {
        'migralint.config.json': `{ "dialect": "mysql", "deployments": [ { "root": ".", "run": [
  { "files": ["migrations/*.sql"], "when": "once" } ] } ] }`,
        'migrations/0001_cooks.sql': `CREATE TABLE cooks (id int PRIMARY KEY, name varchar(10) NOT NULL DEFAULT '');`,
        'migrations/0002_name.sql': 'ALTER TABLE cooks MODIFY name varchar(40); -- expect: silent-loss',
      },
    },
  ],
  check(history, report) {
    const creations = creationsIn(history);
    const ends = endsOf(history);
    for (const surprise of history.surprises) {
      const words = reportOn(surprise, history, { creations, ends });
      if (words !== null) report(words);
    }
  },
});

/** What is looked up for many surprises. */
interface Known {
  readonly creations: Creations;
  /** The catalogs in which paths that come through end: thousands of paths end in a few. */
  readonly ends: readonly Catalog[];
}

function endsOf({ paths }: History): readonly Catalog[] {
  return [...new Set(paths.filter(({ verdict }) => verdict !== 'fails').map(({ end }) => end.catalog))];
}

function reportOn(surprise: Surprise, history: History, { creations, ends }: Known): Report | null {
  const { outcome, operation, parsed, before, underUnknownGuard } = surprise;
  if (outcome.kind !== 'done' || underUnknownGuard !== null) return null;
  const losses = outcome.effects.filter(
    (effect) =>
      effect.silent && !isMadeAgain(effect, surprise, creations) && !goesWithColumn(effect, surprise, history),
  );
  if (losses.length === 0 || (operation.kind === 'drop-table' && !isRebuilt(surprise, history))) return null;
  const endsWithout = new Set(ends.filter((end) => losses.some((loss) => isLost(loss, surprise, end))));
  if (endsWithout.size === 0) return null;
  const hits = surprise.paths.filter(({ verdict, end }) => verdict !== 'fails' && endsWithout.has(end.catalog));
  const [path] = hits;
  if (path === undefined) return null;
  const lost = losses.filter((loss) => isLost(loss, surprise, path.end.catalog));
  const deletesRows = lost.some((loss) => loss.kind === 'rows-deleted');
  const pragma = deletesRows ? uselessPragma(surprise, history) : null;
  const switchedOn = deletesRows && pragma === null ? switchOn(surprise, history) : null;
  // Off, or not known: some drivers and DSNs switch the checks on for every connection.
  if (deletesRows && pragma === null && before.session.foreignKeys !== true) return null;
  const { statement } = pragma?.parsed ?? parsed;
  return {
    ...(lost.every((loss) => isPlainIndex(loss, before)) ? { severity: 'info' } : {}),
    at: { statement, range: pragma === null ? placeIn(operation) : statement },
    object: lost[0]?.object.name ?? '',
    message: messageFor(lost, pragma !== null),
    help: helpFor(lost[0]),
    holdsOn: hits.map(({ name }) => name),
    reading: readingOf(hits, history) ?? (pragma === null ? null : 'if the connection has foreign keys on'),
    related: [
      ...lost.flatMap(({ origin, object }) =>
        origin === undefined || origin === null
          ? []
          : [{ span: placeOf(origin.statement, origin.at), message: `${object.name} was made here` }],
      ),
      ...(switchedOn === null
        ? []
        : [
            {
              span: placeOf(switchedOn.parsed.statement, switchedOn.parsed.statement),
              message: 'foreign keys are switched on here',
            },
          ]),
    ],
  };
}

function placeIn(operation: Operation): Extract<Report['at'], { statement: unknown }>['range'] {
  if (operation.kind === 'modify-column') return operation.column;
  return tableOf(operation) ?? operation.statement;
}

/** An index that only makes queries fast. */
function isPlainIndex({ kind, object }: Change, { catalog }: Database): boolean {
  if (kind !== 'dropped' || object.kind !== 'index') return false;
  return (
    tableIn(catalog, object.schema, object.table)?.indexes.some(
      ({ name, unique }) => name === object.name && !unique,
    ) === true
  );
}

/** PRAGMA foreign_keys = OFF inside a transaction does nothing (sqlite.org/pragma.html#pragma_foreign_keys). */
function uselessPragma({ step, before }: Surprise, history: History): Surprise | null {
  const isWrapped = history.deployment.evidence.some(({ strength }) => strength === 'config' || strength === 'tool');
  if (before.session.foreignKeys === false || step === null || !isWrapped) return null;
  const ignored = history.surprises.filter((other) => other.step === step && other.outcome.kind === 'ignored');
  return ignored.find(({ operation }) => setsForeignKeys(operation, OFF)) ?? null;
}

/**
 * What has switched foreign keys on: a statement of the same step, or of the program itself, which opens the connection. What an
 * earlier step did is its own connection's affair.
 */
function switchOn({ before, step, parsed }: Surprise, { statements }: History): PlacedStatement | null {
  if (before.session.foreignKeys !== true) return null;
  for (const placed of statements) {
    if (placed.parsed === parsed) return null;
    const isSeen = placed.step === step || placed.step === null;
    if (isSeen && placed.parsed.operations.some((operation) => setsForeignKeys(operation, ON))) return placed;
  }
  return null;
}

/** The statements of the same step, or of the same call where there is none. */
function statementsBeside({ step, call }: Surprise, { statements }: History): readonly PlacedStatement[] {
  return statements.filter((placed) => (step === null ? placed.call === call : placed.step === step));
}

/** The same step puts another table in the place of the one that is dropped. One that is only made anew has a new design. */
function isRebuilt(surprise: Surprise, history: History): boolean {
  const dropped = tableOf(surprise.operation)?.name.text.toLowerCase();
  return statementsBeside(surprise, history).some(({ parsed }) =>
    parsed.operations.some(
      (operation) => operation.kind === 'rename-table' && operation.to.name.text.toLowerCase() === dropped,
    ),
  );
}

/** The index of a column that is dropped, where the same step puts no other column in its place: a later one is a new design. */
function goesWithColumn({ object }: Change, surprise: Surprise, history: History): boolean {
  const { operation: dropping } = surprise;
  if (object.kind !== 'index' || dropping.kind !== 'drop-column') return false;
  const dropped = dropping.column.text.toLowerCase();
  return !statementsBeside(surprise, history).some(({ parsed }) =>
    parsed.operations.some((operation) => columnMade(operation)?.text.toLowerCase() === dropped),
  );
}

function columnMade(operation: Operation): Name | undefined {
  if (operation.kind === 'rename-column') return operation.to;
  return operation.kind === 'add-column' ? operation.column.name : undefined;
}

const OFF = /^(?:off|0|false|no)$/i;
const ON = /^(?:on|1|true|yes)$/i;

function setsForeignKeys(operation: Operation, value: RegExp): boolean {
  return operation.kind === 'set-session' && operation.name === 'foreign_keys' && value.test(operation.value ?? '');
}

/** Where each statement stands in program order, and by name where the last view, index or trigger of that name is made. */
interface Creations {
  readonly order: ReadonlyMap<unknown, number>;
  readonly last: ReadonlyMap<string, number>;
}

function creationsIn({ statements }: History): Creations {
  const order = new Map<unknown, number>();
  const last = new Map<string, number>();
  for (const [index, { parsed }] of statements.entries()) {
    order.set(parsed, index);
    for (const operation of parsed.operations) {
      const name = nameMade(operation);
      if (name !== undefined) last.set(name.toLowerCase(), index);
    }
  }
  return { order, last };
}

/** A later statement makes something of that name: that it is gone at the end is then the doing of a later one still. */
function isMadeAgain({ kind, object }: Change, { parsed }: Surprise, { order, last }: Creations): boolean {
  return kind === 'dropped' && (last.get(object.name.toLowerCase()) ?? -1) > (order.get(parsed) ?? Infinity);
}

function nameMade(operation: Operation): string | undefined {
  if (operation.kind === 'create-view') return operation.view.name.text;
  if (operation.kind === 'create-index') return operation.index?.name.text;
  if (operation.kind === 'rename-index' || operation.kind === 'rename-constraint') return operation.to.text;
  return operation.kind === 'create-trigger' ? operation.trigger.name.text : undefined;
}

/** Whether something that went unasked is still missing at the end of a path, and could be there. */
function isLost({ kind, object }: Change, { before, parsed }: Surprise, end: Catalog): boolean {
  if (kind === 'dropped') {
    if (object.kind === 'index') return indexIsLost(object, before, end);
    if (object.kind === 'trigger') return triggerIsLost(object, end);
    if (object.kind !== 'view' && object.kind !== 'materialized-view') return false;
    return ![...end.relations.values()].some(({ schema, name }) => schema === object.schema && name === object.name);
  }
  if (kind === 'rows-deleted') return tableIn(end, object.schema, object.name) !== null;
  return kind === 'attributes-lost' && attributesAreLost(object, before, end, parsed);
}

function tableIn({ relations }: Catalog, schema: string | undefined, name: string | undefined): Table | null {
  for (const relation of relations.values())
    if (relation.kind === 'table' && relation.schema === schema && relation.name === name) return relation;
  return null;
}

/** The table is there again with all the columns, and no index of it does what the old one did. */
function indexIsLost({ schema, table, name }: Change['object'], before: Database, end: Catalog): boolean {
  const now = tableIn(end, schema, table);
  const old = tableIn(before.catalog, schema, table)?.indexes.find((index) => index.name === name);
  if (now === null || old === undefined || now.open || !now.certain) return false;
  const columns = new Set(now.columns.map((column) => column.name.toLowerCase()));
  if (!old.columns.every((column) => columns.has(column.toLowerCase()))) return false;
  const isKey = now.constraints.some(
    ({ kind, columns: keys }) =>
      /^(?:primary-key|unique)$/.test(kind) && keys.every((key) => old.columns.includes(key)),
  );
  if (isKey) return false;
  const keysOf = (index: Table['indexes'][number]): string => index.keys.map(({ text }) => text).join();
  return !now.indexes.some(
    (index) => index.name === name || (keysOf(index).startsWith(keysOf(old)) && (index.unique || !old.unique)),
  );
}

function triggerIsLost({ schema, table, name }: Change['object'], end: Catalog): boolean {
  const now = tableIn(end, schema, table);
  if (now === null || now.open || !now.certain) return false;
  return ![...end.triggers.values()].some((trigger) => trigger.name === name);
}

/**
 * What the statement does not speak of, and the column had before. To leave out NOT NULL is how a column is made nullable,
 * and a COMMENT alone is no loss.
 */
function attributesAreLost(
  { schema, table, name }: Change['object'],
  before: Database,
  end: Catalog,
  { statement, operations }: ParsedStatement,
): boolean {
  const columnIn = (catalog: Catalog, called: string): Column | undefined =>
    tableIn(catalog, schema, table)?.columns.find((column) => column.name.toLowerCase() === called.toLowerCase());
  const changed = operations.find(
    (one) => one.kind === 'modify-column' && one.column.text.toLowerCase() === name.toLowerCase(),
  );
  const nameAfter = changed?.kind === 'modify-column' ? changed.definition.name.text : name;
  const [old, now] = [columnIn(before.catalog, name), columnIn(end, nameAfter)];
  const text = statement.sql.text.slice(statement.start, statement.end);
  if (old === undefined || !now?.certain) return false;
  const speaksOfDefault = /\bdefault\b/i.test(text);
  return (
    (old.default !== null && now.default === null && !speaksOfDefault) ||
    (old.identity !== null && now.identity === null) ||
    (old.onUpdate !== null && now.onUpdate === null)
  );
}

function messageFor(lost: readonly Change[], throughPragma: boolean): string {
  const [first] = lost;
  if (first === undefined) return '';
  if (first.kind === 'attributes-lost')
    return `Column ${first.object.table ?? ''}.${first.object.name} loses ${first.detail ?? 'attributes'}, which this statement does not repeat.`;
  const deleted = lost.find(({ kind }) => kind === 'rows-deleted');
  if (deleted !== undefined) {
    const why = throughPragma ? 'This statement does nothing inside a transaction: when' : 'When';
    return `${why} the old table is dropped, rows of ${deleted.object.name} go with it: ${(deleted.detail ?? '').replace(/, if foreign_keys is on$/, '')}.`;
  }
  const names = lost.map(({ object }) => `${object.kind.replace('-', ' ')} ${object.name}`);
  return `This statement also drops ${names.join(', ')}, and nothing makes ${lost.length === 1 ? 'it' : 'them'} again.`;
}

function helpFor(first: Change | undefined): string {
  if (first?.kind === 'attributes-lost')
    return 'Write the whole definition of the column: all attributes that are to stay.';
  if (first?.kind === 'rows-deleted')
    return 'Switch foreign keys off before the transaction begins, or change the table without dropping it.';
  return `Create it again afterwards, or drop it by name first if it is to go.`;
}
