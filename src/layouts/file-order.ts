/** Orders of migration files, as the tools sort them. */

/** By code units, as most tools and `ls` under LC_ALL=C do: `10_` before `2_`. */
export function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** By the number that a name starts with, then by bytes; names without a number come last. */
export function byLeadingNumber(left: string, right: string): number {
  const leftNumber = leadingNumber(left);
  const rightNumber = leadingNumber(right);
  if (leftNumber !== null && rightNumber !== null) {
    if (leftNumber !== rightNumber) return leftNumber < rightNumber ? -1 : 1;
  } else if (leftNumber !== rightNumber) return leftNumber === null ? 1 : -1;
  return byBytes(left, right);
}

/** The number that a name starts with; a bigint, because time stamps of 17 digits are beyond what a number keeps. */
export function leadingNumber(name: string): bigint | null {
  const digits = /^\d+/.exec(name)?.[0];
  return digits === undefined ? null : BigInt(digits);
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a path; `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** A path below a folder, `.` being the root. */
export function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/') || '.';
}

/** Whether a path lies in a folder or below it. */
export function isInside(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
