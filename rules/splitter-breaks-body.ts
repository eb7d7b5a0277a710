import type { Call, Deployment } from '../src/deployment.ts';
import type { DialectName } from '../src/dialects/dialect.ts';
import { bodyMarkersFix } from '../src/fixes/body-markers.ts';
import { offer } from '../src/fixes/together.ts';
import { defineRule, type Report } from '../src/rule.ts';
import type { ParsedStatement } from '../src/ddl/parse.ts';
import type { History } from '../src/timeline/history.ts';
import type { Sending } from '../src/migration-tool.ts';
import { literalPattern } from '../src/text/literal-pattern.ts';

export default defineRule({
  id: 'splitter-breaks-body',
  severity: 'error',
  summary: 'The migration tool, or the code, cuts a statement in two, because it does not know bodies.',
  why: `Some tools cut a file into statements themselves, at the end of each line that ends in a semicolon. A function or a trigger has such
lines inside: the engine gets the first half of it, and refuses it on every database.`,
  instead: 'Put the markers of the tool around the statement.',
  examples: [
    {
      title: 'goose cuts after the first RETURN',
      files: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);
CREATE FUNCTION tidy() RETURNS trigger AS $$ -- expect: splitter-breaks-body
BEGIN
  NEW.name := trim(NEW.name);
  RETURN NEW;
END
$$ LANGUAGE plpgsql;`,
      },
    },
    {
      title: 'The code cuts a script at every semicolon',
      files: {
        'db.py': `import sqlite3

def init_db(path):
    db = sqlite3.connect(path)
    script = """
CREATE TABLE IF NOT EXISTS cooks (id INTEGER PRIMARY KEY, name TEXT);
CREATE TRIGGER IF NOT EXISTS keep BEFORE DELETE ON cooks -- expect: splitter-breaks-body
BEGIN
  SELECT RAISE(ABORT, 'no');
END;
"""
    for part in script.split(";"):
        if part.strip():
            db.execute(part)`,
      },
    },
    {
      title: 'Between StatementBegin and StatementEnd it is kept whole',
      files: {
        'migrations/0001_cooks.sql': `-- +goose Up
CREATE TABLE cooks (id BIGSERIAL PRIMARY KEY, name TEXT);
-- +goose StatementBegin
CREATE FUNCTION tidy() RETURNS trigger AS $$
BEGIN
  NEW.name := trim(NEW.name);
  RETURN NEW;
END
$$ LANGUAGE plpgsql;
-- +goose StatementEnd`,
      },
    },
  ],
  check(history, report) {
    const { deployment, statements } = history;
    for (const words of cutByCode(history)) report(words);
    const { tool } = deployment;
    if (tool === null || !('bodyMarkers' in tool.sending)) return;
    const { sending } = tool;
    const cutsByCall = new Map<Call, readonly number[]>();
    for (const { parsed, call, step } of statements) {
      if (step === null) continue;
      const cuts = cutsByCall.get(call) ?? cutsIn(call.sql.text, sending);
      cutsByCall.set(call, cuts);
      const cut = firstCutInside(parsed, call, cuts);
      if (cut === null) continue;
      const { bodyMarkers } = sending;
      report({
        at: { statement: parsed.statement, range: headOf(parsed.statement.start, call.sql.text) },
        object: step.name,
        message: `${tool.name} ${sending.cut === 'line-ends' ? 'cuts a file after every line that ends in a semicolon' : 'cuts a file at every semicolon'}, and so this statement in two: the engine gets no more of it than up to the first ${quotedLine(call.sql.text, cut)}.`,
        help:
          bodyMarkers === null
            ? 'Put the statement on one line, or send it in another way.'
            : `Put ${bodyMarkers.begin} on the line before it, and ${bodyMarkers.end} on the line after it.`,
        engineError: errorOf(deployment, call.sql.text.slice(parsed.statement.start, cut)),
        ...offer(bodyMarkers === null ? null : bodyMarkersFix(parsed.statement, bodyMarkers)),
      });
    }
  },
});

/** Statements that the project's own code cuts: `for part in script.split(";")`. */
function* cutByCode({ deployment, statements }: History): IterableIterator<Report> {
  for (const { parsed, call } of statements) {
    const { cutAt } = call;
    if (cutAt === undefined || call.onError.kind !== 'stop') continue;
    const cuts = [...call.sql.text.matchAll(new RegExp(literalPattern(cutAt), 'g'))].map(
      ({ index }) => index + cutAt.indexOf(';') + 1,
    );
    const cut = firstCutInside(parsed, call, cuts);
    if (cut === null) continue;
    yield {
      at: { statement: parsed.statement, range: headOf(parsed.statement.start, call.sql.text) },
      severity: deployment.reading === null ? 'error' : 'warning',
      object: 'split',
      message: `The code cuts its SQL at every ${JSON.stringify(cutAt)}, and so this statement in two: the engine gets no more of it than up to the first ${quotedLine(call.sql.text, cut)}.`,
      help: 'Let the driver run the whole script (executescript, exec, execute_batch), or cut it with something that knows SQL.',
      reading: deployment.reading,
      engineError: errorOf(deployment, call.sql.text.slice(parsed.statement.start, cut)),
    };
  }
}

type CuttingTool = Extract<Sending, { readonly bodyMarkers: unknown }>;

/** Where the tool ends a statement: the offsets after its semicolons. */
function cutsIn(text: string, { cut, bodyMarkers }: CuttingTool): readonly number[] {
  const cuts: number[] = [];
  let inBody = false;
  for (const { 0: line, index } of text.matchAll(/[^\n]*(?:\n|$)/g)) {
    const words = line.trim().toLowerCase();
    if (bodyMarkers !== null && words.startsWith('--')) {
      if (isMarker(words, bodyMarkers.begin)) inBody = true;
      else if (isMarker(words, bodyMarkers.end)) inBody = false;
    }
    if (inBody) continue;
    if (cut === 'semicolons') for (const match of line.matchAll(/;/g)) cuts.push(index + match.index + 1);
    // The word before a comment counts, or else the last one of the line.
    else {
      const code = /^(.*?);[ \t\r]*(?:--.*)?$/s.exec(line.replace(/\n$/, ''));
      if (code !== null && !/(?:^|\s)--/.test(code[1] ?? '')) cuts.push(index + (code[1] ?? '').length + 1);
    }
  }
  return cuts;
}

function isMarker(line: string, marker: string): boolean {
  return line.replace(/\s+/g, ' ').includes(marker.toLowerCase().replace(/^--\s*/, ''));
}

/** A cut before the statement's own end. */
function firstCutInside({ statement }: ParsedStatement, call: Call, cuts: readonly number[]): number | null {
  const { start, end } = statement;
  const text = call.sql.text;
  const cut = cuts.find((at) => at > start && at < end);
  return cut === undefined || text.slice(cut, end).trim().replace(/^;+$/, '') === '' ? null : cut;
}

/** The first line of the statement. */
function headOf(start: number, text: string): { start: number; end: number } {
  const lineEnd = text.indexOf('\n', start);
  return { start, end: lineEnd < 0 ? text.length : lineEnd };
}

function quotedLine(text: string, cut: number): string {
  return `\`${text.slice(text.lastIndexOf('\n', cut - 1) + 1, cut).trim()}\``;
}

/** What each engine says to the first half. */
function errorOf({ engine }: Deployment, half: string): string {
  const quote = /\$\w*\$[^\n]*/.exec(half)?.[0] ?? '';
  const words: Readonly<Record<DialectName, string>> = {
    sqlite: 'incomplete input',
    postgres: quote === '' ? 'syntax error at end of input' : `unterminated dollar-quoted string at or near "${quote}`,
    mysql: 'You have an error in your SQL syntax',
    mariadb: 'You have an error in your SQL syntax',
  };
  return words[engine.dialect.name];
}
