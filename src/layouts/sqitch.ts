import type { Journal, JournalEntry } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { fileChecksum, NEVER, passedOverInSilence, refuses, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { chainLayout, type Place } from './chain-layout.ts';
import { folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import type { Migration } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';
import { readSqitchPlan } from './sqitch-plan.ts';

/** From sqitch's source (App::Sqitch::Plan, App::Sqitch::Engine, 1.3) and from runs of it. */
const tool: MigrationTool = {
  name: 'sqitch',
  order: 'journal',
  identity: 'the SHA-1 of its line in the plan and of all before it',
  table: 'sqitch.changes',
  // `sqitch check` compares the scripts; deploy does not.
  checksum: fileChecksum("SHA-1 of the script's bytes", ({ text }) => text),
  edited: { does: 'ignores', words: 'Script signatures diverge at change {name}', unless: '`sqitch check`' },
  missing: refuses('Cannot find change {version} ({name}) in sqitch.plan'),
  late: refuses('Cannot find change {version} ({name}) in sqitch.plan'),
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => passedOverInSilence('sqitch.plan does not list it'),
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'statements' },
};

const ENGINES: ReadonlyMap<string, DialectName> = new Map<string, DialectName>([
  ['pg', 'postgres'],
  ['sqlite', 'sqlite'],
  ['mysql', 'mysql'],
]);

/** sqitch: the scripts of `deploy/` in the order of `sqitch.plan`; `revert/` takes them back; each has its own transaction. */
const sqitch: Layout = chainLayout({
  tool,
  sureness: 'config',
  summary: "sqitch runs the plan's changes once each, in the order of the plan",
  places,
  read: ({ folder, journal }, context) => readPlan(folder, journal, context),
  root: folderOf,
});
export default sqitch;

function* places(context: LayoutContext): IterableIterator<Place> {
  const { project } = context;
  for (const plan of filesNamed(project, 'sqitch.plan')) {
    const top = folderOf(plan.path);
    const config = project.files.get(joinPath(top, 'sqitch.conf'));
    const dialect = ENGINES.get(/^\s*engine\s*=\s*(\w+)/m.exec(config?.text ?? '')?.[1] ?? '');
    const folder = joinPath(top, 'deploy');
    yield {
      folder,
      sureness: 'config',
      evidence: { strength: 'tool', words: plan.path },
      journal: journalOf(plan, (script) => scriptOf(script, top, context)),
      ...(dialect === undefined || config === undefined ? {} : { dialect, dialectIn: config.path }),
    };
  }
}

/** Where a script stands. Those of a change as it was before a rework may have a folder of their own (sqitch-config, core.reworked_dir). */
function scriptOf(script: string, top: string, { project: { files } }: LayoutContext): string {
  const usual = joinPath(top, `deploy/${script}.sql`);
  if (files.has(usual) || !script.includes('@')) return usual;
  const config = files.get(joinPath(top, 'sqitch.conf'))?.text ?? '';
  const reworkedFolder = /^\s*reworked_dir\s*=\s*(\S+)/m.exec(config)?.[1] ?? 'reworked';
  const reworked = joinPath(top, `${reworkedFolder}/deploy/${script}.sql`);
  return files.has(reworked) ? reworked : usual;
}

function journalOf(plan: SourceFile, scriptOfName: (script: string) => string): Journal {
  const { changes, faults } = readSqitchPlan(plan);
  const entries = changes.map(({ script, id, at }): JournalEntry => ({
    name: script,
    at,
    file: scriptOfName(script),
    identity: id,
  }));
  return { file: plan, entries, faults, missingFile: 'Deploy script {file} does not exist' };
}

function readPlan(folder: string, journal: Journal | undefined, { project }: LayoutContext): readonly Migration[] {
  return (journal?.entries ?? []).flatMap(({ name, file: path, identity = name }): readonly Migration[] => {
    const file = project.files.get(path);
    if (file === undefined) return [];
    const down = project.files.get(joinPath(folderOf(folder), `revert/${name}.sql`));
    const up = sqlTextOfFile(file);
    return [
      {
        file,
        name,
        identity,
        up,
        ...(down === undefined ? {} : { down: sqlTextOfFile(down) }),
        transaction: false,
      },
    ];
  });
}
