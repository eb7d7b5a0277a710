import { IGNORED, refuses, RUN, type MigrationTool } from '../migration-tool.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { chainLayout, placesByDependency, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, byBytes, folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import { sqlFilesByFolder, type Migration } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From yoyo's source (yoyo/migrations.py, 8.2) and from runs of it: its hash is of the name, so contents are never compared. */
const tool: MigrationTool = {
  name: 'yoyo',
  order: 'graph',
  identity: 'the file name without its extension',
  table: '_yoyo_migration',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: refuses('MigrationConflict: {name}'), existing: refuses('MigrationConflict: {name}') },
  passesOver: () => null,
  transaction: {
    around: 'step',
    optOut: '`-- transactional: false` before the first statement',
    marker: { line: '-- transactional: false' },
  },
  sending: { cut: 'statements' },
};

const DEPENDENCY = {
  manifests: ['pyproject.toml', 'requirements.txt', 'setup.py', 'setup.cfg', 'Pipfile'],
  words: /\byoyo-migrations\b/,
};

/** yoyo: `name.sql` with `name.rollback.sql`, in byte order unless `-- depends:` says otherwise. Known by yoyo.ini. */
const yoyo: Layout = chainLayout({
  tool,
  sureness: 'config',
  summary: 'yoyo runs each migration once, in byte order and after what it depends on',
  *places(context) {
    yield* configured(context);
    yield* marked(context);
    yield* placesByDependency(context, DEPENDENCY, (fileName) => fileName.endsWith('.rollback.sql'));
  },
  read: ({ folder }, context) => readMigrations(sqlFilesIn(context, folder)),
});
export default yoyo;

function* configured({ project }: LayoutContext): IterableIterator<Place> {
  for (const config of filesNamed(project, 'yoyo.ini')) {
    const sources = /^\s*sources\s*=\s*(.+)$/m.exec(config.text)?.[1]?.split(/\s+/) ?? ['migrations'];
    for (const source of sources) {
      const folder = joinPath(folderOf(config.path), source.replace('%(here)s', '.'));
      yield { folder, sureness: 'config', evidence: { strength: 'tool', words: config.path } };
    }
  }
}

/** A folder in which one file stands beside its rollback and another names what it depends on. */
function* marked(context: LayoutContext): IterableIterator<Place> {
  for (const [folder, files] of sqlFilesByFolder(context)) {
    if (!files.some(({ text }) => DEPENDS.test(text)) || !files.some(({ path }) => path.endsWith('.rollback.sql')))
      continue;
    yield { folder, sureness: 'marker', evidence: { strength: 'tool', words: `-- depends: in ${folder}` } };
  }
}

const DEPENDS = /^--\s*depends:[ \t]*(.*)$/m;

function readMigrations(files: readonly SourceFile[]): readonly Migration[] {
  const isUp = (file: SourceFile): boolean => !/\.rollback\.sql$|(?:^|\/)post-apply[^/]*$/.test(file.path);
  const downs = new Map(files.map((file) => [file.path.replace(/\.rollback\.sql$/, '.sql'), file]));
  const byName = new Map<string, Migration>();
  for (const file of files.filter(isUp).sort((left, right) => byBytes(left.path, right.path))) {
    const name = baseName(file.path).replace(/\.sql$/, '');
    const down = downs.get(file.path);
    byName.set(name, {
      file,
      name,
      identity: name,
      up: sqlTextOfFile(file),
      ...(down === undefined || down === file ? {} : { down: sqlTextOfFile(down) }),
      transaction: !/^--\s*transactional:\s*false\b/im.test(headOf(file)),
    });
  }
  return afterWhatTheyDependOn(byName);
}

/** The comments before the first statement. */
function headOf({ text }: SourceFile): string {
  return /^(?:\s*--[^\n]*\n?)*/.exec(text)?.[0] ?? '';
}

/** Each after those that it names, otherwise in the order given. */
function afterWhatTheyDependOn(byName: ReadonlyMap<string, Migration>): readonly Migration[] {
  const ordered = new Set<Migration>();
  const visiting = new Set<string>();
  const visit = (migration: Migration): void => {
    if (ordered.has(migration) || visiting.has(migration.name)) return;
    visiting.add(migration.name);
    const named = DEPENDS.exec(headOf(migration.file))?.[1]?.trim().split(/\s+/) ?? [];
    for (const name of named) {
      const other = byName.get(name);
      if (other !== undefined) visit(other);
    }
    ordered.add(migration);
  };
  for (const migration of byName.values()) visit(migration);
  return [...ordered];
}
