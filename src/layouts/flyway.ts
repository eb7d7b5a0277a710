import { fileChecksum, passedOverInSilence, refuses, type MigrationTool, type PassedOver } from '../migration-tool.ts';
import type { Action } from '../deployment.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { counted } from '../text/counted.ts';
import { freshFrom } from './chain-layout.ts';
import { baseName, byBytes } from './file-order.ts';
import { FLYWAY_CONFIGS, flywayLocations, type FlywayLocation } from './flyway-locations.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { filesNamed } from './project-files.ts';
import { repeatableCalls, withRepeatables } from './repeatable.ts';
import { callOf, chainDeployment, mustRunAlone, type ChainPlan, type Migration } from './migration-folder.ts';

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
  transaction: {
    around: 'step',
    optOut: '`executeInTransaction=false` in a script config file',
    // ParserSqlScript.parse; the statements are those of PostgreSQLParser and SQLiteParser, detectCanExecuteInTransaction. MySQL's has none.
    alone: {
      statements: {
        postgres:
          /^(?:(?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY|(?:CREATE|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER\s+SYSTEM|REINDEX\s+(?:VERBOSE\s+)?(?:SCHEMA|DATABASE|SYSTEM)|VACUUM|DISCARD\s+ALL)\b/i,
        sqlite: /^PRAGMA\s+FOREIGN_KEYS\b/i,
      },
      words:
        'Detected both transactional and non-transactional statements within the same migration (even though mixed is false).',
      unless: 'mixed',
      settings: '.conf',
    },
  },
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
 * description; `U` files undo, a `B` file starts new databases, callbacks run around (flyway-core, MigrationVersion, ResourceName).
 */
const flyway: Layout = {
  name: 'Flyway',
  sureness: 'config',
  detect(context) {
    return flywayLocations(context, (fileName) => versionOf(fileName, 'V') !== null).flatMap((location) =>
      detectedIn(location, context),
    );
  },
};
export default flyway;

function detectedIn(location: FlywayLocation, context: LayoutContext): readonly Detected[] {
  const { files, folder } = location;
  const migrations = readMigrations(files, context);
  if (migrations.length === 0) return [];
  const named = (pattern: RegExp): readonly SourceFile[] =>
    files
      .filter((file) => pattern.test(baseName(file.path)))
      .sort((left, right) => byBytes(nameOf(left), nameOf(right)));
  const repeatables = named(/^R__.*\.sql$/);
  const before = named(/^beforeMigrate(?:__.*)?\.sql$/);
  const after = named(/^(?:afterVersioned|afterMigrate)(?:__.*)?\.sql$/);
  const baseline = newestBaseline(files);
  const calls = (some: readonly SourceFile[]): readonly Action[] =>
    some.map((file) => ({ kind: 'call', call: callOf(sqlTextOfFile(file)) }));
  const words = `V..__ names of ${counted(migrations.length, 'file')} in ${folder}`;
  const plan: ChainPlan = {
    tool: allowsMixed(context) ? { ...tool, transaction: { around: 'step', optOut: tool.transaction.optOut } } : tool,
    summary: 'Flyway runs each migration once, by version, then the repeatable ones',
    evidence: [
      ...(location.sign === null ? [] : [location.sign]),
      { strength: location.sign === null ? 'name' : 'tool', words },
    ],
    program: (steps) => {
      const versioned = baseline === null ? steps : startingAt(baseline, calls([baseline.file]), steps);
      const [first, last] = [calls(before), calls(after)];
      return withRepeatables(context.project, (repeatable) => [
        ...first,
        ...versioned,
        ...repeatableCalls(repeatables, repeatable),
        ...last,
      ]);
    },
    alsoRuns: [...repeatables, ...before, ...after, ...(baseline === null ? [] : [baseline.file])],
    root: location.root,
  };
  return [{ ...chainDeployment(context, { folder, migrations }, plan), sureness: location.sureness }];
}

/** `flyway.mixed=true`, `mixed = true`, `spring.flyway.mixed: true`. */
function allowsMixed({ project }: LayoutContext): boolean {
  return FLYWAY_CONFIGS.flatMap((name) => filesNamed(project, name)).some(
    ({ text }) => /flyway/i.test(text) && /\bmixed"?\s*[=:]\s*true\b/.test(text),
  );
}

function readMigrations(files: readonly SourceFile[], { project }: LayoutContext): readonly Migration[] {
  const undo = new Map(files.map((file) => [versionOf(baseName(file.path), 'U'), file]));
  return files
    .flatMap((file): readonly Migration[] => {
      const identity = versionOf(baseName(file.path), 'V');
      if (identity === null) return [];
      const down = undo.get(identity);
      return [
        {
          file,
          name: nameOf(file),
          identity,
          up: sqlTextOfFile(file),
          ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
          // Flyway sees by itself that a script cannot run in a transaction (PostgreSQLParser.detectCanExecuteInTransaction).
          transaction: !runsOutside(file.text) && !optsOut(project.files.get(`${file.path}.conf`)),
        },
      ];
    })
    .sort((left, right) => compareVersions(left.identity, right.identity));
}

function optsOut(config: SourceFile | undefined): boolean {
  return config !== undefined && /^\s*executeInTransaction\s*=\s*false\b/m.test(config.text);
}

interface Baseline {
  readonly file: SourceFile;
  readonly version: string;
}

function newestBaseline(files: readonly SourceFile[]): Baseline | null {
  let newest: Baseline | null = null;
  for (const file of files) {
    const version = versionOf(baseName(file.path), 'B');
    if (version !== null && (newest === null || compareVersions(newest.version, version) < 0))
      newest = { file, version };
  }
  return newest;
}

function startingAt(baseline: Baseline, calls: readonly Action[], steps: readonly Action[]): readonly Action[] {
  return freshFrom(calls, steps, (step) => compareVersions(step.identity, baseline.version) <= 0);
}

function nameOf(file: SourceFile): string {
  return baseName(file.path).replace(/\.sql$/, '');
}

/** The version that a file of this prefix has, as the ledger stores it. */
function versionOf(fileName: string, prefix: 'V' | 'U' | 'B'): string | null {
  const version = /^[VUB](\d+(?:[._]\d+)*)__.*\.sql$/.exec(fileName)?.[1];
  return version === undefined || !fileName.startsWith(prefix) ? null : dotted(version).join('.');
}

/** Flyway's SQLite parser takes PRAGMA foreign_keys, too, for a statement that cannot run in a transaction (SQLiteParser). */
function runsOutside(text: string): boolean {
  return mustRunAlone(text) || /^[ \t]*PRAGMA\s+foreign_keys\s*=/im.test(text);
}

/** `1_2` and `01.2.0` are one version: underscores are dots, zeros before and after do not count. */
export function dotted(version: string): readonly string[] {
  const parts = version.split(/[._]/).map((part) => BigInt(part).toString());
  while (parts.length > 1 && parts.at(-1) === '0') parts.pop();
  return parts;
}

export function compareVersions(left: string, right: string): number {
  const leftParts = left.split('.');
  const rightParts = right.split('.');
  for (let at = 0; at < Math.max(leftParts.length, rightParts.length); at++) {
    const difference = BigInt(leftParts[at] ?? 0) - BigInt(rightParts[at] ?? 0);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return 0;
}
