import { IGNORED, refuses, RUN, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { byPath, chainLayout, placesByDependency, readFlat, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, byBytes } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { sqlFilesByFolder, type Migration } from './migration-folder.ts';
import { byDialect } from './mixed-folder.ts';
import { dependencySign } from './project-files.ts';

/** From popx's source (ory/x, popx: match.go, migration_box.go, migration_info.go, migrator.go). */
const tool: MigrationTool = {
  name: 'popx',
  order: 'bytes',
  identity: 'the digits before the first _',
  table: 'schema_migration',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  // Each version is looked up by itself.
  late: RUN,
  // A map by version keeps one of the two (sortAndFilter).
  duplicate: { fresh: IGNORED, existing: IGNORED },
  passesOver: (fileName) =>
    NAME.test(fileName)
      ? null
      : {
          because: 'its name is not of the form <digits>_<name>[.<dialect>][.autocommit].<up|down>.sql',
          reaction: refuses('Found a migration file that does not match the file pattern: filename={file}'),
        },
  transaction: { around: 'step', optOut: '`.autocommit` in the file name' },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d+)_(?<title>[^.]+)(?:\.[a-z0-9]+)?(?:\.autocommit)?\.(?:up|(?<down>down))\.sql$/;
const DEPENDENCY = { manifests: ['go.mod'], words: /\bgithub\.com\/ory\/(?:x|pop\/v\d+)\b/ };

/**
 * popx, the runner of Ory's servers: `<digits>_name[.<dialect>][.autocommit].up.sql` with `.down.sql`, in byte order of the digits;
 * a file that names the dialect stands in for the one that names none. Known by go.mod.
 */
const popx: Layout = chainLayout({
  tool,
  sureness: 'dependency',
  summary: 'popx runs each migration once, in byte order of the versions',
  *places(context) {
    for (const { folder } of placesByDependency(context, DEPENDENCY, (fileName) => NAME.test(fileName))) {
      const evidence = dependencySign(context.project, folder, DEPENDENCY, 'above');
      if (evidence === null || isSource(folder) || !hasBothHalves(sqlFilesIn(context, folder))) continue;
      for (const { dialect } of byDialect(sqlFilesIn(context, folder), context.dialect)) {
        const named = dialect === undefined ? {} : { dialect, dialectIn: `the names of the files in ${folder}` };
        yield { folder, sureness: 'dependency', evidence, ...named };
      }
    }
  },
  alsoHas: ({ folder }, context, migrations) => [
    ...sqlFilesIn(context, folder).filter(({ path }) => NAME.test(baseName(path))),
    ...sourcesOf(context, migrations),
  ],
  read: (place, context) =>
    readFlat(filesFor(place, context), {
      name: NAME,
      identity: (_, version) => version,
      order: (left, right) => byBytes(left.identity, right.identity) || byPath(left, right),
      transaction: ({ path }) => !path.includes('.autocommit.'),
    }).map((migration) => ({ ...migration, partOf: changeOf(baseName(migration.file.path)) })),
});
export default popx;

/** `src/20220210000001_nid/`: what a change was written as, from which the files of its parts are made (Makefile of Ory's servers). */
function isSource(folder: string): boolean {
  return /^\d{14}_/.test(baseName(folder));
}

function sourcesOf(context: LayoutContext, migrations: readonly Migration[]): readonly SourceFile[] {
  const stamps = new Set(migrations.map(({ identity }) => identity.slice(0, 14)));
  return [...sqlFilesByFolder(context)].flatMap(([folder, files]) =>
    isSource(folder) && stamps.has(baseName(folder).slice(0, 14)) ? files : [],
  );
}

/** Every up half needs a down half (MigrationBox.check); other tools for Go have the same names. */
function hasBothHalves(files: readonly SourceFile[]): boolean {
  return files.some(({ path }) => path.endsWith('.down.sql'));
}

function filesFor({ folder, dialect }: Place, context: LayoutContext): readonly SourceFile[] {
  const sets = byDialect(sqlFilesByFolder(context).get(folder) ?? [], context.dialect);
  return sets.find((set) => set.dialect === dialect)?.files ?? [];
}

/**
 * Ory splits a change into one file a statement: the time stamp of 14 digits stays, and six digits count the parts. An earlier
 * popx knew the change by those 14 alone (migrator.go, legacyVersion).
 */
function changeOf(fileName: string): string {
  const { version = '', title = '' } = NAME.exec(fileName)?.groups ?? {};
  return `${version.slice(0, 14)}_${title}`;
}
