/** Orders of migration files, as the tools sort them. */

/** By code units, as most tools and `ls` under LC_ALL=C do: `10_` before `2_`. */
export function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** By the number or dotted version that a name starts with, then by bytes; names without a number come last. */
export function byLeadingNumber(left: string, right: string): number {
  const leftParts = leadingVersion(left);
  const rightParts = leadingVersion(right);
  if (leftParts.length === 0 || rightParts.length === 0) {
    if (leftParts.length !== rightParts.length) return leftParts.length === 0 ? 1 : -1;
    return byBytes(left, right);
  }
  for (let at = 0; at < Math.max(leftParts.length, rightParts.length); at++) {
    const difference = (leftParts[at] ?? 0n) - (rightParts[at] ?? 0n);
    if (difference !== 0n) return difference < 0n ? -1 : 1;
  }
  return byBytes(left, right);
}

/** `2.10.0-x` starts with 2, 10, 0; `007_x` with 7. */
function leadingVersion(name: string): readonly bigint[] {
  const version = /^\d+(?:\.\d+)*/.exec(name)?.[0];
  return version === undefined ? [] : version.split('.').map(BigInt);
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
