/**
 * Makes docs/migration-tools.md: what migralint takes for the migration tool of real projects, and what it says of them.
 *
 *     npm run migration-tools -- DIR [--only WORD] [--show] [--write]
 *
 * DIR holds one checkout a folder, named `owner+name`. Each is linted as a person would who runs migralint in it. `--show` prints the
 * errors; `--only` takes the folders whose names hold a word; `--write` writes the page. Node 20 reads no TypeScript, so the npm
 * script bundles this file first.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseArguments } from '../src/cli/arguments.ts';
import { lintWorkspace, openWorkspace } from '../src/cli/workspace.ts';
import type { Finding } from '../src/finding.ts';
import { positionAt } from '../src/text/source-file.ts';
import type { History } from '../src/timeline/history.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    show: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [root] = positionals;
if (root === undefined) throw new Error('usage: npm run migration-tools -- DIR [--only WORD] [--show] [--write]');

/** The deployments of one tool and dialect in one project. */
interface Row {
  readonly project: string;
  readonly tool: string;
  readonly dialect: string;
  deployments: number;
  steps: number;
  readonly verdicts: string[];
  errors: number;
}

const rows: Row[] = [];
for (const project of readdirSync(root).filter((name) => name.includes('+') && name.includes(options.only)))
  rows.push(...(await rowsOf(project)));
const page = pageOf(rows);
if (options.write) writeFileSync(join(process.cwd(), 'docs', 'migration-tools.md'), page);
else process.stdout.write(page);

async function rowsOf(project: string): Promise<readonly Row[]> {
  const started = performance.now();
  const workspace = await openWorkspace(parseArguments(['check']), join(root ?? '.', project));
  const { histories, findings } = await lintWorkspace(workspace);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (options.show) for (const finding of errors) showError(project, finding);
  const found = new Map<string, Row>();
  for (const history of histories) addTo(found, project, history, errors);
  process.stderr.write(`${project} ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return [...found.values()];
}

function showError(project: string, { span, rule, message }: Finding): void {
  const { line } = positionAt(span.file, span.start);
  process.stderr.write(`${project}/${span.file.path}:${line} ${rule}: ${message}\n`);
}

/** Deployments that a tool runs; scripts that nothing is known to run belong to no row. */
function addTo(found: Map<string, Row>, project: string, history: History, errors: readonly Finding[]): void {
  const { deployment, paths } = history;
  const tool = deployment.tool?.name ?? /^(?:Rails|Laravel)\b/.exec(deployment.summary)?.[0];
  if (tool === undefined) return;
  const dialect = deployment.engine.dialect.name;
  const key = `${tool} ${dialect}`;
  const row = found.get(key) ?? { project, tool, dialect, deployments: 0, steps: 0, verdicts: [], errors: 0 };
  found.set(key, row);
  row.deployments++;
  row.steps += deployment.ledger.length;
  row.verdicts.push(paths.find(({ start }) => start.kind === 'fresh')?.verdict ?? 'unsure');
  row.errors += errors.filter((finding) => finding.deployment === deployment.name).length;
}

function pageOf(all: readonly Row[]): string {
  const lines = all.map(
    ({ project, tool, dialect, deployments, steps, verdicts, errors }) =>
      `| ${project.replace('+', '/')} | ${tool} | ${dialect} | ${deployments} | ${steps} | ${counted(verdicts)} | ${errors} |`,
  );
  return `# Migration tools in real projects

What migralint takes for the migration tool of public projects, from their files alone, and what a replay from an empty database
gives. Made by \`npm run migration-tools -- DIR --write\` over a folder of checkouts. Deployments of one tool and dialect are one
row; scripts that nothing is known to run are left out.

| project | tool | dialect | deployments | steps | from empty | errors |
| --- | --- | --- | ---: | ---: | --- | ---: |
${lines.join('\n')}
`;
}

/** \`ok\`, or \`ok 3, fails 1\`. */
function counted(verdicts: readonly string[]): string {
  const kinds = [...new Set(verdicts)].sort();
  if (kinds.length === 1) return kinds[0] ?? '';
  return kinds.map((kind) => `${kind} ${verdicts.filter((verdict) => verdict === kind).length}`).join(', ');
}
