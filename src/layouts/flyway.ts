import { fileChecksum, passedOverInSilence, refuses, type MigrationTool, type PassedOver } from '../migration-tool.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName } from './file-order.ts';
import type { Layout } from './layout.ts';
import { callOf, chainDeployment, mustRunAlone, sqlFilesByFolder, type Migration } from './migration-folder.ts';

/** From Flyway's source (flyway-core 13.0: MigrationVersion, CompositeMigrationResolver, MigrationInfoImpl). */
const tool: MigrationTool = {
  name: 'Flyway',
  order: 'dotted',
  identity: 'the version between V and __',
  table: 'flyway_schema_history',
  // CRC-32 over each line without its end, the byte order mark stripped: neither line endings nor a joined line change it.
  checksum: fileChecksum('CRC-32 of its lines without their ends', ({ text }) => text.replace(/[\r\n]/g, '')),
  edited: refuses(
    'Migration checksum mismatch for migration version {version}',
    'flyway repair, which takes the new checksum and runs nothing',
  ),
  missing: refuses('Detected applied migration not resolved locally: {version}.', 'ignoreMigrationPatterns'),
  late: refuses('Detected resolved migration not applied to database: {version}.', 'outOfOrder=true'),
  duplicate: {
    fresh: refuses('Found more than one migration with version {version}'),
    existing: refuses('Found more than one migration with version {version}'),
  },
  passesOver: flywayPassesOver,
  transaction: { around: 'step', optOut: '`executeInTransaction=false` in a script config file' },
  sending: { cut: 'statements' },
};

/** Callbacks have names of their own; every other name without `__`, or without a prefix, is left out without a word. */
function flywayPassesOver(fileName: string): PassedOver | null {
  if (/^(?:before|after|create)[A-Z]/.test(fileName) || /^(?:[VUB]\d+(?:[._]\d+)*|R)__/.test(fileName)) return null;
  if (/^[VUB]\d+(?:[._]\d+)*_?[^_]/.test(fileName) || /^R_?[^_]/.test(fileName)) {
    return passedOverInSilence('its name has no __ after the version');
  }
  if (/^v\d|^r__/.test(fileName))
    return passedOverInSilence('its prefix is written small, and prefixes are case-sensitive');
  return passedOverInSilence('its name has none of the prefixes V, R, U and B');
}

/**
 * Flyway: `V1.2__description.sql` once each by dotted number, then `R__description.sql` whenever their text has changed, by
 * description (flyway-core, MigrationVersion and ResourceName).
 */
const flyway: Layout = {
  name: 'flyway',
  sureness: 'marker',
  detect(context) {
    const detected = [];
    for (const [folder, files] of sqlFilesByFolder(context)) {
      const migrations = files
        .flatMap((file): Migration[] => {
          const version = /^V(\d+(?:[._]\d+)*)__/.exec(baseName(file.path))?.[1];
          if (version === undefined) return [];
          // Flyway sees by itself that a script cannot run in a transaction (PostgreSQLParser.detectCanExecuteInTransaction).
          const transaction = !mustRunAlone(file.text);
          const name = baseName(file.path).replace(/\.sql$/, '');
          return [{ file, name, identity: dotted(version).join('.'), up: sqlTextOfFile(file), transaction }];
        })
        .sort((left, right) => compareVersions(left.identity, right.identity));
      if (migrations.length === 0) continue;
      const repeatables = files
        .filter((file) => /^R__.*\.sql$/.test(baseName(file.path)))
        .sort((left, right) => (left.path < right.path ? -1 : 1));
      detected.push(
        chainDeployment(
          context,
          { folder, migrations },
          {
            tool,
            summary: 'Flyway runs each migration once, by version, then the repeatable ones',
            evidence: [{ strength: 'tool', words: `V..__ names of ${migrations.length} files in ${folder}` }],
            program: (steps) => [
              ...steps,
              ...repeatables.map((file) => ({ kind: 'call' as const, call: callOf(sqlTextOfFile(file)) })),
            ],
            alsoRuns: repeatables,
          },
        ),
      );
    }
    return detected;
  },
};
export default flyway;

/** `1_2` and `01.2.0` are one version: underscores are dots, zeros before and after do not count. */
function dotted(version: string): readonly string[] {
  const parts = version.split(/[._]/).map((part) => BigInt(part).toString());
  while (parts.length > 1 && parts.at(-1) === '0') parts.pop();
  return parts;
}

function compareVersions(left: string, right: string): number {
  const leftParts = left.split('.');
  const rightParts = right.split('.');
  for (let at = 0; at < Math.max(leftParts.length, rightParts.length); at++) {
    const difference = BigInt(leftParts[at] ?? 0) - BigInt(rightParts[at] ?? 0);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
