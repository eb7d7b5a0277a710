import type { SourceFile } from '../text/source-file.ts';
import { baseName, folderOf } from './file-order.ts';

/** Whether a file takes a migration back: `3_x.down.sql`, `3.undo.x.sql`, `U3__x.sql`, or any file of a folder `down`. */
export function goesBack({ path }: SourceFile): boolean {
  const name = baseName(path);
  return (
    /(?:^|[._-])(?:down|rollback|revert|undo)\.sql$/i.test(name) ||
    /^\d+\.undo\.|^U\d[^/]*__/i.test(name) ||
    /^(?:down|rollbacks?|revert|undo)$/i.test(baseName(folderOf(path)))
  );
}
