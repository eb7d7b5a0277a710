import type { Dialect } from '../dialects/dialect.ts';

/** Longer queries are reports. */
const LONGEST = 4_000;

/** Whether a query reads tables of the project's own: those of the engine have columns that no file tells. */
export function asksOfTables(text: string): boolean {
  return (
    text.length <= LONGEST &&
    /^\s*(?:select|with)\b/i.test(text) &&
    /\bfrom\b/i.test(text) &&
    !/\b(?:sqlite_\w+|pragma_\w+|information_schema|pg_\w+|performance_schema)\b/i.test(text)
  );
}

/** Parameters as Python's drivers write them (`%s`, `%(name)s`), in a form of the same length that every grammar reads. */
export function withoutParameters(text: string, { name }: Dialect): string {
  const parameter = name === 'postgres' ? '$1' : '?';
  return text.replace(/%s|%\(\w+\)s/g, (written) => parameter.padEnd(written.length));
}
