import type { Database } from '../catalog/catalog.ts';
import { nearestState } from '../text/nearest-name.ts';
import type { History } from '../timeline/history.ts';
import { UsageError } from './usage-error.ts';

/** A deployment with its database at a moment that a person named. */
export interface Moment {
  readonly history: History;
  readonly database: Database;
}

/**
 * The database of every deployment that knows the moment: `fresh`, the end of a new install; `head`, the end of an upgrade
 * where one comes through; else a start state by its name. `option` names what a person got wrong where none knows it.
 */
export function momentsAt(histories: readonly History[], at: string, option: string): readonly Moment[] {
  if (histories.length === 0) throw new UsageError('nothing to show: no deployment was found here');
  const moments = histories.flatMap((history) => {
    const database = databaseAt(history, at);
    return database === undefined ? [] : [{ history, database }];
  });
  if (moments.length === 0) throw new UsageError(unknownState(histories, at, option));
  return moments;
}

function databaseAt({ paths }: History, at: string): Database | undefined {
  const fresh = paths.find(({ start }) => start.kind === 'fresh');
  if (at === 'fresh') return fresh?.end;
  if (at !== 'head') return paths.find(({ name }) => name === at)?.start.database;
  const upgraded = paths.findLast(({ verdict, start }) => verdict === 'ok' && start.kind !== 'after-failure');
  return (upgraded ?? fresh)?.end;
}

function unknownState(histories: readonly History[], at: string, option: string): string {
  const names = ['fresh', 'head', ...histories.flatMap(({ paths }) => paths.map(({ name }) => name))];
  const nearest = nearestState(at, names);
  const hint = nearest === undefined ? '; migralint paths lists them' : `, did you mean "${nearest}"?`;
  return `${option}: no state "${at}"${hint}`;
}
