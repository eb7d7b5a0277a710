import type { SourceFile } from '../text/source-file.ts';

/**
 * Whether a file begins a transaction itself. It would fail inside another one, so whoever runs it does not wrap it; a file that
 * first commits is run inside one, and begins the next for whoever ends that.
 */
export function beginsTransaction(file: SourceFile): boolean {
  const first = CONTROL.exec(file.text)?.[1];
  return first !== undefined && /^(?:BEGIN|START)/i.test(first);
}

const CONTROL =
  /^[ \t]*(BEGIN(?:[ \t]+(?:TRANSACTION|WORK|DEFERRED|IMMEDIATE|EXCLUSIVE)){0,2}|START[ \t]+TRANSACTION|COMMIT(?:[ \t]+(?:TRANSACTION|WORK))?)[ \t]*;/im;
