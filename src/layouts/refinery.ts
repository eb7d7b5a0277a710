import {
  fileChecksum,
  IGNORED,
  passedOverInSilence,
  refuses,
  refusesSecondKey,
  type MigrationTool,
} from '../migration-tool.ts';
import { chainLayout, placesByDependency, readFlat, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { filesNamed } from './project-files.ts';

/** From refinery's source (refinery_core: util.rs, runner.rs). */
const tool: MigrationTool = {
  name: 'refinery',
  order: 'numeric',
  identity: 'the number between V and __',
  table: 'refinery_schema_history',
  checksum: fileChecksum(
    "SipHash of the step's name, version and text",
    ({ path, text }) => `${baseName(path)}\u00ff${text}`,
  ),
  edited: refuses('applied migration {name} is different than filesystem one {name}', 'set_abort_divergent(false)'),
  missing: refuses('migration {name} is missing from the filesystem', 'set_abort_missing(false)'),
  late: refuses('migration {name} is missing from the filesystem', 'a name that starts with U'),
  runsLate: (fileName) => fileName.startsWith('U'),
  // Two files of one number both run, until the second meets the ledger's key; where the number is recorded, the second never runs
  // (traits/mod.rs, verify_migrations: any of that version is taken for applied). U and V count as one.
  duplicate: { fresh: refusesSecondKey('refinery_schema_history', 'version'), existing: IGNORED },
  passesOver(fileName) {
    if (NAME.test(fileName)) return null;
    if (/^[UV]\d+__.*-/.test(fileName)) return passedOverInSilence('its description has a dash');
    if (/^[UV]\d/.test(fileName)) return passedOverInSilence('its name has no __ after the number');
    return passedOverInSilence('its name has no V or U and number before __');
  },
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'whole' },
};

const NAME = /^[UV](?<version>\d+)__\w+\.sql$/;
const DEPENDENCY = { manifests: ['Cargo.toml'], words: /\brefinery(?:-core)?\b/ };

/** refinery: `V<number>__name.sql`, and `U<number>__name.sql` where order does not matter; by number. Known by Cargo.toml. */
const refinery: Layout = chainLayout({
  tool,
  sureness: 'config',
  summary: 'refinery runs each migration once, by number',
  *places(context) {
    yield* configured(context);
    yield* placesByDependency(context, DEPENDENCY, (fileName) => NAME.test(fileName));
  },
  read: ({ folder }, context) =>
    readFlat(sqlFilesIn(context, folder), {
      name: NAME,
      order: (left, right) => {
        const [one, other] = [left, right].map(({ name }) => Number(/\d+/.exec(name)?.[0]));
        return (one ?? 0) - (other ?? 0) || (left.name < right.name ? -1 : 1);
      },
      transaction: () => true,
    }),
});
export default refinery;

function* configured({ project }: LayoutContext): IterableIterator<Place> {
  for (const file of filesNamed(project, 'refinery.toml')) {
    const folder = joinPath(folderOf(file.path), 'migrations');
    yield { folder, sureness: 'config', evidence: { strength: 'tool', words: file.path } };
  }
}
