import type { SourceFile } from '../text/source-file.ts';

/** Whether a file begins a transaction itself. It would fail inside another one, so whoever runs it does not wrap it. */
export function beginsTransaction(file: SourceFile): boolean {
  return BEGIN.test(file.text);
}

const BEGIN =
  /^[ \t]*(?:BEGIN(?:[ \t]+(?:TRANSACTION|WORK|DEFERRED|IMMEDIATE|EXCLUSIVE)){0,2}|START[ \t]+TRANSACTION)[ \t]*;/im;
