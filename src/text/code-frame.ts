import { characterWidth } from './display-width.ts';
import { printable } from './printable.ts';
import { lineStarts, positionAt, type SourceFile, type Span } from './source-file.ts';

/** A line of source as a terminal can show it: tabs made spaces, no control characters, cut to a width. */
export interface FrameLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  /** Terminal columns to underline, from 0; null for a line that is only context. */
  readonly caret: { readonly start: number; readonly width: number } | null;
}

const tabWidth = 4;

/** The line of a place with the place underlined, after the line before it (unless that is blank). */
export function codeFrame(span: Span, width: number): readonly FrameLine[] {
  const { line } = positionAt(span.file, span.start);
  const before = line > 1 ? [{ number: line - 1, text: shownLine(span.file, line - 1, width), caret: null }] : [];
  return [...before.filter(({ text }) => text.trim() !== ''), markedLine(span, line, width)];
}

/** One line of a file, white space at its ends removed. */
export function lineText(file: SourceFile, line: number): string {
  return visible(sourceLine(file, line).text.trim())
    .map(({ text }) => text)
    .join('');
}

function shownLine(file: SourceFile, line: number, width: number): string {
  const cells = visible(sourceLine(file, line).text);
  return cut(cells, 0, width).text;
}

function markedLine(span: Span, line: number, width: number): FrameLine {
  const { start, text } = sourceLine(span.file, line);
  const cells = visible(text);
  const from = columnOf(cells, span.start - start);
  const to = columnOf(cells, Math.min(span.end - start, text.length));
  const marked = Math.max(1, to - from);
  const shown = cut(cells, from, width);
  const caretStart = from - shown.removed;
  return {
    number: line,
    text: shown.text,
    caret: { start: caretStart, width: Math.max(1, Math.min(marked, width - caretStart)) },
  };
}

function sourceLine(file: SourceFile, line: number): { readonly start: number; readonly text: string } {
  const starts = lineStarts(file);
  const start = starts[line - 1] ?? file.text.length;
  const end = starts[line] ?? file.text.length;
  return { start, text: file.text.slice(start, end).replace(/[\r\n]+$/, '') };
}

/** A character as it is shown: `units` UTF-16 units of the source, `width` terminal columns. */
interface Cell {
  readonly text: string;
  readonly units: number;
  readonly width: number;
}

function visible(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const character of line) {
    const cell = cellOf(character, column);
    cells.push(cell);
    column += cell.width;
  }
  return cells;
}

function cellOf(character: string, column: number): Cell {
  const units = character.length;
  if (character === '\t') {
    const width = tabWidth - (column % tabWidth);
    return { text: ' '.repeat(width), units, width };
  }
  const shown = printable(character);
  return { text: shown, units, width: characterWidth(shown.codePointAt(0) ?? 0) };
}

function columnOf(cells: readonly Cell[], unit: number): number {
  let units = 0;
  let column = 0;
  for (const cell of cells) {
    if (units >= unit) break;
    units += cell.units;
    column += cell.width;
  }
  return column;
}

/** Cuts a line to a width so that the given column stays in view, with `…` where something is left out. */
function cut(
  cells: readonly Cell[],
  column: number,
  width: number,
): { readonly text: string; readonly removed: number } {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= width) return { text: cells.map(({ text }) => text).join(''), removed: 0 };
  const wantedStart = column < width * 0.75 ? 0 : Math.min(column - Math.floor(width / 3), total - width + 1);
  let position = 0;
  let index = 0;
  while (index < cells.length && position < wantedStart) position += cells[index++]?.width ?? 0;
  const removed = position === 0 ? 0 : position - 1;
  let text = position === 0 ? '' : '…';
  let used = position === 0 ? 0 : 1;
  for (; index < cells.length; index++) {
    const cell = cells[index];
    if (cell === undefined) break;
    if (used + cell.width > width - 1 && position + cell.width < total) return { text: `${text}…`, removed };
    text += cell.text;
    used += cell.width;
    position += cell.width;
  }
  return { text, removed };
}
