import type { Step } from '../deployment.ts';
import { isLedgerName } from '../hosts/link/queries.ts';
import { baseName } from './file-order.ts';

/**
 * The steps that a script records as it makes a database: by name or number in rows of the ledger's table, or up to a version
 * (`PRAGMA user_version = 3`, one row of a table that counts, a row under a key that says version).
 */
export function stepsRecordedIn(text: string, ledger: readonly Step[]): readonly Step[] {
  const words = new Set([...text.matchAll(/'((?:[^'\\]|'')*)'/g)].map((match) => match[1] ?? ''));
  const values = valuesOfLedger(text);
  const reached = versionReached(text, values);
  return ledger.filter((step) => {
    if (namesOf(step).some((name) => words.has(name))) return true;
    const number = numberOf(step);
    return number !== null && (values.has(number) || (reached !== null && number <= reached));
  });
}

function namesOf({ identity, name, file }: Step): readonly string[] {
  return [identity, name, baseName(file)];
}

function numberOf({ identity, name }: Step): number | null {
  const digits = /^v?(\d+)/i.exec(identity)?.[1] ?? /^v?(\d+)/i.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The numbers that are written into the ledger's table. */
function valuesOfLedger(text: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const [, table = '', rows = ''] of text.matchAll(LEDGER_INSERT)) {
    if (!isLedgerName(table)) continue;
    for (const [, number] of rows.matchAll(/\(\s*'?(\d+)'?\s*[,)]/g)) values.add(Number(number));
  }
  return values;
}

const LEDGER_INSERT =
  /\binsert\s+(?:or\s+\w+\s+|ignore\s+)?into\s+["`[]?(?:\w+["`\]]?\.["`[]?)?(\w+)["`\]]?\s*(?:\([^()]*\)\s*)?values\s*([^;]*)/gi;

/** The version up to which the database counts as migrated. */
function versionReached(text: string, values: ReadonlySet<number>): number | null {
  const pragma = /\bpragma\s+(?:\w+\.)?user_version\s*=\s*(\d+)/gi;
  const keyed = /'\w*version'\s*,\s*'?(\d+)/gi;
  const found = [...text.matchAll(pragma), ...text.matchAll(keyed)].map((match) => Number(match[1]));
  // One row is a counter; several are a list of what has run.
  if (values.size === 1) found.push(...values);
  return found.length === 0 ? null : Math.max(...found);
}
