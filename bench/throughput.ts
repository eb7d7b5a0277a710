/** Prints how many megabytes a second the splitter and the parser read: the median of several rounds over one file. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseSql } from '../src/ddl/parse.ts';
import { dialects } from '../src/dialects/index.ts';
import { splitSql } from '../src/sql/split.ts';
import { sqlTextOfFile } from '../src/text/sql-text.ts';

const path = process.argv[2] ?? '';
const text = readFileSync(path, 'utf8');
const rounds = 7;

/** Megabytes a second; each round gets a text of its own, as results are kept with the text. */
function speedOf(work: (sql: ReturnType<typeof sqlTextOfFile>) => unknown): number {
  const seconds = Array.from({ length: rounds }, () => {
    const sql = sqlTextOfFile({ path, text });
    const start = performance.now();
    work(sql);
    return (performance.now() - start) / 1000;
  }).sort((left, right) => left - right);
  return text.length / 1e6 / (seconds[rounds >> 1] ?? Infinity);
}

const speeds = {
  split: speedOf((sql) => splitSql(sql, dialects.postgres)),
  splitAndParse: speedOf((sql) => parseSql(sql, dialects.postgres)),
};
process.stdout.write(JSON.stringify(speeds));
