import { IGNORED, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sliceSql, sqlTextOfFile } from '../text/sql-text.ts';
import { byIdentityNumber, chainLayout, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, folderOf } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { migrationName, sqlFilesByFolder, type Migration } from './migration-folder.ts';
import { dependencySign, filesNamed } from './project-files.ts';

/** From tern's source (migrate/migrate.go): the ledger is one number, so a gap or a pair is refused before anything runs. */
const tool: MigrationTool = {
  name: 'tern',
  order: 'numeric',
  identity: 'the number before the first _',
  table: 'public.schema_version',
  checksum: null,
  edited: IGNORED,
  missing: refuses('Missing migration {version}'),
  gap: refuses('Missing migration {version}'),
  late: IGNORED,
  duplicate: {
    fresh: refuses('Duplicate migration {version}'),
    existing: refuses('Duplicate migration {version}'),
  },
  passesOver: (fileName) =>
    NAME.test(fileName) ? null : passedOverInSilence('its name is no number, _ and a description'),
  transaction: {
    around: 'step',
    optOut: '`---- tern: disable-tx ----`',
    marker: { line: '---- tern: disable-tx ----' },
  },
  // Outside of a transaction it cuts the file into statements (internal/sqlsplit).
  sending: { cut: 'statements' },
};

const NAME = /^\d+_.+\.sql$/;
const SEPARATOR = /^---- create above \/ drop below ----[ \t]*\r?$/m;

/** tern: `NNN_name.sql` without gaps, `---- create above / drop below ----` between its halves. PostgreSQL only. */
const tern: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'postgres',
  summary: 'tern runs each migration above the recorded version, by number',
  places,
  read: ({ folder }, context) =>
    sqlFilesIn(context, folder)
      .filter((file) => NAME.test(baseName(file.path)))
      .map(readMigration)
      .sort(byIdentityNumber),
});
export default tern;

function* places(context: LayoutContext): IterableIterator<Place> {
  const configs = new Map(filesNamed(context.project, 'tern.conf').map((file) => [folderOf(file.path), file.path]));
  for (const [folder, files] of sqlFilesByFolder(context)) {
    const numbered = files.filter((file) => NAME.test(baseName(file.path)));
    const config = configs.get(folder) ?? configs.get(folderOf(folder));
    if (numbered.length === 0) continue;
    if (config !== undefined) {
      yield { folder, sureness: 'config', evidence: { strength: 'tool', words: config } };
    } else if (numbered.some(({ text }) => SEPARATOR.test(text))) {
      const words = `---- create above / drop below ---- in ${folder}`;
      yield { folder, sureness: 'marker', evidence: { strength: 'tool', words } };
    } else {
      const dependency = { manifests: ['go.mod'], words: /jackc\/tern(?:\/v\d+)?/ };
      const evidence = dependencySign(context.project, folder, dependency, 'above');
      if (evidence !== null) yield { folder, sureness: 'dependency', evidence };
    }
  }
}

function readMigration(file: SourceFile): Migration {
  const sql = sqlTextOfFile(file);
  const separator = SEPARATOR.exec(file.text);
  const end = separator?.index ?? file.text.length;
  const number = /^\d+/.exec(baseName(file.path))?.[0] ?? '0';
  return {
    file,
    name: migrationName(file),
    identity: BigInt(number).toString(),
    up: sliceSql(sql, 0, end),
    ...(separator === null ? {} : { down: sliceSql(sql, end + separator[0].length, file.text.length) }),
    transaction: !/^---- tern: disable-tx ----[ \t]*\r?$/m.test(file.text),
  };
}
