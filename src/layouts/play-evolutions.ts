import { fileChecksum, IGNORED, NEVER, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { byIdentityNumber } from './chain-layout.ts';
import { baseName, folderOf } from './file-order.ts';
import type { Layout } from './layout.ts';
import { sectionedLayout, sectionsOf, type Migration } from './migration-folder.ts';

/** From Play's documentation (Managing database evolutions) and source (EvolutionsApi.scala, ResourceEvolutionsReader and Evolution). */
const tool: MigrationTool = {
  name: 'Play evolutions',
  order: 'numeric',
  identity: 'the number that is the file name',
  table: 'play_evolutions',
  checksum: fileChecksum('SHA-1 of both halves, each line trimmed', ({ text }) => trimmedHalves(text)),
  // In production it stops; with autoApplyDowns it takes everything from here on back, data with it.
  edited: refuses("Database 'default' needs evolution!", 'autoApplyDowns, which runs the Downs first'),
  missing: refuses("Database 'default' needs evolution!", 'autoApplyDowns, which runs the Downs first'),
  // It asks for 1.sql, 2.sql and so on, and takes the first that is not there for the end.
  gap: IGNORED,
  late: NEVER,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: (fileName) =>
    /^\d+\.sql$/.test(fileName) ? null : passedOverInSilence('its name is not a number and .sql'),
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'semicolons', bodyMarkers: null },
};

/** Play evolutions: `conf/evolutions/<database>/N.sql` with `# --- !Ups` and `# --- !Downs`, by number. */
const playEvolutions: Layout = sectionedLayout({
  name: 'play-evolutions',
  tool,
  markers: '!Ups',
  read: readMigration,
  order: byIdentityNumber,
  plan: (folder) => ({
    summary: 'Play runs each evolution once, by number, and stops at the first number that is missing',
    root: folder,
    program: (steps) => steps,
  }),
});
export default playEvolutions;

function readMigration(file: SourceFile): Migration | null {
  const number = /^(\d+)\.sql$/.exec(baseName(file.path))?.[1];
  if (number === undefined || baseName(folderOf(folderOf(file.path))) !== 'evolutions') return null;
  const sections = sectionsOf(file, /^(?:#|--).*!Ups.*$/m, /^(?:#|--).*!Downs.*$/m);
  if (sections === null) return null;
  return { file, name: number, identity: BigInt(number).toString(), transaction: false, ...sections };
}

/** What stands before the first marker belongs to neither half. */
function trimmedHalves(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .slice(
      Math.max(
        0,
        lines.findIndex((line) => /^(?:#|--).*!(?:Ups|Downs)/.test(line)),
      ),
    )
    .join('\n')
    .trim();
}
