import { parseSql } from '../src/ddl/parse.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { Statement } from '../src/sql/statement.ts';
import type { History, PlacedStatement } from '../src/timeline/history.ts';

export default defineRule({
  id: 'driver-refuses',
  severity: 'error',
  summary: 'The code gives its driver a text that only a client, or a call for scripts, can take.',
  why: `A file that runs well in sqlite3, psql or mysql need not run through a driver. DELIMITER, \\i and .read are commands of those
clients, which a server has never heard of. And a call for one statement is not a call for a script: Python's sqlite3 raises "You can
only execute one statement at a time." before it runs any of them.`,
  instead:
    'Use the call for scripts (executescript), send the statements one by one, and leave out what is meant for a client.',
  examples: [
    {
      title: 'Two statements in one execute',
      files: {
        'db.py': `import sqlite3

def init_db(path):
    conn = sqlite3.connect(path)
    conn.execute("""
        CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS dishes (id INTEGER PRIMARY KEY); -- expect: driver-refuses
    """)`,
      },
    },
    {
      title: 'DELIMITER in a file that the code sends',
      files: {
        'package.json': '{ "dependencies": { "mysql2": "3" } }',
        'db.js': `const mysql = require('mysql2/promise');
const fs = require('fs');
async function migrate() {
  const connection = await mysql.createConnection({ multipleStatements: true });
  await connection.query(fs.readFileSync('triggers.sql', 'utf8'));
}
module.exports = { migrate };`,
        'triggers.sql': `DROP TABLE IF EXISTS cooks;
CREATE TABLE cooks (id INT);
DELIMITER // -- expect: driver-refuses
CREATE TRIGGER named BEFORE INSERT ON cooks FOR EACH ROW BEGIN SET NEW.id = 1; END//
DELIMITER ;`,
      },
    },
    {
      title: 'DELIMITER in a migration',
      files: {
        'go.mod': 'require github.com/golang-migrate/migrate/v4 v4.17.0',
        'migrations/000001_cooks.up.sql': 'CREATE TABLE cooks (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);',
        'migrations/000002_named.up.sql': `DELIMITER // -- expect: driver-refuses
CREATE TRIGGER named BEFORE INSERT ON cooks FOR EACH ROW BEGIN SET NEW.id = 1; END//
DELIMITER ;`,
      },
    },
    {
      title: 'With values node-postgres prepares the text, and PostgreSQL prepares one statement',
      files: {
        'db.js': `const { Client } = require('pg');
async function init() {
  const db = new Client();
  await db.connect();
  await db.query(\`CREATE TABLE IF NOT EXISTS cooks (id int);
    INSERT INTO cooks SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM cooks)\`, [1]); // expect: driver-refuses
}
init();`,
      },
    },
    {
      title: 'executescript takes several statements',
      files: {
        'db.py': `import sqlite3

def init_db(path):
    conn = sqlite3.connect(path)
    conn.executescript("""
        CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY);
        CREATE TABLE IF NOT EXISTS dishes (id INTEGER PRIMARY KEY);
    """)
    conn.execute("CREATE INDEX IF NOT EXISTS cooks_id ON cooks (id);")`,
      },
    },
  ],
  check(history, report) {
    const seen = new Set<PlacedStatement['call']>();
    for (const { call, step } of history.statements) {
      if (seen.has(call) || call.onError.kind !== 'stop') continue;
      seen.add(call);
      const sender = call.throughDriver === undefined ? senderOf(step, history) : 'This code';
      if (sender === null) continue;
      const found = commandOfClient(call, sender, history) ?? secondStatement(call, history);
      if (found !== null) report({ severity: history.deployment.reading === null ? 'error' : 'warning', ...found });
    }
  },
});

function statementsIn({ sql }: PlacedStatement['call'], { deployment }: History): readonly Statement[] {
  return parseSql(sql, deployment.engine.dialect).map(({ statement }) => statement);
}

/** The migration tool, where it hands a step's text to a driver as it is. */
function senderOf(step: PlacedStatement['step'], { deployment: { tool } }: History): string | null {
  if (step === null || tool === null || tool.sending.cut === 'statements') return null;
  return 'readsDelimiter' in tool.sending ? null : tool.name;
}

/** A script with such a command fails as a whole where it is parsed as a whole, and at the command elsewhere. */
function commandOfClient(call: PlacedStatement['call'], sender: string, history: History): Report | null {
  const command = statementsIn(call, history).find(({ kind }) => kind === 'client-command');
  if (command === undefined) return null;
  const [word = ''] = /\S+/.exec(call.sql.text.slice(command.start, command.end)) ?? [];
  return {
    at: { statement: command, range: headOf(command, call.sql.text) },
    object: word,
    message: `${word} is a command of a client. ${sender} sends the text through a driver, and the server takes it for SQL.`,
    help: 'Leave it out: a driver needs no DELIMITER, as it cuts nothing. A file that psql or mysql must read cannot be sent by code.',
    engineError: serverWords(call.sql.text.slice(command.start, command.end), history),
  };
}

function serverWords(command: string, { deployment }: History): string {
  const [line = ''] = command.split(/\r?\n/);
  switch (deployment.engine.dialect.name) {
    case 'sqlite':
      return `near "${line.slice(0, 1)}": syntax error`;
    case 'postgres':
      return `syntax error at or near "${line.slice(0, 1)}"`;
    default:
      return `You have an error in your SQL syntax; check the manual .. for the right syntax to use near '${line}'`;
  }
}

function secondStatement(call: PlacedStatement['call'], history: History): Report | null {
  const words = call.throughDriver?.refusesSeveral;
  if (call.throughDriver === undefined || words === undefined) return null;
  const isElsewhere = call.throughDriver.at.file !== call.sql.file;
  const [, second] = statementsIn(call, history).filter(({ kind }) => kind === 'sql');
  if (second === undefined) return null;
  return {
    // The file may be right for others who run it; what is wrong is the call.
    at: isElsewhere ? call.throughDriver.at : { statement: second, range: headOf(second, call.sql.text) },
    object: 'execute',
    message: `${isElsewhere ? `${call.sql.file.path} has several statements` : 'This is the second statement'}, in one call that takes one: the driver raises "${words}" and runs none of them.`,
    help: 'Give them to a call that runs scripts (executescript, exec, execute_batch, query without values), or to one call each.',
    engineError: words,
  };
}

/** The first line of a statement. */
function headOf({ start, end }: Statement, text: string): { start: number; end: number } {
  const lineEnd = text.indexOf('\n', start);
  return { start, end: lineEnd < 0 ? end : Math.min(lineEnd, end) };
}
