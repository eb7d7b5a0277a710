import { printableLine } from '../text/printable.ts';

/** How a page names a deployment: `this project`, `this project (sqlite 2)`, its root folder. */
export function deploymentWords({ name }: { readonly name: string }): string {
  return printableLine(name.replace(/^\.(?=$| \()/, 'this project'));
}
