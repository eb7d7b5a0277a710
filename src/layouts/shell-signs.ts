import type { Evidence } from '../deployment.ts';
import type { Project } from '../project.ts';
import { literalPattern } from '../text/literal-pattern.ts';
import type { SourceFile } from '../text/source-file.ts';
import { lineStarts } from '../text/source-file.ts';
import { baseName, folderOf, isInside } from './file-order.ts';

/** How a script runs a schema file beside a folder of migrations. */
export interface ShellSign {
  /** `fresh`: under a condition, and then not the migrations; `always`: unconditionally, before them. */
  readonly schemaRuns: 'fresh' | 'always';
  readonly evidence: Evidence;
}

/**
 * What the shell scripts of a project tell about a schema file and its migrations: a script that names both shows which of
 * them stands under a condition. A script of another shape says nothing.
 */
export function shellSign(project: Project, schema: SourceFile, migrationFolder: string): ShellSign | null {
  for (const file of project.files.values()) {
    if (!/\.(?:sh|bash)$|(?:^|\/)(?:entrypoint|deploy|migrate)[^/.]*$/.test(file.path)) continue;
    if (
      !isInside(schema.path, folderOf(file.path)) &&
      !isInside(file.path, folderOf(schema.path)) &&
      !sharesRoot(file, schema)
    )
      continue;
    const sign = signIn(file, baseName(schema.path), baseName(migrationFolder));
    if (sign !== null) return sign;
  }
  return null;
}

/** A `deploy/` or `scripts/` folder beside the database's own. */
function sharesRoot(script: SourceFile, schema: SourceFile): boolean {
  return isInside(schema.path, folderOf(folderOf(script.path)));
}

interface Block {
  readonly lines: string[];
  hasSchema: boolean;
  hasElse: boolean;
}

function signIn(file: SourceFile, schemaName: string, folderName: string): ShellSign | null {
  const namesMigrations = new RegExp(
    `\\b${literalPattern(folderName)}\\b[^\\n]*\\*|${literalPattern(folderName)}/|\\bfor\\b[^\\n]*\\b${literalPattern(folderName)}\\b`,
  );
  if (!file.text.includes(schemaName) || !namesMigrations.test(file.text)) return null;
  const open: Block[] = [];
  for (const [index, line] of file.text.split('\n').entries()) {
    const command = line.replace(/^\s*#.*$/, '').trim();
    if (/^if\b/.test(command)) open.push({ lines: [], hasSchema: false, hasElse: false });
    const block = open.at(-1);
    block?.lines.push(command);
    if (block !== undefined && /^else\b|^elif\b/.test(command)) block.hasElse = true;
    if (command.includes(schemaName) && !/^\w+=/.test(command)) {
      if (block === undefined)
        return signAt(file, index, 'always', `${baseName(file.path)} runs ${schemaName} at every deploy`);
      block.hasSchema = !block.hasElse;
    }
    if (/^fi\b/.test(command) && block !== undefined) {
      open.pop();
      const endsScript = block.hasElse || block.lines.some((part) => /^(?:exit|return)\b/.test(part));
      if (block.hasSchema && endsScript) {
        return signAt(
          file,
          index,
          'fresh',
          `${baseName(file.path)} gives ${schemaName} to new databases and the migrations to others`,
        );
      }
    }
  }
  return null;
}

function signAt(file: SourceFile, line: number, schemaRuns: ShellSign['schemaRuns'], words: string): ShellSign {
  const start = lineStarts(file)[line] ?? 0;
  return { schemaRuns, evidence: { strength: 'call', words, at: { file, start, end: start + 1 } } };
}
