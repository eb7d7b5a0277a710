import { fileChecksum, refuses, withLineFeeds, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, folderOf, isInside } from './file-order.ts';
import { compareVersions, dotted } from './flyway.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { repeatableCalls, withRepeatables } from './repeatable.ts';
import { chainDeployment, sqlFilesByFolder } from './migration-folder.ts';

/** From Evolve's source (FileMigrationScript.cs, EvolveValidation): Flyway's names, with a checksum of its own. */
const tool: MigrationTool = {
  name: 'Evolve',
  order: 'dotted',
  identity: 'the version between V and __',
  table: 'changelog',
  checksum: fileChecksum('MD5 of the text with LF line endings', ({ text }) => withLineFeeds(text)),
  edited: refuses('Validate failed: invalid checksum for migration: {file}.', 'evolve repair'),
  missing: refuses('Validate failed: script {file} not found'),
  late: refuses(
    'Validation failed: Out of order pending migration found: {file}. Use OutOfOrder option if you want to execute it.',
    'OutOfOrder',
  ),
  duplicate: {
    fresh: refuses('Found multiple sql migration files with the same version: {version}.'),
    existing: refuses('Found multiple sql migration files with the same version: {version}.'),
  },
  passesOver: (fileName) =>
    /^(?:V\d+(?:[._]\d+)*|R)__/.test(fileName)
      ? null
      : { because: 'its name has no V and version, or R, before __', reaction: { does: 'ignores' } },
  transaction: { around: 'step', optOut: '`evolve-tx-off` in the first line', marker: { line: '-- evolve-tx-off' } },
  sending: { cut: 'whole', readsDelimiter: true },
};

/** Evolve (.NET): `V1_2__name.sql` by dotted number, then `R__name.sql`. Known by a reference to it in a project file. */
const evolve: Layout = {
  name: 'Evolve',
  sureness: 'dependency',
  detect(context) {
    const projects = [...context.project.files.values()].filter(
      (file) => /\.(?:cs|fs|vb)proj$/.test(file.path) && file.text.includes('Include="Evolve"'),
    );
    return [...sqlFilesByFolder(context)].flatMap(([folder, files]) => {
      const project = projects.find(({ path }) => isInside(folder, folderOf(path))) ?? projects[0];
      return project === undefined ? [] : detectedIn(folder, files, project.path, context);
    });
  },
};
export default evolve;

function detectedIn(
  folder: string,
  files: readonly SourceFile[],
  projectFile: string,
  context: LayoutContext,
): readonly Detected[] {
  const migrations = files
    .flatMap((file) => {
      const version = /^V(\d+(?:[._]\d+)*)__.*\.sql$/.exec(baseName(file.path))?.[1];
      if (version === undefined) return [];
      const transaction = !/^[^\n]*evolve-tx-off/.test(file.text);
      const name = baseName(file.path).replace(/\.sql$/, '');
      return [{ file, name, identity: dotted(version).join('.'), up: sqlTextOfFile(file), transaction }];
    })
    .sort((left, right) => compareVersions(left.identity, right.identity));
  if (migrations.length === 0) return [];
  const repeatables = files.filter((file) => /^R__.*\.sql$/.test(baseName(file.path)));
  return [
    chainDeployment(
      context,
      { folder, migrations },
      {
        tool,
        summary: 'Evolve runs each migration once, by version, then the repeatable ones',
        evidence: [{ strength: 'tool', words: `Evolve in ${projectFile}` }],
        program: (steps) =>
          withRepeatables(context.project, (repeatable) => [
            ...steps,
            ...repeatableCalls(repeatables, (file, actions) =>
              // Evolve's documentation, "Repeatable always": it runs at every migrate.
              /^[^\n]*evolve-repeat-always/.test(file.text) ? actions : repeatable(file, actions),
            ),
          ]),
        alsoRuns: repeatables,
      },
    ),
  ];
}
