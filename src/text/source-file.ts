/** A file as the core sees it: a path relative to the project, with `/`, and its decoded text. It never touches the disk. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Its bytes are not `text` in UTF-8: it began with a byte order mark, or is in another encoding. */
  readonly otherBytes?: true;
}

/** A place in a source file, in UTF-16 offsets. Lines and columns exist only where a person reads them. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** 1-based line and column; the column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStartsByFile = new WeakMap<SourceFile, readonly number[]>();

/** The offset at which each line of the file starts. `\n`, `\r\n` and a lone `\r` end a line, as in editors. */
export function lineStarts(file: SourceFile): readonly number[] {
  const known = lineStartsByFile.get(file);
  if (known !== undefined) return known;
  const starts = [0];
  const { text } = file;
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit === 10) starts.push(offset + 1);
    else if (unit === 13 && text.charCodeAt(offset + 1) !== 10) starts.push(offset + 1);
  }
  lineStartsByFile.set(file, starts);
  return starts;
}

/** Where an offset stands. Offsets beyond the end give the end's position. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.min(offset, file.text.length) - (starts[low] ?? 0) + 1 };
}

/** Orders spans by path, then start, then end: the stable order of every report. */
export function compareSpans(left: Span, right: Span): number {
  if (left.file.path !== right.file.path) return left.file.path < right.file.path ? -1 : 1;
  return left.start - right.start || left.end - right.end;
}
