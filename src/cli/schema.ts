import { deploymentWords } from '../report/deployment-words.ts';
import { schemaDocument, schemaSql } from '../report/schema-page.ts';
import type { Arguments } from './arguments.ts';
import { momentsAt, type Moment } from './moment.ts';
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
  const moments = momentsAt(histories, given.at, '--at');
  writeOut(given.format === 'json' ? jsonText(moments) : sqlText(moments), given, terminal);
  return 0;
}

function sqlText(moments: readonly Moment[]): string {
  const parts = moments.map(({ history: { deployment }, database }) => {
    const sql = schemaSql(database.catalog, deployment.engine.dialect);
    return moments.length === 1 ? sql : `-- ${deploymentWords(deployment)}\n\n${sql}`;
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
