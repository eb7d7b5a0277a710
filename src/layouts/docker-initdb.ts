import type { Action } from '../deployment.ts';
import type { SourceFile } from '../text/source-file.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { baseName, byBytes, folderOf, isInside, joinPath } from './file-order.ts';
import { freshOnlyDeployment } from './fresh-only.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';
import { callOf } from './migration-folder.ts';

/**
 * The scripts that the images of PostgreSQL, MySQL and MariaDB run when their data directory is empty: those of a folder that is named
 * or mounted so, in the order of their names. A volume that exists never sees them (docker-entrypoint.sh).
 */
const dockerInitdb: Layout = {
  name: 'docker-initdb',
  sureness: 'dependency',
  detect(context) {
    const found = new Map<string, string>();
    for (const file of context.project.files.values()) {
      if (file.path.endsWith('.sql') && baseName(folderOf(file.path)) === INITDB)
        found.set(folderOf(file.path), INITDB);
    }
    for (const file of context.project.files.values()) {
      if (!/compose[^/]*\.ya?ml$|Dockerfile[^/]*$/.test(file.path)) continue;
      for (const source of mountedIn(file)) found.set(source, file.path);
    }
    return [...found].flatMap(([source, where]) => detectedAt(source, where, context));
  },
};
export default dockerInitdb;

const INITDB = 'docker-entrypoint-initdb.d';

/** `./db/init:/docker-entrypoint-initdb.d`, `COPY init.sql /docker-entrypoint-initdb.d/`. */
function* mountedIn({ path, text }: SourceFile): IterableIterator<string> {
  const mounts =
    /(?:COPY|ADD)\s+(\S+)\s+\/docker-entrypoint-initdb\.d|-\s*["']?(\.[^:\s"']*):\/docker-entrypoint-initdb\.d/g;
  for (const [, copied, mounted] of text.matchAll(mounts)) yield joinPath(folderOf(path), copied ?? mounted ?? '');
}

function detectedAt(source: string, where: string, context: LayoutContext): readonly Detected[] {
  const files = [...context.project.files.values()]
    .filter(({ path }) => path.endsWith('.sql') && (path === source || folderOf(path) === source))
    .sort((left, right) => byBytes(left.path, right.path));
  if (files.length === 0 || !isInside(files[0]?.path ?? '', source)) return [];
  const calls = files.map((file): Action => ({ kind: 'call', call: callOf(sqlTextOfFile(file)) }));
  // Scripts that make no table leave a database that looks fresh; the image knows by the data directory that they have run.
  const once: Action = {
    kind: 'step',
    step: { name: INITDB, identity: INITDB, file: files[0]?.path ?? source, actions: calls, transaction: false },
  };
  return [
    freshOnlyDeployment(context, {
      name: source,
      files,
      summary:
        'the image runs these when its data directory is empty, in the order of their names; a volume never sees them',
      evidence: [{ strength: 'tool', words: where === INITDB ? `${source} is named so` : `/${INITDB} in ${where}` }],
      program: [once],
    }),
  ];
}
