import type { Deployment, Step } from '../deployment.ts';
import { baseName } from '../layouts/file-order.ts';
import type { Reaction } from '../migration-tool.ts';

/** What a tool says, with what it puts into its words; null where it says nothing. */
export function wordsOf(
  reaction: Reaction,
  { engine }: Deployment,
  step: Pick<Step, 'identity' | 'name' | 'file'>,
  others: { readonly newest?: string; readonly other?: string } = {},
): string | null {
  const { words } = reaction;
  if (words === undefined) return null;
  const text = typeof words === 'string' ? words : words[engine.dialect.name];
  return text
    .replaceAll('{version}', step.identity)
    .replaceAll('{name}', step.name)
    .replaceAll('{file}', baseName(step.file))
    .replaceAll('{newest}', others.newest ?? '..')
    .replaceAll('{other}', others.other ?? '..');
}
