import type { Action, Dump, Step } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { IGNORED, NEVER, RUN, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { freshFrom, wrapsUnlessAlone } from './chain-layout.ts';
import { DIALECT_BY_WORD, engineSuffix } from './engine-words.ts';
import { baseName, byBytes, byLeadingNumber, folderOf } from './file-order.ts';
import { goesBack } from './direction.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf, chainDeployment, type Migration } from './migration-folder.ts';

/** From matrix-synapse's source (storage/prepare_database.py), the one description of such a runner that is written down. */
const tool: MigrationTool = {
  name: 'delta folders',
  order: 'numeric',
  identity: 'the version of its folder and its file name',
  table: null,
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'statements' },
};

/**
 * Hand-made deltas with snapshots, as matrix-synapse has them (synapse/storage/prepare_database.py): `delta/<version>/<file>` beside
 * `full_schemas/<version>/<file>`. A new database gets the newest full schema, then the deltas of the versions above it; an older one
 * gets every delta that it has not recorded, by version and then by the file's name. `x.sql.sqlite` is for that engine alone. What the
 * deltas up to the oldest full schema ran on is not written anywhere, so they are left out.
 */
const deltaFolders: Layout = {
  name: 'delta-folders',
  sureness: 'marker',
  detect(context) {
    return together(groupsOf(context)).flatMap((groups) => {
      const dialects = dialectsOf(groups).filter((dialect) => !context.dialect || dialect === context.dialect);
      if (dialectsOf(groups).length === 0) return detectedFor(groups, undefined, context);
      return dialects.flatMap((dialect) => detectedFor(groups, dialect, context));
    });
  },
};
export default deltaFolders;

/** Files by version, where each version is a folder. */
type Versions = ReadonlyMap<string, readonly SourceFile[]>;

/** The deltas and the full schemas of one folder: of a whole database, or of one of its parts. */
interface Group {
  readonly folder: string;
  readonly full: Versions;
  readonly deltas: Versions;
}

const VERSION = /^v?\d+(?:[.-]\d+)*$/i;
const FULL = /^(?:(?:full|complete|base|initial)[-_]?(?:schemas?|db|database)?|baselines?|snapshots?)$/i;
const DELTAS = /^(?:deltas?|upgrades?|updates?|patch(?:es)?|migrations?|changes?)$/i;
const SQL_NAME = /\.sql(?:\.[a-z]\w*)?$/i;
const CODE_NAME = /\.(?:py|rb|php|[jt]s|go)$/;

function groupsOf({ project }: LayoutContext): readonly Group[] {
  const found = new Map<string, { full: Map<string, SourceFile[]>; deltas: Map<string, SourceFile[]> }>();
  for (const file of project.files.values()) {
    const version = baseName(folderOf(file.path));
    const kind = folderOf(folderOf(file.path));
    if (!VERSION.test(version)) continue;
    const part = FULL.test(baseName(kind)) ? 'full' : DELTAS.test(baseName(kind)) ? 'deltas' : null;
    if (part === null || !(SQL_NAME.test(file.path) || (part === 'deltas' && CODE_NAME.test(file.path)))) continue;
    if (goesBack(file) || baseName(file.path).startsWith('__')) continue;
    const group = found.get(folderOf(kind)) ?? {
      full: new Map<string, SourceFile[]>(),
      deltas: new Map<string, SourceFile[]>(),
    };
    found.set(folderOf(kind), group);
    group[part].set(version, [...(group[part].get(version) ?? []), file]);
  }
  return [...found]
    .map(([folder, group]) => ({ folder, ...group }))
    .filter(({ full, deltas }) => full.size > 0 && deltas.size > 0);
}

/** Parts of one database lie side by side, have their newest full schema of one version, and make different tables. */
function together(groups: readonly Group[]): readonly (readonly Group[])[] {
  const sets = new Map<string, readonly Group[]>();
  for (const group of groups) {
    const key = `${folderOf(group.folder)} ${newestOf(group)}`;
    const set = sets.get(key);
    const alone = set?.some((other) => makesSameTable(group, other)) === true;
    sets.set(alone ? group.folder : key, alone ? [group] : [...(set ?? []), group]);
  }
  return [...sets.values()];
}

function newestOf({ full }: Group): string {
  return [...full.keys()].sort(byVersion).at(-1) ?? '';
}

function byVersion(left: string, right: string): number {
  return byLeadingNumber(dotted(left), dotted(right));
}

/** `v3`, `2024-05-01` and `3.1` as the dotted number that they stand for. */
function dotted(version: string): string {
  return version.replace(/^v/i, '').replace(/-/g, '.');
}

function makesSameTable(one: Group, other: Group): boolean {
  const made = new Set(tablesOf(other));
  return tablesOf(one).some((table) => made.has(table));
}

function tablesOf(group: Group): readonly string[] {
  const text = (group.full.get(newestOf(group)) ?? []).map((file) => file.text).join('\n');
  return [...text.matchAll(/\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w."`]+)/gi)].map(([, name]) => name ?? '');
}

/** The engines that the files' names are for; none where they serve one. */
function dialectsOf(groups: readonly Group[]): readonly DialectName[] {
  const files = groups.flatMap(({ full, deltas }) => [...full.values(), ...deltas.values()].flat());
  return [...new Set(files.flatMap((file) => dialectInName(file) ?? []))];
}

/** `x.sql.sqlite`, `x.sqlite.sql`. */
function dialectInName({ path }: SourceFile): DialectName | undefined {
  const word = /\.sql\.(\w+)$/i.exec(path)?.[1]?.toLowerCase() ?? engineSuffix(path)?.word;
  return word === undefined ? undefined : DIALECT_BY_WORD.get(word);
}

function detectedFor(
  groups: readonly Group[],
  dialect: DialectName | undefined,
  context: LayoutContext,
): readonly Detected[] {
  const [first] = groups;
  if (first === undefined) return [];
  const newest = newestOf(first);
  const schemas = fullSchemas(groups, dialect);
  const latest = schemas.get(newest) ?? [];
  const [oldest] = [...schemas.keys()].sort(byVersion);
  if (latest.length === 0 || oldest === undefined) return [];
  const all = migrationsOf(groups, dialect);
  const migrations = all.filter(({ identity }) => byVersion(folderOf(identity), oldest) > 0);
  if (all.length === 0) return [];
  const root = groups.length === 1 ? first.folder : folderOf(first.folder);
  const folder = groups.length === 1 ? `${root}/${folderNames(first.deltas)}` : root;
  const detected = chainDeployment(
    context,
    { folder, migrations, ...(dialect === undefined ? {} : { dialect }) },
    {
      tool,
      root,
      summary:
        `the full schema of ${newest} makes new databases, then the deltas above it run; ` +
        'older ones run every delta once',
      evidence: [{ strength: 'tool', words: `folders of deltas beside full schemas in ${root}` }],
      program: (steps) =>
        freshFrom(latest.map(loadOf), steps, (step) => byVersion(folderOf(step.identity), newest) <= 0),
      alsoRuns: latest,
    },
  );
  const older = [...schemas].filter(([version]) => version !== newest);
  const { deployment } = detected;
  const dumps = older.map(([version, files]): Dump => snapshot(version, files, deployment.ledger));
  return [
    {
      deployment: { ...deployment, dumps },
      claims: [
        ...detected.claims,
        ...all.map(({ file }) => file.path),
        ...older.flatMap(([, files]) => files.map(({ path }) => path)),
      ],
    },
  ];
}

function folderNames(versions: Versions): string {
  const [file] = [...versions.values()].flat();
  return file === undefined ? '' : baseName(folderOf(folderOf(file.path)));
}

/** The files of every full schema that an engine gets, in the order in which they run. */
function fullSchemas(groups: readonly Group[], dialect: DialectName | undefined): Versions {
  const schemas = new Map<string, readonly SourceFile[]>();
  for (const { full } of groups) {
    for (const [version, files] of full) {
      const own = [...(schemas.get(version) ?? []), ...files.filter(isFor(dialect))];
      schemas.set(version, own.sort(byName));
    }
  }
  return new Map([...schemas].filter(([, files]) => files.length > 0));
}

function isFor(dialect: DialectName | undefined): (file: SourceFile) => boolean {
  return (file) => [undefined, dialect].includes(dialectInName(file));
}

function byName(left: SourceFile, right: SourceFile): number {
  return byBytes(baseName(left.path), baseName(right.path)) || byBytes(left.path, right.path);
}

/** All deltas of a version, of whatever part, come before those of the next. */
function migrationsOf(groups: readonly Group[], dialect: DialectName | undefined): readonly Migration[] {
  const files = groups.flatMap(({ deltas }) => [...deltas.values()].flat()).filter(isFor(dialect));
  const version = ({ path }: SourceFile): string => baseName(folderOf(path));
  return files
    .toSorted((left, right) => byVersion(version(left), version(right)) || byName(left, right))
    .map((file) => {
      const identity = `${version(file)}/${baseName(file.path)}`;
      const common = { file, name: identity.replace(SQL_NAME, ''), identity, up: sqlTextOfFile(file) };
      if (CODE_NAME.test(file.path)) return { ...common, isCode: true, transaction: false };
      return { ...common, transaction: wrapsUnlessAlone(file) };
    });
}

function loadOf(file: SourceFile): Action {
  return { kind: 'call', call: callOf(sqlTextOfFile(file)) };
}

/** An earlier full schema made databases that are in the field, with the deltas up to its version recorded. */
function snapshot(version: string, files: readonly SourceFile[], ledger: readonly Step[]): Dump {
  const [first] = files;
  return {
    name: first === undefined ? version : folderOf(first.path),
    calls: files.map((file) => callOf(sqlTextOfFile(file))),
    records: ledger.filter((step) => byVersion(folderOf(step.identity), version) <= 0),
  };
}
