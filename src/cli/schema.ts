import type { Database } from '../catalog/catalog.ts';
import { schemaDocument, schemaSql } from '../report/schema-page.ts';
import { nearestName } from '../text/nearest-name.ts';
import type { History } from '../timeline/history.ts';
import type { Arguments } from './arguments.ts';
import { writeOut } from './output.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { lintWorkspace, openWorkspace } from './workspace.ts';

/** `migralint schema --at STATE`: the catalog of each deployment at one moment. */
export async function schema(given: Arguments, terminal: Terminal): Promise<number> {
  if (given.format !== 'sql' && given.format !== 'json') {
    throw new UsageError(`schema: expected --format sql or json, got "${given.format}"`);
  }
  const { histories } = await lintWorkspace(await openWorkspace(given, terminal.cwd));
  if (histories.length === 0) throw new UsageError('nothing to show: no deployment was found here');
  const moments = histories.flatMap((history) => {
    const database = databaseAt(history, given.at);
    return database === undefined ? [] : [{ history, database }];
  });
  if (moments.length === 0) throw new UsageError(unknownState(given.at, histories));
  writeOut(given.format === 'json' ? jsonText(moments) : sqlText(moments), given, terminal);
  return 0;
}

interface Moment {
  readonly history: History;
  readonly database: Database;
}

/** `fresh`: the end of a new install; `head`: the end of an upgrade where one comes through; else the named start state. */
function databaseAt({ paths }: History, at: string): Database | undefined {
  const fresh = paths.find(({ start }) => start.kind === 'fresh');
  if (at === 'fresh') return fresh?.end;
  if (at === 'head')
    return (paths.findLast(({ verdict, start }) => verdict === 'ok' && start.kind !== 'after-failure') ?? fresh)?.end;
  return paths.find(({ name }) => name === at)?.start.database;
}

function unknownState(at: string, histories: readonly History[]): string {
  const names = ['fresh', 'head', ...histories.flatMap(({ paths }) => paths.map(({ name }) => name))];
  const nearest = nearestName(at, names);
  return `--at: no state "${at}"${nearest === undefined ? '; migralint paths lists them' : `, did you mean "${nearest}"?`}`;
}

function sqlText(moments: readonly Moment[]): string {
  const parts = moments.map(({ history: { deployment }, database }) => {
    const sql = schemaSql(database.catalog, deployment.engine.dialect);
    return moments.length === 1 ? sql : `-- ${deployment.name}\n\n${sql}`;
  });
  return parts.join('\n');
}

function jsonText(moments: readonly Moment[]): string {
  const documents = moments.map(({ history: { deployment }, database }) => ({
    deployment: deployment.name,
    dialect: deployment.engine.dialect.name,
    ...schemaDocument(database.catalog),
  }));
  return `${JSON.stringify({ version: 1, schemas: documents }, null, 2)}\n`;
}
