/** What tools that read a file line by line find wrong with it. */

/** The first line of SQL that stands before a marker; null: comments and empty lines only, or no marker. */
export function sqlBefore(text: string, marker: RegExp): string | null {
  const end = marker.exec(text)?.index ?? text.length;
  const line = text.slice(0, end).split('\n').find(isSql);
  return line === undefined ? null : line.trim();
}

/** What is still open where a half ends: a statement without its semicolon, or a body without its end. */
export interface Unfinished {
  readonly kind: 'statement' | 'body';
  /** The statement's first line. */
  readonly line: string;
}

/**
 * Goes through a half as goose and sql-migrate do: a statement ends with a line whose last word before a comment ends in `;`, or
 * with the marker that ends a body.
 */
export function unfinishedIn(half: string, body: { readonly begin: RegExp; readonly end: RegExp }): Unfinished | null {
  let inBody = false;
  let open: string | null = null;
  for (const line of half.split('\n')) {
    if (body.begin.test(line)) inBody = true;
    else if (body.end.test(line)) {
      inBody = false;
      open = null;
    } else if (isSql(line)) {
      open ??= line.trim();
      if (!inBody && endsStatement(line)) open = null;
    }
  }
  if (inBody) return { kind: 'body', line: open ?? '' };
  return open === null ? null : { kind: 'statement', line: open };
}

function isSql(line: string): boolean {
  return !/^\s*(?:--.*)?$/.test(line.replace(/^\uFEFF/, ''));
}

function endsStatement(line: string): boolean {
  const words = line.trim().split(/\s+/);
  const comment = words.findIndex((word) => word.startsWith('--'));
  return (comment < 0 ? words : words.slice(0, comment)).at(-1)?.endsWith(';') ?? false;
}
