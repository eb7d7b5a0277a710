import type { Action } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { byBytes, folderOf, isInside, joinPath } from './file-order.ts';
import { freshOnlyDeployment } from './fresh-only.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { filesNamed } from './project-files.ts';

/**
 * Folders of CREATE statements that a tool compares with the database, to make the changes itself: skeema, Supabase's `schemas`,
 * tusker. They have no order, and what stands in them is never run on a database that has tables.
 */
const declarativeFolder: Layout = {
  name: 'declarative-folder',
  sureness: 'config',
  detect(context) {
    return [...skeemaFolders(context), ...supabaseFolders(context), ...tuskerFolders(context)].flatMap((folder) =>
      detectedIn(folder, context),
    );
  },
};
export default declarativeFolder;

interface DeclarativeFolder {
  readonly folder: string;
  readonly tool: string;
  readonly sign: string;
  readonly dialect: DialectName;
  /** With the folders below it. */
  readonly isDeep: boolean;
}

function* skeemaFolders({ project }: LayoutContext): IterableIterator<DeclarativeFolder> {
  for (const config of filesNamed(project, '.skeema')) {
    const folder = folderOf(config.path);
    const dialect = /^\s*flavor\s*=\s*mariadb/m.test(config.text) ? 'mariadb' : 'mysql';
    yield { folder, tool: 'skeema', sign: config.path, dialect, isDeep: false };
  }
}

function* supabaseFolders({ project }: LayoutContext): IterableIterator<DeclarativeFolder> {
  for (const config of filesNamed(project, 'config.toml')) {
    const folder = joinPath(folderOf(config.path), 'schemas');
    if (!/(?:^|\/)supabase\/config\.toml$/.test(config.path)) continue;
    yield { folder, tool: 'Supabase', sign: config.path, dialect: 'postgres', isDeep: true };
  }
}

function* tuskerFolders({ project }: LayoutContext): IterableIterator<DeclarativeFolder> {
  for (const config of filesNamed(project, 'tusker.toml')) {
    const folder = joinPath(folderOf(config.path), 'db/schema');
    yield { folder, tool: 'tusker', sign: config.path, dialect: 'postgres', isDeep: true };
  }
}

function detectedIn(
  { folder, tool, sign, dialect, isDeep }: DeclarativeFolder,
  context: LayoutContext,
): readonly Detected[] {
  const files = [...context.project.files.values()]
    .filter(({ path }) => path.endsWith('.sql') && (isDeep ? isInside(path, folder) : folderOf(path) === folder))
    .sort((left, right) => byBytes(left.path, right.path));
  if (files.length === 0) return [];
  return [
    freshOnlyDeployment(context, {
      name: folder,
      files,
      summary: `${tool} compares these files with the database and makes the changes itself; they have no order`,
      evidence: [{ strength: 'tool', words: sign }],
      program: files.map(withoutOrder),
      dialect,
    }),
  ];
}

/** What a file needs may stand in a later one: only the tool knows the order, so an error here says nothing. */
function withoutOrder(file: SourceFile): Action {
  return { kind: 'call', call: { sql: sqlTextOfFile(file), onError: { kind: 'swallow' }, many: true } };
}
