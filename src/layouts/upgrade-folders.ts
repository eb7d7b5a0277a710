import type { DialectName } from '../dialects/dialect.ts';
import { counted } from '../text/counted.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { wrapsUnlessAlone } from './chain-layout.ts';
import { goesBack } from './direction.ts';
import { DIALECT_BY_WORD } from './engine-words.ts';
import { baseName, byBytes, byLeadingNumber, folderOf } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { chainDeployment, sqlFilesByFolder, type ChainPlan, type Migration } from './migration-folder.ts';

/**
 * A folder for each version that an upgrade goes through, with scripts that have the same names in each (`upgrade/3.1.0_schema/mysql/
 * app_ddl.sql`). No tool says so: only the names do. The script that makes new databases is read by itself: between the versions
 * code changes the schema too, so that taking the scripts back from its end would tell shapes that no database ever had.
 */
const upgradeFolders: Layout = {
  name: 'upgrade-folders',
  sureness: 'name',
  detect: (context) => [...upgradesIn(context)].flatMap((upgrade) => deploymentOf(upgrade, context)),
};
export default upgradeFolders;

interface Upgrade {
  /** The folder that holds those of the versions. */
  readonly folder: string;
  readonly dialect: DialectName | undefined;
  readonly versions: Map<string, readonly SourceFile[]>;
}

const VERSION_FOLDER =
  /^(?<folder>(?:.*\/)?(?:upgrades?|updates?|patches)(?:\/[a-z]\w*)?)\/v?(?<version>\d+(?:\.\d+)+)(?:[_-]?[a-z]\w*)?(?:\/(?<engine>[a-z]\w*))?$/i;

function upgradesIn(context: LayoutContext): Iterable<Upgrade> {
  const upgrades = new Map<string, Upgrade>();
  for (const [path, all] of sqlFilesByFolder(context)) {
    const { folder, version, engine } = VERSION_FOLDER.exec(path)?.groups ?? {};
    if (folder === undefined || version === undefined) continue;
    const dialect = engine === undefined ? undefined : DIALECT_BY_WORD.get(engine.toLowerCase());
    // Numbered files are a chain of their own.
    const files = all.filter((file) => !goesBack(file));
    if ((engine !== undefined && dialect === undefined) || files.some(({ path: one }) => /^\d/.test(baseName(one))))
      continue;
    const key = `${folder} ${dialect ?? ''}`;
    const upgrade = upgrades.get(key) ?? { folder, dialect, versions: new Map() };
    upgrades.set(key, upgrade);
    upgrade.versions.set(version, files);
  }
  return [...upgrades.values()].filter(({ versions }) => versions.size > 1);
}

function deploymentOf({ folder, dialect, versions }: Upgrade, context: LayoutContext): readonly Detected[] {
  const migrations = [...versions]
    .sort(([left], [right]) => byLeadingNumber(left, right))
    .flatMap(([version, files]) =>
      [...files].sort(byKindThenName).map((file): Migration => {
        const name = `${version}/${baseName(file.path).replace(/\.sql$/, '')}`;
        return { file, name, identity: name, up: sqlTextOfFile(file), transaction: wrapsUnlessAlone(file) };
      }),
    );
  if (migrations.length === 0) return [];
  const words = `folders of ${counted(versions.size, 'version')} in ${folder}`;
  const sign = dialect === undefined ? {} : { dialect, dialectWords: `the folders ${dialect} in ${folder}` };
  const plan: ChainPlan = {
    tool: null,
    root: folderOf(folder),
    summary: 'the scripts of each version run once, in the order of the versions',
    evidence: [{ strength: 'name', words }],
    reading: `if the scripts in ${folder} run once each, by version`,
    program: (steps) => steps,
  };
  return [chainDeployment(context, { folder, migrations, ...sign }, plan)];
}

/** What changes the schema comes before what changes rows, and what is called a later part after both. */
function byKindThenName(left: SourceFile, right: SourceFile): number {
  return kindOf(left) - kindOf(right) || byBytes(left.path, right.path);
}

function kindOf({ path }: SourceFile): number {
  const words = baseName(path)
    .toLowerCase()
    .split(/[^a-z]+/);
  if (words.includes('post') || words.includes('after')) return 3;
  return words.includes('ddl') || words.includes('schema')
    ? 0
    : words.includes('dml') || words.includes('data')
      ? 2
      : 1;
}
