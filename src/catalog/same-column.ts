import type { Column } from './catalog.ts';

/** Whether two versions of a column differ in no more than what is known of its values. */
export function isSameColumn(left: Column, right: Column): boolean {
  if (left === right) return true;
  if (left.name !== right.name) return false;
  const plain = (column: Column): Column => ({ ...column, nullInDeploy: 0, distinctInDeploy: 0, sameInDeploy: 0 });
  const [one, other] = [plain(left), plain(right)];
  return (Object.keys(one) as (keyof Column)[]).every((key) => one[key] === other[key]);
}
