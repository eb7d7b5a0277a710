import { fileChecksum, IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import { byIdentityNumber, chainLayout, readFlat, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { sqlFilesByFolder } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From graphile-migrate's source (src/migration.ts, src/hash.ts, 1.4) and from runs of it. */
const tool: MigrationTool = {
  name: 'graphile-migrate',
  order: 'numeric',
  identity: 'the file name',
  table: 'graphile_migrate.migrations',
  checksum: fileChecksum('SHA-1 of the text below the header, and of the hash before it', ({ text }) =>
    text.replace(/^(?:--![^\n]*\n)*/, '').trim(),
  ),
  // A file is hashed again only when it is about to run.
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: {
    fresh: refuses('Previous migration with matching hash could not be found'),
    existing: refuses('Previous migration with matching hash could not be found'),
  },
  passesOver: (fileName) => (NAME.test(fileName) ? null : passedOverInSilence('its name does not start with a number')),
  transaction: { around: 'step', optOut: '`--! no-transaction` as the first line' },
  sending: { cut: 'whole' },
};

const NAME = /^(?<version>\d+)(?:-[-\w]*)?\.sql$/;

/** graphile-migrate: `migrations/committed/000001-name.sql`, each with the hash of the one before it in its header. */
const graphileMigrate: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'postgres',
  summary: 'graphile-migrate runs each committed migration once, by number',
  places,
  read: ({ folder }, context) =>
    readFlat(sqlFilesIn(context, folder), {
      name: NAME,
      identity: (_, version) => version,
      order: byIdentityNumber,
      transaction: ({ text }) => !/^(?:--![^\n]*\n|\s*\n)*--! no-transaction\b/.test(text),
    }),
  root: (folder) => folderOf(folderOf(folder)),
});
export default graphileMigrate;

function* places(context: LayoutContext): IterableIterator<Place> {
  const configs = ['.gmrc', '.gmrc.js'].flatMap((name) => filesNamed(context.project, name));
  for (const [folder, files] of sqlFilesByFolder(context)) {
    if (baseName(folder) !== 'committed') continue;
    const config = configs.find((file) => joinPath(folderOf(file.path), 'migrations/committed') === folder);
    if (config !== undefined) yield { folder, sureness: 'config', evidence: { strength: 'tool', words: config.path } };
    else if (files.some(({ text }) => /^--! Previous:/m.test(text)))
      yield { folder, sureness: 'marker', evidence: { strength: 'tool', words: `--! Previous: headers in ${folder}` } };
  }
}
