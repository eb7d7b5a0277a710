import type { Action, Deployment, Step } from '../deployment.ts';
import type { Fix, Move } from '../finding.ts';
import { baseName, folderOf } from '../layouts/file-order.ts';
import type { Project } from '../project.ts';

/** A migration's file name: what stands before its number, the number, and all that follows. */
interface NumberedName {
  readonly prefix: string;
  readonly digits: string;
  readonly rest: string;
}

function numberedName(path: string): NumberedName | null {
  const [, prefix = '', digits = '', rest = ''] = /^([VRU]?)(\d+)((?:__|[_-]).+)$/s.exec(baseName(path)) ?? [];
  return digits === '' ? null : { prefix, digits, rest };
}

/**
 * The path of a migration that comes after all others: the newest file's number and one, with as many digits. Null where names
 * are written otherwise, and where a journal lists them.
 */
export function nextPath({ ledger, journal }: Deployment, rest: string): string | null {
  if (journal !== null) return null;
  let newest: { readonly name: NumberedName; readonly folder: string } | null = null;
  for (const { file } of ledger) {
    const name = numberedName(file);
    if (name === null) return null;
    if (newest === null || BigInt(name.digits) >= BigInt(newest.name.digits)) newest = { name, folder: folderOf(file) };
  }
  if (newest === null) return null;
  const { prefix, digits } = newest.name;
  const next = String(BigInt(digits) + 1n).padStart(digits.length, '0');
  return `${newest.folder === '.' ? '' : `${newest.folder}/`}${prefix}${next}${rest}`;
}

/** Gives a migration the next number, with all files that belong to it: its down half, its settings. */
export function renumberingFix(step: Step, deployment: Deployment, project: Project): Fix | null {
  const name = numberedName(step.file);
  if (name === null) return null;
  const stem = step.file.slice(0, step.file.length - name.rest.length + name.rest.indexOf('.'));
  const own = [...project.files.values()].filter(({ path }) => path.startsWith(`${stem}.`));
  const moves = own.flatMap((file): Move[] => {
    const to = nextPath(deployment, numberedName(file.path)?.rest ?? '');
    return to === null ? [] : [{ file, to }];
  });
  const target = moves.find(({ file }) => file.path === step.file)?.to;
  if (target === undefined || moves.length < own.length) return null;
  const migrations = own.map(({ path }) => path);
  return { title: `Rename ${baseName(step.file)} to ${baseName(target)}`, safe: true, edits: [], moves, migrations };
}

/** The path of a new migration with these words in its name, ended as the newest one's. */
export function newMigrationPath(deployment: Deployment, words: string): string | null {
  const model = numberedName(deployment.ledger.at(-1)?.file ?? '');
  const [, separator = '', suffix = ''] = /^(__|[_-])[^.]*(\..+)$/s.exec(model?.rest ?? '') ?? [];
  return suffix === '' ? null : nextPath(deployment, `${separator}${words}${suffix}`);
}

/** The line with which the newest migration begins its up half, without what switches the transaction off; empty: none. */
export function upMarkerLine({ ledger }: Deployment): string {
  const text = textOf(ledger.at(-1)?.actions ?? []);
  const line = /^[ \t]*--[ \t]*(?:\+[ \t]*(?:goose|migrate)[ \t]+up|migrate:[ \t]*up|\+[ \t]*up|up migration)\b/im.exec(
    text,
  )?.[0];
  return line === undefined ? '' : `${line}\n`;
}

function textOf(actions: readonly Action[]): string {
  for (const action of actions) {
    if (action.kind === 'call') return action.call.sql.file.text;
    const inner = action.kind === 'block' ? textOf(action.actions) : '';
    if (inner !== '') return inner;
  }
  return '';
}
