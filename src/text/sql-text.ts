import type { SourceFile, Span } from './source-file.ts';

/**
 * SQL with a way back to the file it stands in. In a `.sql` file the two are the same text; in host code the SQL is the
 * value of one or more string literals, and `segments` say where each run of it was written.
 */
export interface SqlText {
  readonly file: SourceFile;
  readonly text: string;
  /** Runs of `text`, ascending by `start`, each copied unchanged from `hostStart` on in the file. Never empty. */
  readonly segments: readonly Segment[];
  /** Put together from several places: good for showing where, not for an edit. */
  readonly assembled?: true;
}

export interface Segment {
  /** Offset in the SQL at which this run begins. */
  readonly start: number;
  /** Offset in the host file of the run's first character. */
  readonly hostStart: number;
}

/** A whole file as SQL. */
export function sqlTextOfFile(file: SourceFile): SqlText {
  return { file, text: file.text, segments: [{ start: 0, hostStart: 0 }] };
}

/** The host file's offset for an offset in the SQL. */
export function hostOffset(sql: SqlText, offset: number): number {
  const { segments } = sql;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low];
  return segment === undefined ? offset : segment.hostStart + (offset - segment.start);
}

/** The place in the host file of a range of the SQL. The end maps from the last character, so escapes stay inside. */
export function spanOf(sql: SqlText, start: number, end: number): Span {
  const hostStart = hostOffset(sql, start);
  const hostEnd = end > start ? hostOffset(sql, end - 1) + 1 : hostStart;
  return { file: sql.file, start: hostStart, end: hostEnd };
}

/**
 * A part of a text, such as the up half of a migration, from `start` to `end` (exclusive): a text of its own whose places
 * are still those of the same file.
 */
export function sliceSql(sql: SqlText, start: number, end: number): SqlText {
  const from = Math.max(0, Math.min(start, sql.text.length));
  const to = Math.max(from, Math.min(end, sql.text.length));
  const segments: Segment[] = [{ start: 0, hostStart: hostOffset(sql, from) }];
  for (const segment of sql.segments) {
    if (segment.start > from && segment.start < to)
      segments.push({ start: segment.start - from, hostStart: segment.hostStart });
  }
  return { file: sql.file, text: sql.text.slice(from, to), segments };
}
