import type { Action, Call, Deployment, Evidence, Journal, OnError, PassedOverFile, Step } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { engineOf } from '../dialects/index.ts';
import type { MigrationTool } from '../migration-tool.ts';
import { counted } from '../text/counted.ts';
import { sliceSql, sqlTextOfFile, type SqlText } from '../text/sql-text.ts';
import type { SourceFile } from '../text/source-file.ts';
import { dialectOf } from './dialect-signs.ts';
import { goesBack } from './direction.ts';
import { baseName, folderOf } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';

/** A folder of migrations and the files in it, as a layout took them. */
export interface MigrationFolder {
  readonly folder: string;
  /** In the order in which the tool runs them. */
  readonly migrations: readonly Migration[];
  /** The dialect for which a folder of several dialects was taken apart, or that the tool names. */
  readonly dialect?: DialectName;
  /** How that dialect is known; absent: the file names end with it. */
  readonly dialectWords?: string;
}

export interface Migration {
  readonly file: SourceFile;
  readonly name: string;
  /** What the ledger stores. */
  readonly identity: string;
  readonly up: SqlText;
  /** Written in a host language, and not read: `up` is the code. */
  readonly isCode?: true;
  /** The up half as the tool cuts it, each part sent by itself; absent: it is sent as one. */
  readonly parts?: readonly SqlText[];
  readonly down?: SqlText;
  /** Wrapped in a transaction by the tool. */
  readonly transaction: boolean;
  /** The change that it is a part of: see `Step`. */
  readonly partOf?: string;
}

const foldersOfProject = new WeakMap<object, ReadonlyMap<string, readonly SourceFile[]>>();

/** All `.sql` files, by the folder they lie in. */
export function sqlFilesByFolder(context: LayoutContext): ReadonlyMap<string, readonly SourceFile[]> {
  const known = foldersOfProject.get(context.project.files);
  if (known !== undefined) return known;
  const byFolder = new Map<string, SourceFile[]>();
  for (const file of context.project.files.values()) {
    if (!file.path.endsWith('.sql')) continue;
    const folder = folderOf(file.path);
    const files = byFolder.get(folder) ?? [];
    byFolder.set(folder, files);
    files.push(file);
  }
  foldersOfProject.set(context.project.files, byFolder);
  return byFolder;
}

/** The SQL files that lie in the folders of others and are none of them; down halves are not meant to be run with them. */
export function filesBeside(context: LayoutContext, files: readonly SourceFile[]): readonly SourceFile[] {
  const folders = new Set(files.map(({ path }) => folderOf(path)).filter((folder) => folder !== '.'));
  const own = new Set(files);
  return [...folders].flatMap((folder) =>
    (sqlFilesByFolder(context).get(folder) ?? []).filter((file) => !own.has(file) && !goesBack(file)),
  );
}

/** The text between two markers of one file: `-- +goose Up` and `-- +goose Down`. The markers must start a line. */
export function sectionsOf(
  file: SourceFile,
  up: RegExp,
  down: RegExp,
): { readonly up: SqlText; readonly down?: SqlText } | null {
  const upMatch = up.exec(file.text);
  if (upMatch === null) return null;
  const sql = sqlTextOfFile(file);
  const upStart = upMatch.index + upMatch[0].length;
  const downMatch = down.exec(file.text);
  if (downMatch === null) return { up: sliceSql(sql, upStart, file.text.length) };
  const downStart = downMatch.index + downMatch[0].length;
  if (downMatch.index < upMatch.index) {
    return { up: sliceSql(sql, upStart, file.text.length), down: sliceSql(sql, downStart, upMatch.index) };
  }
  return { up: sliceSql(sql, upStart, downMatch.index), down: sliceSql(sql, downStart, file.text.length) };
}

/** A tool whose migrations are `.sql` files with a marker before the up half and one before the down half. */
export interface SectionedTool {
  readonly name: string;
  /** The migration that a file holds; null where it holds none of this tool. */
  readonly read: (file: SourceFile) => Migration | null;
  /** The same for the files of the folder that are no SQL, where the tool has migrations in a host language too. */
  readonly readCode?: (file: SourceFile) => Migration | null;
  /** The order in which the tool runs them. */
  readonly order: (left: Migration, right: Migration) => number;
  /** The markers as a person knows them: `-- +goose Up`. */
  readonly markers: string;
  readonly tool: MigrationTool;
  /** How the tool runs a folder's migrations. */
  readonly plan: (folder: string, context: LayoutContext) => Omit<ChainPlan, 'evidence' | 'tool'>;
}

/** The layout of such a tool: each folder that holds migrations is a chain. */
export function sectionedLayout({ name, tool, read, readCode, order, markers, plan }: SectionedTool): Layout {
  return {
    name,
    sureness: 'marker',
    detect(context) {
      const detected: Detected[] = [];
      for (const [folder, files] of sqlFilesByFolder(context)) {
        const inSql = files.map(read).filter((migration) => migration !== null);
        if (inSql.length === 0) continue;
        const migrations = [...inSql, ...(readCode === undefined ? [] : codeIn(folder, context, readCode))].sort(order);
        const words = `${markers} in ${counted(inSql.length, 'file')} of ${folder}`;
        const evidence: readonly Evidence[] = [{ strength: 'tool', words }];
        detected.push(chainDeployment(context, { folder, migrations }, { ...plan(folder, context), tool, evidence }));
      }
      return detected;
    },
  };
}

function codeIn(
  folder: string,
  { project }: LayoutContext,
  read: (file: SourceFile) => Migration | null,
): readonly Migration[] {
  return [...project.files.values()].flatMap((file) => {
    if (file.path.endsWith('.sql') || folderOf(file.path) !== folder) return [];
    return read(file) ?? [];
  });
}

export const STOP: OnError = { kind: 'stop' };

/** A text sent whole; an error stops the deploy. */
export function callOf(sql: SqlText): Call {
  return { sql, onError: STOP, many: true };
}

/** `asOneString`: the tool sends each half as it is, without cutting it into statements. */
export function stepOf(migration: Migration, asOneString: boolean): Step {
  const whole = (sql: SqlText): Action => ({
    kind: 'call',
    call: { ...callOf(sql), ...(asOneString ? { asOneString: true } : {}) },
  });
  const code: Action = { kind: 'code', file: migration.file };
  return {
    name: migration.name,
    identity: migration.identity,
    file: migration.file.path,
    actions: migration.isCode === true ? [code] : (migration.parts ?? [migration.up]).map(whole),
    ...(migration.down === undefined ? {} : { down: [whole(migration.down)] }),
    transaction: migration.transaction,
    ...(migration.partOf === undefined ? {} : { partOf: migration.partOf }),
  };
}

/**
 * Whether PostgreSQL refuses a statement of this text inside a transaction. A tool with a switch that we cannot see (a file of
 * its own, a setting) is taken to have it set then.
 */
export function mustRunAlone(text: string): boolean {
  return /\b(?:INDEX|VIEW|DETACH\s+PARTITION\s+[\w."]+)\s+CONCURRENTLY\b|^\s*(?:VACUUM|ALTER\s+SYSTEM|CREATE\s+DATABASE)\b/im.test(
    text,
  );
}

/** How the steps of a chain are run, and what else the same deploy runs. */
export interface ChainPlan {
  /** Null where only names or habits tell how the chain is run. */
  readonly tool: MigrationTool | null;
  readonly journal?: Journal;
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  /** The program, given the steps. */
  readonly program: (steps: readonly Action[]) => readonly Action[];
  readonly reading?: string;
  readonly otherReadings?: readonly {
    readonly words: string;
    readonly program: (steps: readonly Action[]) => readonly Action[];
  }[];
  /** What the tool wrote after the migrations had run, and makes new databases from. */
  readonly dump?: SourceFile;
  /** Files beside the migrations that the plan runs. */
  readonly alsoRuns?: readonly SourceFile[];
  readonly root?: string;
}

/** A deployment that runs a chain of migrations, each once. */
export function chainDeployment(context: LayoutContext, chain: MigrationFolder, plan: ChainPlan): Detected {
  const root = plan.root ?? rootOf(chain.folder);
  const files = [...chain.migrations.map((migration) => migration.file), ...(plan.alsoRuns ?? [])];
  const dumped = plan.dump === undefined ? [] : [plan.dump];
  const downs = chain.migrations.flatMap(({ down }) => (down === undefined ? [] : [down.file]));
  const sign =
    chain.dialect === undefined || context.dialect !== undefined
      ? dialectOf(context.project, files, root, context.dialect)
      : {
          dialect: chain.dialect,
          evidence:
            chain.dialectWords === undefined
              ? { strength: 'name' as const, words: `file names end with ${chain.dialect}` }
              : { strength: 'tool' as const, words: chain.dialectWords },
        };
  const ledger = chain.migrations.map((migration) => stepOf(migration, plan.tool?.sending.cut === 'whole'));
  const steps = ledger.map((step): Action => ({ kind: 'step', step }));
  const deployment: Deployment = {
    name: root,
    root,
    engine: engineOf(sign.dialect, context.engineVersion),
    summary: plan.summary,
    evidence: [...plan.evidence, sign.evidence],
    program: plan.program(steps),
    reading: plan.reading ?? null,
    otherReadings: (plan.otherReadings ?? []).map(({ words, program }) => ({ words, program: program(steps) })),
    ledger,
    tool: plan.tool,
    passedOver: passedOver(plan.tool, chain, context),
    journal: plan.journal ?? null,
    dumps:
      plan.dump === undefined
        ? []
        : [{ name: plan.dump.path, calls: [callOf(sqlTextOfFile(plan.dump))], generated: true }],
    rerunnable: [],
    upgrades: true,
    witnesses: [],
  };
  return { deployment, claims: [...new Set([...files, ...downs, ...dumped].map((file) => file.path))] };
}

/** The `.sql` files of the chain's folder that the tool does not take for migrations, and those that it cannot read. */
function passedOver(
  tool: MigrationTool | null,
  { folder, migrations }: MigrationFolder,
  context: LayoutContext,
): readonly PassedOverFile[] {
  if (tool === null) return [];
  const taken = new Set(migrations.map(({ file }) => file));
  const downs = new Set(migrations.map(({ down }) => down?.file));
  const { passesOver, stopsAt = () => null } = tool;
  const beside = (sqlFilesByFolder(context).get(folder) ?? []).filter((file) => !taken.has(file) && !downs.has(file));
  const left = beside.flatMap((file): readonly PassedOverFile[] => {
    const reason = passesOver(baseName(file.path));
    return reason === null ? [] : [{ file, ...reason }];
  });
  const isLeft = new Set(left.map(({ file }) => file));
  const named = beside.filter((file) => !isLeft.has(file));
  // Where most files are written otherwise the folder is hardly the tool's.
  const read = named.length > taken.size ? [...taken] : [...taken, ...named];
  const unreadable = read.flatMap((file): readonly PassedOverFile[] => {
    const reason = stopsAt(file);
    return reason === null ? [] : [{ file, ...reason }];
  });
  return [...left, ...unreadable];
}

/** The folder that a person names a chain by: `db` for `db/migrations`. */
export function rootOf(folder: string): string {
  return /^(?:migrations?|versions|deltas?|updates?|upgrades?|patches|sql)$/i.test(baseName(folder))
    ? folderOf(folder)
    : folder;
}

/** A file's name without `.sql` and direction. */
export function migrationName(file: SourceFile): string {
  return baseName(file.path)
    .replace(/\.sql$/, '')
    .replace(/\.(?:up|down)$/, '');
}
