import type { Edit } from '../finding.ts';

/** A text with its edits made, and where in it the new words stand. */
export interface EditedText {
  readonly text: string;
  readonly written: readonly { readonly start: number; readonly end: number }[];
}

/** Makes edits, with the text's own line ends. Insertions at one place keep their order. Edits must not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): EditedText {
  const ordered = edits
    .map((edit, index) => ({ edit, index }))
    .sort((left, right) => left.edit.span.start - right.edit.span.start || left.index - right.index);
  const ends = text.includes('\r\n') ? '\r\n' : '\n';
  const written: EditedText['written'][number][] = [];
  let result = '';
  let done = 0;
  for (const { edit } of ordered) {
    result += text.slice(done, edit.span.start);
    const start = result.length;
    result += edit.text.replace(/\r?\n/g, ends);
    written.push({ start, end: result.length });
    done = edit.span.end;
  }
  return { text: result + text.slice(done), written };
}

/** Whether two edits want the same part of a file. Two insertions at one place do not. */
export function overlap(left: Edit, right: Edit): boolean {
  if (left.span.file.path !== right.span.file.path) return false;
  const [first, second] = left.span.start <= right.span.start ? [left.span, right.span] : [right.span, left.span];
  return (
    second.start < first.end || (second.start === first.start && first.end > first.start !== second.end > second.start)
  );
}
