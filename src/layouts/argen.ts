import type { Action } from '../deployment.ts';
import { IGNORED, RUN, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { byBytes, baseName, folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import { callOf, migrationName, sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/**
 * argen (go-activerecord): `<conf>/schema.sql` beside `<conf>/migrations/NNN_description.sql` with `-- +up` and `-- +down`.
 * The first generation writes no migration, so a new database gets schema.sql and has the whole chain recorded; an older
 * one gets the migrations that it lacks. argen has no runner: deployers sort the names as bytes.
 */
const tool: MigrationTool = {
  name: 'argen',
  order: 'bytes',
  identity: 'the file name',
  table: null,
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: RUN, existing: RUN },
  passesOver: () => null,
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'whole' },
};

const argen: Layout = sectionedLayout({
  name: 'argen',
  tool,
  markers: '-- +up and -- +down',
  read: readMigration,
  order: (left, right) => byBytes(left.file.path, right.file.path),
  plan(folder, { project }) {
    const root = folderOf(folder);
    const schema = project.files.get(joinPath(root, 'schema.sql'));
    if (schema === undefined) {
      return {
        summary: 'migrations run once each, in byte order (argen markers)',
        root,
        program: (steps) => steps,
      };
    }
    return {
      summary:
        'schema.sql creates fresh databases and records the migrations; older databases run the migrations they lack',
      root,
      program: (steps) => [{ kind: 'if', guard: { test: 'empty' }, then: freshBySchema(schema), otherwise: steps }],
      alsoRuns: [schema],
    };
  },
});
export default argen;

function freshBySchema(schema: SourceFile): readonly Action[] {
  return [{ kind: 'call', call: callOf(sqlTextOfFile(schema)) }, { kind: 'stamp' }];
}

function readMigration(file: { path: string; text: string }): Migration | null {
  if (!/^\d/.test(baseName(file.path))) return null;
  const sections = sectionsOf(file, /^-- \+up[ \t]*\r?$/m, /^-- \+down[ \t]*\r?$/m);
  if (sections === null) return null;
  return { file, name: migrationName(file), identity: baseName(file.path), transaction: true, ...sections };
}
