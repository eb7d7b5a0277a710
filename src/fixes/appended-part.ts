import type { Deployment, Step } from '../deployment.ts';
import type { Fix } from '../finding.ts';
import { baseName } from '../layouts/file-order.ts';
import type { SourceFile } from '../text/source-file.ts';
import { newMigrationPath } from './next-name.ts';

/**
 * Where something was appended to a migration that databases have run: gives the file back what it was, and writes what was
 * appended into a new migration. Null where the change lies elsewhere, or a marker divides the file.
 */
export function appendedPartFix(step: Step, today: SourceFile, then: string, deployment: Deployment): Fix | null {
  const kept = then.trimEnd();
  if (!today.text.startsWith(kept) || step.down !== undefined || today.text.includes('\r')) return null;
  const rest = today.text.slice(kept.length);
  const appended = rest.trim();
  // On a line that was there already the change belongs to its statement.
  if (appended === '' || !/^[ \t]*\n/.test(rest)) return null;
  const path = newMigrationPath(deployment, 'more');
  if (path === null) return null;
  return {
    title: `Give it back what it was, and write what was appended into the new migration ${baseName(path)}`,
    safe: false,
    edits: [{ span: { file: today, start: kept.length, end: today.text.length }, text: then.slice(kept.length) }],
    creates: [{ path, text: `${appended}\n` }],
    restores: [today.path],
  };
}
