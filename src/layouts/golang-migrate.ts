import { IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import { byIdentityNumber, chainLayout, placesByDependency, readFlat, sqlFilesIn } from './chain-layout.ts';
import type { SourceFile } from '../text/source-file.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { MARAGUDK } from './maragudk-migrate.ts';
import { sqlFilesByFolder } from './migration-folder.ts';
import { dependencySign } from './project-files.ts';

/** From golang-migrate's source (source/parse.go, migrate.go, source/migration.go): the ledger is one number. */
const tool: MigrationTool = {
  name: 'golang-migrate',
  order: 'numeric',
  identity: 'the number before the first _',
  table: 'schema_migrations',
  checksum: null,
  edited: IGNORED,
  // Only the recorded number is looked for among the files (migrate.go, readUp and versionExists).
  missing: {
    ...refuses('no migration found for version {version}: read down for version {version} .: file does not exist'),
    only: 'newest',
  },
  // Only what is above the recorded number runs.
  late: IGNORED,
  duplicate: {
    fresh: refuses('duplicate migration file: {file}'),
    existing: refuses('duplicate migration file: {file}'),
  },
  passesOver(fileName) {
    // Whatever stands behind the second dot is taken for the extension (source/parse.go, DefaultRegex): `30_x.up..sql` runs.
    if (/^\d+_.*\.(?:up|down)\../.test(fileName)) return null;
    if (/^\d+_/.test(fileName)) return passedOverInSilence('its name does not end with .up.sql or .down.sql');
    return /^\d/.test(fileName) ? passedOverInSilence('its name has no _ after the number') : null;
  },
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d+)_.*\.(?:up|(?<down>down))\..*$/;
const DEPENDENCY = { manifests: ['go.mod'], words: /golang-migrate\/migrate|mattes\/migrate/ };

/** golang-migrate: `<number>_title.up.sql` with `.down.sql`, by number. Known by go.mod, or by a script that calls `migrate`. */
const golangMigrate: Layout = chainLayout({
  tool,
  sureness: 'call',
  summary: 'golang-migrate runs each migration above the recorded version, by number',
  *places(context) {
    yield* calledPlaces(context);
    for (const place of placesByDependency(context, DEPENDENCY, (fileName) => NAME.test(fileName))) {
      // A program that also depends on a tool of the same names may take single parts of golang-migrate only.
      const other = dependencySign(context.project, place.folder, { manifests: ['go.mod'], words: MARAGUDK }, 'above');
      if (other === null) yield place;
    }
  },
  read: ({ folder }, context) => readFlat(sqlFilesIn(context, folder), { name: NAME, order: byIdentityNumber }),
});
export default golangMigrate;

/** `migrate -path db/migrations` in a script, a Makefile or a compose file: the folder whose path ends so. */
function* calledPlaces(context: LayoutContext) {
  for (const file of context.project.files.values()) {
    if (!/(?:\.sh|\.ya?ml|akefile|ustfile|Dockerfile[^/]*)$/.test(file.path)) continue;
    const called =
      /\bmigrate\b[^\n]*\s-?-(?:path|source)[ =]["']?(?:file:\/\/)?\.?\/?([\w./-]+)/.exec(file.text)?.[1] ??
      mountedFor(file);
    if (called === undefined) continue;
    for (const [folder, files] of sqlFilesByFolder(context)) {
      if (folder !== called && !folder.endsWith(`/${called.replace(/\/$/, '')}`)) continue;
      if (!files.some((one) => NAME.test(baseName(one.path)))) continue;
      const evidence = { strength: 'call' as const, words: `migrate -path ${called} in ${file.path}` };
      yield { folder, sureness: 'call' as const, evidence };
    }
  }
}

/** The image `migrate/migrate`: its `-path` is a folder that the compose file mounts. */
function mountedFor({ path, text }: SourceFile): string | undefined {
  if (!/^\s*image:\s*["']?(?:[\w.-]+\/)*migrate\/migrate\b/m.test(text)) return undefined;
  const inside = /-path["']?\s*[=, ]\s*["']?(\/[\w./-]*\w)/.exec(text)?.[1];
  if (inside === undefined) return undefined;
  const mounts = [...text.matchAll(/-\s*["']?(\.[^:\s"']*):(\/[\w./-]*\w)/g)];
  const host = mounts.find(([, , target]) => target === inside)?.[1];
  return host === undefined ? undefined : joinPath(folderOf(path), host);
}
