import {
  fileChecksum,
  IGNORED,
  passedOverInSilence,
  refuses,
  refusesSecondKey,
  RUN,
  type MigrationTool,
  type PassedOver,
} from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { readJson } from '../text/json.ts';
import { baseName, folderOf, joinPath, leadingNumber } from './file-order.ts';
import type { Layout, LayoutContext, Sureness } from './layout.ts';
import { chainDeployment, sqlFilesByFolder, type ChainPlan, type Migration } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

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
    for (const [folder, { words, sureness, settings }] of sqlxFolders(context, folders)) {
      const migrations = readMigrations(folders.get(folder) ?? []);
      if (migrations.length === 0) continue;
      const plan: ChainPlan = {
        tool: toolFor(settings, context),
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
  readonly settings: Settings;
}

/** What `sqlx.toml` says, since 0.9 (sqlx-core/src/config/migrate.rs). */
interface Settings {
  readonly folder: string | null;
  readonly table: string | null;
  /** The characters that the checksum leaves out. */
  readonly ignored: readonly string[];
}

const DEFAULTS: Settings = { folder: null, table: null, ignored: [] };

/** Folders that sqlx reads, each with the sign that says so. */
function sqlxFolders(
  context: LayoutContext,
  folders: ReadonlyMap<string, readonly SourceFile[]>,
): ReadonlyMap<string, Sign> {
  const found = new Map<string, Sign>();
  for (const program of context.programs) {
    for (const call of program.toolCalls) {
      if (call.tool !== 'sqlx::migrate') continue;
      const crate = crateFolder(context, call.file);
      const settings = settingsOf(context, crate);
      const folder = joinPath(crate, call.argument ?? settings.folder ?? './migrations');
      found.set(folder, { words: `sqlx::migrate! in ${call.file}`, sureness: 'config', settings });
    }
  }
  for (const file of filesNamed(context.project, 'Cargo.toml')) {
    if (!/^\s*sqlx\s*[=.]|\[dependencies\.sqlx\]/m.test(file.text)) continue;
    const crate = folderOf(file.path);
    const settings = settingsOf(context, crate);
    const folder = joinPath(crate, settings.folder ?? 'migrations');
    const isNamed = settings.folder !== null;
    if (!folders.has(folder) || found.has(folder)) continue;
    const words = isNamed ? `migrations-dir in ${joinPath(crate, 'sqlx.toml')}` : `sqlx in ${file.path}`;
    found.set(folder, { words, sureness: isNamed ? 'config' : 'dependency', settings });
  }
  return found;
}

function settingsOf({ project }: LayoutContext, crate: string): Settings {
  const text = project.files.get(joinPath(crate, 'sqlx.toml'))?.text;
  const section = text === undefined ? undefined : /^\[migrate\][^[]*(?:\[[^\]\n]*\][^[]*)?/m.exec(text)?.[0];
  if (section === undefined) return DEFAULTS;
  const valueOf = (key: string): string | null =>
    new RegExp(`^\\s*${key}\\s*=\\s*["']([^"']+)["']`, 'm').exec(section)?.[1] ?? null;
  const ignored = /^\s*ignored-chars\s*=\s*(\[[^\]]*\])/m.exec(section)?.[1];
  const characters = ignored === undefined ? null : readJson(ignored.replace(/,\s*\]$/, ']'));
  return {
    folder: valueOf('migrations-dir'),
    table: valueOf('table-name'),
    ignored:
      characters?.ok === true && Array.isArray(characters.value)
        ? characters.value.filter((one): one is string => typeof one === 'string')
        : [],
  };
}

function toolFor({ table, ignored }: Settings, context: LayoutContext): MigrationTool {
  const named = table === null ? tool : { ...tool, table };
  if (comparesItself(context)) return { ...named, checksum: null, edited: IGNORED, missing: IGNORED };
  if (ignored.length === 0) return named;
  const words = "SHA-384 of the file's text without what ignored-chars names";
  const hashed = ({ text }: SourceFile): string =>
    text
      .split('')
      .filter((one) => !ignored.includes(one))
      .join('');
  return { ...named, checksum: fileChecksum(words, hashed) };
}

/** Code that asks sqlx what has been applied runs the migrations itself, and holds their checksums against what it likes. */
function comparesItself({ project }: LayoutContext): boolean {
  for (const { path, text } of project.files.values())
    if (path.endsWith('.rs') && text.includes('list_applied_migrations(')) return true;
  return false;
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
