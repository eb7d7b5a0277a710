import { IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import { byIdentityNumber, chainLayout, inOneTransaction, readFlat, sqlFilesIn } from './chain-layout.ts';
import { folderOf, joinPath } from './file-order.ts';
import type { Layout } from './layout.ts';
import { filesNamed } from './project-files.ts';

/** From yandex-pgmigrate's source (pgmigrate.py): the ledger's newest number decides what is pending. */
const tool: MigrationTool = {
  name: 'pgmigrate',
  order: 'numeric',
  identity: 'the number between V and __',
  table: 'schema_version',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: {
    fresh: refuses('Found migrations with same version: {version}'),
    existing: refuses('Found migrations with same version: {version}'),
  },
  passesOver: (fileName) =>
    NAME.test(fileName) ? null : passedOverInSilence('its name is not V<number>__<description>.sql'),
  transaction: { around: 'run', optOut: '`NONTRANSACTIONAL` in the file name' },
  sending: { cut: 'statements' },
};

const NAME = /^V(?<version>\d+)__.+\.sql$/;

/** pgmigrate: `migrations/V<number>__name.sql` beside `migrations.yml`; all that is pending in one transaction. */
const pgmigrate: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'postgres',
  summary: 'pgmigrate runs what is above the newest recorded number in one transaction',
  *places({ project }) {
    for (const config of filesNamed(project, 'migrations.yml')) {
      const folder = joinPath(folderOf(config.path), 'migrations');
      yield { folder, sureness: 'config', evidence: { strength: 'tool', words: config.path } };
    }
  },
  read: ({ folder }, context) =>
    readFlat(sqlFilesIn(context, folder), { name: NAME, order: byIdentityNumber, transaction: () => false }),
  program(steps) {
    const alone = steps.some((action) => action.kind === 'step' && action.step.name.includes('NONTRANSACTIONAL'));
    return alone ? steps : inOneTransaction(steps);
  },
});
export default pgmigrate;
