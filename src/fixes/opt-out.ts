import type { Fix } from '../finding.ts';
import type { OptOutMarker } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';

/** Asks the tool to run a file outside of a transaction. Safe where the statement is alone: others could stay half done. */
export function optOutFix(file: SourceFile, marker: OptOutMarker, isAlone: boolean): Fix | null {
  const insertion = insertionOf(file.text, marker);
  if (insertion === null) return null;
  const { at, text } = insertion;
  const edits = [{ span: { file, start: at, end: at }, text }];
  return { title: `Ask for no transaction with ${text.trim()}`, safe: isAlone, edits };
}

function insertionOf(text: string, marker: OptOutMarker): { readonly at: number; readonly text: string } | null {
  if ('line' in marker) return { at: 0, text: `${marker.line}\n` };
  const match = marker.upLine.exec(text);
  return match === null ? null : { at: match.index + match[0].trimEnd().length, text: ` ${marker.words}` };
}
