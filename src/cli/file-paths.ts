import path, { type PlatformPath } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The system whose paths are meant: this machine's, unless a test says otherwise. */
export type PathFlavour = PlatformPath;

/** A path as the core and every report write it: relative to a folder, with `/`; `.` for the folder itself. */
export function slashPath(from: string, to: string, flavour: PathFlavour = path): string {
  return flavour.relative(from, to).split(flavour.sep).join('/') || '.';
}

/** The same where the path lies in the folder or below it; null elsewhere, on another drive too. */
export function pathInside(folder: string, to: string, flavour: PathFlavour = path): string | null {
  const inside = flavour.relative(folder, to);
  if (inside === '..' || inside.startsWith(`..${flavour.sep}`) || flavour.isAbsolute(inside)) return null;
  return slashPath(folder, to, flavour);
}

/** Whether a config means a file beside it, and not a package. */
export function isFilePath(name: string, flavour: PathFlavour = path): boolean {
  return (flavour.sep === '\\' ? /^\.{1,2}[\\/]/ : /^\.{1,2}\//).test(name) || flavour.isAbsolute(name);
}

/** What `import()` takes for a file: on Windows a drive's letter would be read as the scheme of an address. */
export function moduleAddress(file: string, flavour: PathFlavour = path): string {
  return pathToFileURL(file, { windows: flavour.sep === '\\' }).href;
}
