import type { JournalEntry } from '../deployment.ts';
import type { Fix } from '../finding.ts';

/** Gives an entry of a JSON journal a time after another's; null where its own cannot be found. */
export function laterTimeFix({ at, name, file }: JournalEntry, newest: number): Fix | null {
  const { text } = at.file;
  const start = text.lastIndexOf('{', at.start);
  const end = text.indexOf('}', at.end);
  const match = /("when"\s*:\s*)(\d+)/.exec(text.slice(start, end));
  if (start < 0 || end < 0 || match === null) return null;
  const [, before = '', digits = ''] = match;
  const from = start + match.index + before.length;
  const span = { file: at.file, start: from, end: from + digits.length };
  const edits = [{ span, text: String(newest + 1) }];
  return { title: `Give ${name} a later time`, safe: true, edits, migrations: [file] };
}
