import type { Project } from '../project.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, folderOf, isInside } from './file-order.ts';
import { filesNamed } from './project-files.ts';

/** Queries with names, for sqlc or a loader such as goyesql: code sends them one by one, with values. Such a file is no script. */
export function holdsNamedQueries({ text }: SourceFile): boolean {
  return /^--\s*name:\s*[\w-]+(?:\s+:\w+)?\s*$/m.test(text);
}

/** The config of sqlc that names a file of SQL: sqlc makes Go code of queries and runs nothing (docs.sqlc.dev, Configuration). Null where there is none. */
export function sqlcConfigOf(project: Project, file: SourceFile): SourceFile | null {
  const configs = ['sqlc.yaml', 'sqlc.yml', 'sqlc.json'].flatMap((name) => filesNamed(project, name));
  return (
    configs.find(({ path, text }) => isInside(file.path, folderOf(path)) && text.includes(baseName(file.path))) ?? null
  );
}
