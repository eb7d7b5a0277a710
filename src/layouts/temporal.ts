import type { Action, JournalEntry, JournalFault } from '../deployment.ts';
import { IGNORED, NEVER, passedOverInSilence, type MigrationTool } from '../migration-tool.ts';
import { readJson } from '../text/json.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, byLeadingNumber, folderOf, joinPath } from './file-order.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { chainDeployment, type Migration } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From Temporal's source (tools/common/schema/updatetask.go): errors of what is there or gone already are swallowed. */
const tool: MigrationTool = {
  name: 'Temporal',
  order: 'dotted',
  identity: 'the version of its folder and its place in the manifest',
  table: 'schema_version',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: IGNORED,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => passedOverInSilence('manifest.json does not list it'),
  transaction: { around: 'nothing', optOut: null },
  sending: { cut: 'statements' },
};

/** As Temporal has it: `versioned/vX.Y/manifest.json` lists the files of each version; the versions run in their order. */
const temporal: Layout = {
  name: 'temporal',
  sureness: 'config',
  detect(context) {
    const byFolder = new Map<string, SourceFile[]>();
    for (const manifest of filesNamed(context.project, 'manifest.json')) {
      const above = folderOf(folderOf(manifest.path));
      if (!manifest.text.includes('"SchemaUpdateCqlFiles"')) continue;
      byFolder.set(above, [...(byFolder.get(above) ?? []), manifest]);
    }
    return [...byFolder].flatMap(([folder, manifests]) => detectedIn(folder, manifests, context));
  },
};
export default temporal;

function detectedIn(folder: string, manifests: readonly SourceFile[], context: LayoutContext): readonly Detected[] {
  const sorted = [...manifests].sort((left, right) => byLeadingNumber(versionOf(left), versionOf(right)));
  const [newest] = sorted.slice(-1);
  const migrations = sorted.flatMap((manifest) =>
    entriesOf(manifest).flatMap((entry): readonly Migration[] => {
      const file = context.project.files.get(entry.file);
      const name = `v${versionOf(manifest)}/${entry.name.replace(/\.sql$/, '')}`;
      return file === undefined ? [] : [{ file, name, identity: name, up: sqlTextOfFile(file), transaction: false }];
    }),
  );
  if (migrations.length === 0 || newest === undefined) return [];
  return [
    chainDeployment(
      context,
      { folder, migrations },
      {
        tool,
        summary: 'each version runs once, in the order of its manifest; what is there or gone already is no error',
        root: folderOf(folder),
        evidence: [{ strength: 'tool', words: `manifest.json in ${manifests.length} folders of ${folder}` }],
        journal: {
          file: newest,
          entries: sorted.flatMap(entriesOf),
          faults: sorted.flatMap(faultOf),
          missingFile: 'open {file}: no such file or directory',
        },
        program: (steps) => [tolerant(steps)],
      },
    ),
  ];
}

/** "already exist" and "not found" are passed over, statement by statement. */
function tolerant(steps: readonly Action[]): Action {
  return {
    kind: 'block',
    actions: steps,
    onError: {
      kind: 'tolerate',
      classes: ['duplicate-table', 'duplicate-column', 'duplicate-index', 'duplicate-object', 'missing-object'],
    },
  };
}

/** Its version must be that of its folder (readManifest and readUpdates in updatetask.go). */
function faultOf(manifest: SourceFile): readonly JournalFault[] {
  const [match, version = ''] = /"CurrVersion"\s*:\s*"v?([^"]*)"/.exec(manifest.text) ?? [];
  const folder = versionOf(manifest);
  if (match === undefined || version === folder) return [];
  const start = manifest.text.indexOf(match);
  return [
    {
      at: { file: manifest, start, end: start + match.length },
      name: `v${folder}`,
      what: `says that it is version ${version}`,
      error: `manifest version doesn't match with dirname, dir=v${folder},manifest.version=${version}`,
    },
  ];
}

function versionOf(manifest: SourceFile): string {
  return baseName(folderOf(manifest.path)).replace(/^v/, '');
}

function entriesOf(manifest: SourceFile): readonly JournalEntry[] {
  const reading = readJson(manifest.text);
  if (!reading.ok || typeof reading.value !== 'object' || reading.value === null) return [];
  const { SchemaUpdateCqlFiles: listed } = reading.value as { readonly SchemaUpdateCqlFiles?: unknown };
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((name: unknown): readonly JournalEntry[] => {
    if (typeof name !== 'string') return [];
    const start = Math.max(0, manifest.text.indexOf(`"${name}"`));
    const at = { file: manifest, start, end: start + name.length + 2 };
    return [{ name, at, file: joinPath(folderOf(manifest.path), name) }];
  });
}
