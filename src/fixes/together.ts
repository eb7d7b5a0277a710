import type { Edit, Fix } from '../finding.ts';

/** Several fixes as one, for a finding that stands for several statements: all of them, or none. */
export function together(fixes: readonly (Fix | null)[]): { readonly fix?: Fix } {
  const found = fixes.filter((fix) => fix !== null);
  const [first] = found;
  if (first === undefined || found.length < fixes.length) return {};
  const edits = new Map<string, Edit>();
  for (const edit of found.flatMap((fix) => fix.edits)) {
    const { file, start, end } = edit.span;
    edits.set([file.path, start, end, edit.text].join('\0'), edit);
  }
  return { fix: { title: first.title, safe: found.every(({ safe }) => safe), edits: [...edits.values()] } };
}

/** A finding's one fix, where there is one. */
export function offer(fix: Fix | null): { readonly fix?: Fix } {
  return fix === null ? {} : { fix };
}
