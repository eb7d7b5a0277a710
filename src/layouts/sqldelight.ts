import type { Action } from '../deployment.ts';
import { IGNORED, NEVER, type MigrationTool } from '../migration-tool.ts';
import { sqlite } from '../dialects/sqlite.ts';
import { splitSql } from '../sql/split.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sliceSql, sqlTextOfFile, type SqlText } from '../text/sql-text.ts';
import { baseName, folderOf, isInside } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf, chainDeployment, type Migration } from './migration-folder.ts';

/** From SQLDelight's documentation (Migrations): the number of a file is the version that it upgrades from. */
const tool: MigrationTool = {
  name: 'SQLDelight',
  order: 'numeric',
  identity: 'the version that it upgrades from, as PRAGMA user_version counts',
  table: null,
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: { around: 'run', optOut: null },
  sending: { cut: 'statements' },
};

/** SQLDelight: `N.sqm` upgrades from version N; the CREATE statements of the `.sq` files make new databases. */
const sqldelight: Layout = {
  name: 'sqldelight',
  sureness: 'config',
  detect(context) {
    const byFolder = new Map<string, SourceFile[]>();
    for (const file of context.project.files.values()) {
      if (!/^\d+\.sqm$/.test(baseName(file.path))) continue;
      const folder = folderOf(file.path);
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), file]);
    }
    return [...byFolder].flatMap(([folder, files]) => detectedIn(folder, files, context));
  },
};
export default sqldelight;

function detectedIn(folder: string, files: readonly SourceFile[], context: LayoutContext): readonly Detected[] {
  const migrations = files
    .map((file): Migration => {
      const name = baseName(file.path).replace(/\.sqm$/, '');
      return { file, name, identity: name, up: sqlTextOfFile(file), transaction: true };
    })
    .sort((left, right) => Number(left.name) - Number(right.name));
  const source = sourceFolder(folder);
  const queries = [...context.project.files.values()].filter(
    (file) => file.path.endsWith('.sq') && isInside(file.path, source),
  );
  const creates = queries.flatMap(createsOf);
  const fresh: readonly Action[] = [
    ...creates.map((sql): Action => ({ kind: 'call', call: callOf(sql) })),
    { kind: 'stamp' },
  ];
  return [
    chainDeployment(
      context,
      { folder, migrations, dialect: 'sqlite', dialectWords: 'SQLDelight is for SQLite here' },
      {
        tool,
        summary:
          'SQLDelight makes new databases from the .sq files; older ones run the .sqm files from their version on',
        root: source,
        evidence: [{ strength: 'tool', words: `${files.length} .sqm files in ${folder}` }],
        // Without tables in .sq files the schema is derived from the migrations.
        program: (steps) =>
          creates.length === 0 ? steps : [{ kind: 'if', guard: { test: 'empty' }, then: fresh, otherwise: steps }],
        alsoRuns: queries,
      },
    ),
  ];
}

/** `.sq` and `.sqm` files lie in packages below one source folder. */
function sourceFolder(folder: string): string {
  return /^(?:.*\/)?sqldelight(?=\/|$)/.exec(folder)?.[0] ?? folder;
}

/** A statement with a label before it is a query that the program calls by that name. */
function createsOf(file: SourceFile): readonly SqlText[] {
  const sql = sqlTextOfFile(file);
  return splitSql(sql, sqlite)
    .filter(({ start, end }) => /^CREATE\b/i.test(file.text.slice(start, end)))
    .map(({ start, end }) => sliceSql(sql, start, end));
}
