import {
  fileChecksum,
  passedOverInSilence,
  refuses,
  refusesSecondKey,
  RUN,
  type MigrationTool,
  type PassedOver,
} from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, folderOf, joinPath, leadingNumber } from './file-order.ts';
import type { Layout, LayoutContext, Sureness } from './layout.ts';
import { chainDeployment, sqlFilesByFolder, type ChainPlan, type Migration } from './migration-folder.ts';

/** From sqlx's source (sqlx-core/src/migrate: migrator.rs, source.rs). */
const tool: MigrationTool = {
  name: 'sqlx',
  order: 'numeric',
  identity: 'the number before the first _',
  table: '_sqlx_migrations',
  checksum: fileChecksum("SHA-384 of the file's bytes", ({ text }) => text),
  edited: refuses('migration {version} was previously applied but has been modified'),
  missing: refuses(
    'migration {version} was previously applied but is missing in the resolved migrations',
    'set_ignore_missing(true)',
  ),
  late: RUN,
  duplicate: {
    fresh: refusesSecondKey('_sqlx_migrations', 'version'),
    existing: refuses('migration {version} was previously applied but has been modified'),
  },
  passesOver: sqlxPassesOver,
  transaction: {
    around: 'step',
    optOut: '`-- no-transaction` as the first bytes of the file',
    marker: { line: '-- no-transaction' },
  },
  sending: { cut: 'whole' },
};

function sqlxPassesOver(fileName: string): PassedOver | null {
  const [prefix, ...rest] = fileName.split('_');
  if (rest.length === 0) return passedOverInSilence('its name has no _ after the number');
  if (/^\d+$/.test(prefix ?? '')) return null;
  return {
    because: 'what stands before the first _ of its name is not a number',
    reaction: refuses('error parsing migration filename "{file}"; expected integer version prefix (e.g. `01_foo.sql`)'),
  };
}

/**
 * sqlx: `<integer>_description.sql`, or `.up.sql` and `.down.sql`, in one flat folder; by number; one transaction each unless the
 * file starts with `-- no-transaction` (sqlx-core/src/migrate). Known by `sqlx::migrate!` or by sqlx in Cargo.toml.
 */
const sqlx: Layout = {
  name: 'sqlx',
  sureness: 'config',
  detect(context) {
    const detected = [];
    const folders = sqlFilesByFolder(context);
    for (const [folder, { words, sureness }] of sqlxFolders(context, folders)) {
      const migrations = readMigrations(folders.get(folder) ?? []);
      if (migrations.length === 0) continue;
      const plan: ChainPlan = {
        tool,
        summary: 'sqlx runs each migration once, by number',
        evidence: [{ strength: 'tool', words }],
        program: (steps) => steps,
      };
      detected.push({ ...chainDeployment(context, { folder, migrations }, plan), sureness });
    }
    return detected;
  },
};
export default sqlx;

interface Sign {
  readonly words: string;
  readonly sureness: Sureness;
}

/** Folders that sqlx reads, each with the sign that says so. */
function sqlxFolders(
  context: LayoutContext,
  folders: ReadonlyMap<string, readonly SourceFile[]>,
): ReadonlyMap<string, Sign> {
  const found = new Map<string, Sign>();
  for (const program of context.programs) {
    for (const call of program.toolCalls) {
      if (call.tool !== 'sqlx::migrate') continue;
      const folder = joinPath(crateFolder(context, call.file), call.argument ?? './migrations');
      found.set(folder, { words: `sqlx::migrate! in ${call.file}`, sureness: 'config' });
    }
  }
  for (const file of context.project.files.values()) {
    if (baseName(file.path) !== 'Cargo.toml' || !/^\s*sqlx\s*[=.]|\[dependencies\.sqlx\]/m.test(file.text)) continue;
    const folder = joinPath(folderOf(file.path), 'migrations');
    if (folders.has(folder) && !found.has(folder))
      found.set(folder, { words: `sqlx in ${file.path}`, sureness: 'dependency' });
  }
  return found;
}

/** The folder that a crate's paths are relative to: that of the nearest Cargo.toml, or of the `src` that holds the file. */
function crateFolder(context: LayoutContext, path: string): string {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    if (context.project.files.has(joinPath(folder, 'Cargo.toml'))) return folder;
    if (baseName(folder) === 'src') return folderOf(folder);
    if (folder === '.') return folder;
  }
}

function readMigrations(files: readonly SourceFile[]): readonly Migration[] {
  const downs = new Map<string, SourceFile>();
  const migrations: Migration[] = [];
  for (const file of files) {
    const [, version, , down] = /^(\d+)_(.*?)(\.down)?\.sql$/.exec(baseName(file.path)) ?? [];
    if (version !== undefined && down !== undefined) downs.set(BigInt(version).toString(), file);
  }
  for (const file of files) {
    const name = baseName(file.path);
    const version = leadingNumber(name);
    if (version === null || !/^\d+_/.test(name) || name.endsWith('.down.sql')) continue;
    const identity = version.toString();
    const down = downs.get(identity);
    migrations.push({
      file,
      name: name.replace(/(?:\.up)?\.sql$/, ''),
      identity,
      up: sqlTextOfFile(file),
      ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
      transaction: !file.text.startsWith('-- no-transaction'),
    });
  }
  return migrations.sort((left, right) => (BigInt(left.identity) < BigInt(right.identity) ? -1 : 1));
}
