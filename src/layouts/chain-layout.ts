import type { Action, Evidence, Journal, Step } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import type { MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, joinPath } from './file-order.ts';
import type { Layout, LayoutContext, Sureness } from './layout.ts';
import { chainDeployment, mustRunAlone, sqlFilesByFolder, STOP, type Migration } from './migration-folder.ts';
import { beginsTransaction } from './own-transaction.ts';
import { dependencySign, type Dependency } from './project-files.ts';

/** A folder that a tool reads, and how that is known. */
export interface Place {
  readonly folder: string;
  readonly sureness: Sureness;
  readonly evidence: Evidence;
  /** As a file of the tool tells it. */
  readonly dialect?: DialectName;
  /** That file, where it is not the one of the evidence. */
  readonly dialectIn?: string;
  readonly journal?: Journal;
}

/** A tool that runs the files of a folder once each: where its folders are, and what it takes from one. */
export interface ChainTool {
  readonly tool: MigrationTool;
  /** The surest that its places can be. */
  readonly sureness: Sureness;
  readonly places: (context: LayoutContext) => Iterable<Place>;
  /** The migrations of a folder, in the order in which they run. */
  readonly read: (place: Place, context: LayoutContext) => readonly Migration[];
  readonly summary: string;
  /** The one dialect that the tool is for. */
  readonly dialect?: DialectName;
  /** How the steps are run; absent: one after the other. */
  readonly program?: (steps: readonly Action[]) => readonly Action[];
  /** Files that belong to the place and that it does not run: its sources, what is for another engine. */
  readonly alsoHas?: (place: Place, context: LayoutContext, migrations: readonly Migration[]) => readonly SourceFile[];
  /** The folder that a person names a chain by; absent: as for any other. */
  readonly root?: (folder: string) => string;
}

/** The layout of such a tool. */
export function chainLayout(chain: ChainTool): Layout {
  const { tool, summary } = chain;
  return {
    name: tool.name,
    sureness: chain.sureness,
    detect(context) {
      return [...chain.places(context)].flatMap((place) => {
        const migrations = chain.read(place, context);
        if (migrations.length === 0) return [];
        const { folder, evidence, journal, sureness } = place;
        const dialect = place.dialect ?? chain.dialect;
        const sign =
          dialect === undefined
            ? {}
            : {
                dialect,
                dialectWords:
                  place.dialect === undefined
                    ? `${tool.name} is for ${dialect}`
                    : `${place.dialectIn ?? evidence.words} names ${dialect}`,
              };
        const plan = {
          tool,
          summary,
          evidence: [evidence],
          program: chain.program ?? ((steps) => steps),
          ...(journal === undefined ? {} : { journal }),
          ...(chain.root === undefined ? {} : { root: chain.root(folder) }),
        };
        const { deployment, claims } = chainDeployment(context, { folder, migrations, ...sign }, plan);
        const others = chain.alsoHas?.(place, context, migrations) ?? [];
        return [{ deployment, claims: [...claims, ...others.map(({ path }) => path)], sureness }];
      });
    },
  };
}

/** All pending steps in one transaction. */
export function inOneTransaction(steps: readonly Action[]): readonly Action[] {
  return [{ kind: 'block', actions: steps, onError: STOP, transaction: true }];
}

/** The folders whose SQL files a tool could have named, where a manifest depends on the tool. */
export function* placesByDependency(
  context: LayoutContext,
  dependency: Dependency,
  isMigration: (fileName: string) => boolean,
): IterableIterator<Place> {
  for (const [folder, files] of sqlFilesByFolder(context)) {
    if (!files.some((file) => isMigration(baseName(file.path)))) continue;
    const evidence = dependencySign(context.project, folder, dependency);
    if (evidence !== null) yield { folder, sureness: 'dependency', evidence };
  }
}

/** What the names in a folder mean to a tool: `version` is what it orders by, `down` tells the half that goes back. */
export interface FlatNames {
  /** With the groups `version` and, where a name can have it, `down`. */
  readonly name: RegExp;
  /** What the ledger records; absent: the version as a number. */
  readonly identity?: (fileName: string, version: string) => string;
  readonly order: (left: Migration, right: Migration) => number;
  /** Whether the tool puts a transaction around the file; absent: unless it must run alone or begins one itself. */
  readonly transaction?: (file: SourceFile) => boolean;
}

/** The migrations among the files of one folder, their halves put together. */
export function readFlat(files: readonly SourceFile[], names: FlatNames): readonly Migration[] {
  const ups: { readonly file: SourceFile; readonly identity: string }[] = [];
  // By name, and by what the ledger records: the two of one number have each a half of its own name.
  const downs = new Map<string, SourceFile>();
  for (const file of files) {
    const fileName = baseName(file.path);
    const { version, down } = names.name.exec(fileName)?.groups ?? {};
    if (version === undefined) continue;
    const identity = names.identity?.(fileName, version) ?? BigInt(version).toString();
    if (down === undefined) ups.push({ file, identity });
    else for (const key of [identity, nameOf(file)]) downs.set(key, file);
  }
  const transaction = names.transaction ?? wrapsUnlessAlone;
  const migrations = ups.map(({ file, identity }): Migration => {
    const name = nameOf(file);
    const down = downs.get(name) ?? downs.get(identity);
    return {
      file,
      name,
      identity,
      up: sqlTextOfFile(file),
      ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
      transaction: transaction(file),
    };
  });
  return migrations.sort(names.order);
}

function nameOf({ path }: SourceFile): string {
  return baseName(path).replace(/(?:\.(?:up|down))?\.sql$/, '');
}

/** A tool with a switch that we cannot see is taken to have it set where a file could not run otherwise. */
export function wrapsUnlessAlone(file: SourceFile): boolean {
  return !mustRunAlone(file.text) && !beginsTransaction(file);
}

/** By the number that the ledger records, equal numbers by name. */
export function byIdentityNumber(left: Migration, right: Migration): number {
  const [one, other] = [BigInt(left.identity), BigInt(right.identity)];
  if (one !== other) return one < other ? -1 : 1;
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

/** By the bytes of the path. */
export function byPath(left: Migration, right: Migration): number {
  return left.file.path < right.file.path ? -1 : left.file.path > right.file.path ? 1 : 0;
}

/** The SQL files that lie directly in a folder. */
export function sqlFilesIn(context: LayoutContext, folder: string): readonly SourceFile[] {
  return sqlFilesByFolder(context).get(folder) ?? [];
}

/** The migrations of directories such as `<version>_name/up.sql`, which lie directly in a folder. */
export function readDirectories(
  context: LayoutContext,
  folder: string,
  names: {
    readonly up: string;
    /** Of the directory, with the group `version`. */
    readonly name: RegExp;
    readonly identity: (directory: string, version: string) => string;
    readonly order: (left: Migration, right: Migration) => number;
    readonly transaction: (file: SourceFile, directory: string) => boolean;
  },
): readonly Migration[] {
  const migrations: Migration[] = [];
  for (const [directory, files] of sqlFilesByFolder(context)) {
    const name = baseName(directory);
    if (joinPath(folder, name) !== directory) continue;
    const { version } = names.name.exec(name)?.groups ?? {};
    const up = files.find((file) => baseName(file.path) === names.up);
    if (version === undefined || up === undefined) continue;
    const down = files.find((file) => baseName(file.path) === 'down.sql');
    migrations.push({
      file: up,
      name,
      identity: names.identity(name, version),
      up: sqlTextOfFile(up),
      ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
      transaction: names.transaction(up, directory),
    });
  }
  return migrations.sort(names.order);
}

/** The folders that hold directories with a file of this name. */
export function foldersOfDirectories(context: LayoutContext, up: string, name: RegExp): readonly string[] {
  const folders = new Set<string>();
  for (const [directory, files] of sqlFilesByFolder(context)) {
    if (!name.test(baseName(directory)) || !files.some((file) => baseName(file.path) === up)) continue;
    const slash = directory.lastIndexOf('/');
    folders.add(slash < 0 ? '.' : directory.slice(0, slash));
  }
  return [...folders];
}

/** New databases get `baseline`, which holds what some steps make; older ones run those steps. The others run on both. */
export function freshFrom(
  baseline: readonly Action[],
  steps: readonly Action[],
  isHeld: (step: Step) => boolean,
): readonly Action[] {
  const held = stepsIn(steps).filter(isHeld);
  const isEarlier = (action: Action): boolean => action.kind === 'step' && held.includes(action.step);
  return [
    {
      kind: 'if',
      guard: { test: 'empty' },
      then: [...baseline, { kind: 'stamp', steps: held }],
      otherwise: steps.filter(isEarlier),
    },
    ...steps.filter((action) => !isEarlier(action)),
  ];
}

function stepsIn(actions: readonly Action[]): readonly Step[] {
  return actions.flatMap((action) => (action.kind === 'step' ? [action.step] : []));
}
