import { findNamed } from '../src/catalog/lookup.ts';
import type { ErrorClass } from '../src/catalog/outcome.ts';
import { defineRule } from '../src/rule.ts';
import type { History, Swallowed } from '../src/timeline/history.ts';
import { readingOf } from '../src/timeline/reading-of.ts';

export default defineRule({
  id: 'swallowed-failure',
  severity: 'error',
  summary: 'A statement that the engine refuses on every install, and the code catches the error and goes on.',
  why: `Code that catches the error of an \`ALTER TABLE\` means "it is there already". But the same \`except\` also hides a statement
that no engine takes on any database, empty or filled. Nobody hears of it, the step counts as done, and what it should have made
is missing on every install.`,
  instead:
    'Mend the statement, and catch only the error that is meant (`duplicate column name`), or look before whether the column is there.',
  examples: [
    {
      title: 'SQLite never adds a UNIQUE column; here nobody is told',
      files: {
        'shop.py': `import sqlite3

db = sqlite3.connect("shop.db")
db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY)")
try:
    db.execute("ALTER TABLE orders ADD COLUMN voucher TEXT UNIQUE")  # expect: swallowed-failure
except sqlite3.OperationalError:
    pass
`,
      },
    },
    {
      title: 'The types of the two columns differ, the runner logs the error and records the migration',
      files: {
        'requirements.txt': 'pymysql\n',
        'migrations/10_user.sql': 'CREATE TABLE user (id INT UNSIGNED NOT NULL PRIMARY KEY);\n',
        'migrations/20_friends.sql': `CREATE TABLE friend_links (
  a BIGINT UNSIGNED NOT NULL,
  FOREIGN KEY (a) REFERENCES user (id) -- expect: swallowed-failure
);
`,
        'migrate.py': `import glob, logging
import pymysql

conn = pymysql.connect(database="app")
cur = conn.cursor()
cur.execute("CREATE TABLE IF NOT EXISTS migrations (file VARCHAR(100) PRIMARY KEY)")
for path in sorted(glob.glob("migrations/*.sql")):
    cur.execute("SELECT 1 FROM migrations WHERE file = %s", (path,))
    if cur.fetchone():
        continue
    try:
        cur.execute(open(path).read())
    except pymysql.Error as error:
        logging.warning("%s: %s", path, error)
    cur.execute("INSERT INTO migrations (file) VALUES (%s)", (path,))
    conn.commit()
`,
      },
    },
    {
      title: 'An error that only says that the column is there already is meant to be caught',
      files: {
        'shop.py': `import sqlite3

db = sqlite3.connect("shop.db")
db.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY)")
try:
    db.execute("ALTER TABLE orders ADD COLUMN voucher TEXT")
except sqlite3.OperationalError:
    pass
`,
      },
    },
  ],
  check(history, report) {
    for (const swallowed of history.swallowed) {
      if (!isRefused(swallowed) || !isMissed(swallowed, history)) continue;
      const { error, parsed, underUnknownGuard } = swallowed;
      const reading = underUnknownGuard ?? readingOf(swallowed.paths, history);
      report({
        at: { statement: parsed.statement, range: error.at },
        ...(reading === null ? {} : { severity: 'warning' }),
        object: error.object.name,
        message: `This statement never takes effect: the engine refuses it on every install (${error.text}), and the code catches the error and goes on.`,
        help: HELP[error.class] ?? 'Mend the statement, and catch only the error that is meant.',
        holdsOn: swallowed.paths.map(({ name }) => name),
        reading,
        engineError: error.text,
      });
    }
  },
});

/** What the engine refuses for the statement's own sake, whatever the database holds; of a table, what it rests on is not there. */
function isRefused({ error, operation }: Swallowed): boolean {
  return (operation.kind === 'create-table' ? NEVER_CREATED : NEVER_ADDED).has(error.class);
}

const NEVER_ADDED: ReadonlySet<ErrorClass> = new Set(['add-column-refused', 'non-constant-default']);
const NEVER_CREATED: ReadonlySet<ErrorClass> = new Set([
  'foreign-key',
  'missing-table',
  'missing-column',
  'missing-type',
]);

/** A fresh install, or one that a file gives, ends without the object: no second try, written otherwise, makes it. */
function isMissed({ paths, operation }: Swallowed, { deployment: { engine } }: History): boolean {
  const fresh = paths.find(({ start }) => start.kind === 'fresh');
  if (operation.kind === 'create-table') {
    if (fresh === undefined) return false;
    const { sure, relation } = findNamed(fresh.end, operation.table, engine);
    return sure && relation === undefined;
  }
  const given = fresh ?? paths.find(({ start }) => start.kind === 'dump');
  if (given === undefined || operation.kind !== 'add-column') return false;
  const { relation } = findNamed(given.end, operation.table, engine);
  if (relation?.kind !== 'table' || relation.open) return false;
  const { text, quoted } = operation.column.name;
  const key = engine.dialect.key(text, quoted);
  return !relation.columns.some(({ name }) => engine.dialect.key(name, true) === key);
}

const HELP: Readonly<Partial<Record<ErrorClass, string>>> = {
  'add-column-refused':
    'Add the column without the constraint, and create a unique index over it (CREATE UNIQUE INDEX IF NOT EXISTS).',
  'non-constant-default': 'Add the column without that default, and fill it with an UPDATE.',
  'foreign-key':
    'Give the column the very type of the one it references, and do not record a migration that raised an error.',
};
