import type { Action } from '../deployment.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { byBytes, baseName, folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import {
  callOf,
  chainDeployment,
  migrationName,
  sectionsOf,
  sqlFilesByFolder,
  type Migration,
} from './migration-folder.ts';

/**
 * argen (go-activerecord): `<conf>/schema.sql` beside `<conf>/migrations/NNN_description.sql` with `-- +up` and `-- +down`.
 * The first generation writes no migration, so a new database gets schema.sql and has the whole chain recorded; an older
 * one gets the migrations that it lacks. argen has no runner: deployers sort the names as bytes.
 */
const argen: Layout = {
  name: 'argen',
  sureness: 'marker',
  detect(context) {
    const detected = [];
    for (const [folder, files] of sqlFilesByFolder(context)) {
      const migrations = files.map(readMigration).filter((migration) => migration !== null);
      if (migrations.length === 0) continue;
      migrations.sort((left, right) => byBytes(left.file.path, right.file.path));
      const schema = context.project.files.get(joinPath(folderOf(folder), 'schema.sql'));
      const evidence = {
        strength: 'tool' as const,
        words: `-- +up and -- +down in ${migrations.length} files of ${folder}`,
      };
      detected.push(
        chainDeployment(
          context,
          { folder, migrations },
          {
            summary:
              schema === undefined
                ? 'migrations run once each, in byte order (argen markers)'
                : 'schema.sql creates fresh databases and records the migrations; older databases run the migrations they lack',
            evidence: [evidence],
            root: folderOf(folder),
            program: (steps): readonly Action[] => {
              if (schema === undefined) return steps;
              const fresh: Action[] = [{ kind: 'call', call: callOf(sqlTextOfFile(schema)) }, { kind: 'stamp' }];
              return [{ kind: 'if', guard: { test: 'empty' }, then: fresh, otherwise: steps }];
            },
            ...(schema === undefined ? {} : { alsoRuns: [schema] }),
          },
        ),
      );
    }
    return detected;
  },
};
export default argen;

function readMigration(file: { path: string; text: string }): Migration | null {
  if (!/^\d/.test(baseName(file.path))) return null;
  const sections = sectionsOf(file, /^-- \+up[ \t]*\r?$/m, /^-- \+down[ \t]*\r?$/m);
  if (sections === null) return null;
  return { file, name: migrationName(file), identity: baseName(file.path), transaction: true, ...sections };
}
