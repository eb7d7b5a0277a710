import type { Edit, Fix } from '../finding.ts';
import type { SourceFile } from '../text/source-file.ts';

/** Takes the carriage returns away that stand before line feeds; null where some stand alone. */
export function lineFeedFix(files: readonly SourceFile[]): Fix | null {
  if (files.some(({ text }) => /\r(?!\n)/.test(text))) return null;
  const edits = files.flatMap((file) =>
    [...file.text.matchAll(/\r/g)].map(({ index }): Edit => ({
      span: { file, start: index, end: index + 1 },
      text: '',
    })),
  );
  return { title: 'End the lines with LF alone', safe: true, edits };
}
