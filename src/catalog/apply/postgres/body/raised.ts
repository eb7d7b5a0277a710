import type { Raise } from '../../../../ddl/plpgsql/tree.ts';
import { textParts, type Value } from './value.ts';

/** The message of a RAISE; a value that is not known stays the `%` that stands for it. */
export function raisedText(
  { message, condition }: Raise,
  values: readonly Value[],
  options: readonly { readonly name: string; readonly value: Value }[],
): string {
  const brought = options.find(({ name }) => name === 'message')?.value;
  if (message === null) return brought === undefined ? (condition ?? '') : written(brought);
  let next = 0;
  return message.replace(/%%|%/g, (sign) => (sign === '%%' ? '%' : written(values[next++] ?? null)));
}

function written(value: Value): string {
  return (textParts(value) ?? ['<NULL>']).map((part) => part ?? '%').join('');
}
