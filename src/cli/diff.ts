import pico from 'picocolors';
import { diffCatalogs, type Difference } from '../catalog/diff.ts';
import { printableLine } from '../text/printable.ts';
import type { Arguments } from './arguments.ts';
import { momentsAt, type Moment } from './moment.ts';
import { writeOut } from './output.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { lintWorkspace, openWorkspace } from './workspace.ts';
import { deploymentWords } from '../report/deployment-words.ts';

/** `migralint diff A B`: how two states of the project's databases differ. Like diff: 0 where they are equal, else 1. */
export async function diff(given: Arguments, terminal: Terminal): Promise<number> {
  const [from, to, ...folders] = given.operands;
  if (from === undefined || to === undefined)
    throw new UsageError('diff: expected two states; migralint paths lists them');
  const { histories } = await lintWorkspace(await openWorkspace({ ...given, operands: folders }, terminal.cwd));
  const right = momentsAt(histories, to, 'diff');
  const comparisons = momentsAt(histories, from, 'diff').flatMap((moment): Comparison[] => {
    const other = right.find(({ history }) => history === moment.history);
    return other === undefined ? [] : [{ moment, differences: differencesBetween(moment, other) }];
  });
  if (comparisons.length === 0) throw new UsageError(`diff: no deployment has both "${from}" and "${to}"`);
  writeOut(given.format === 'json' ? jsonText(comparisons) : plainText(comparisons, given, terminal), given, terminal);
  return comparisons.every(({ differences }) => differences.length === 0) ? 0 : 1;
}

interface Comparison {
  readonly moment: Moment;
  readonly differences: readonly Difference[];
}

function differencesBetween({ history, database }: Moment, other: Moment): readonly Difference[] {
  return diffCatalogs(database.catalog, other.database.catalog, history.deployment.engine);
}

function jsonText(comparisons: readonly Comparison[]): string {
  const documents = comparisons.map(({ moment, differences }) => ({
    deployment: moment.history.deployment.name,
    differences: differences.map(({ kind, object, left, right }) => ({ kind, object, left, right })),
  }));
  return `${JSON.stringify({ version: 1, comparisons: documents }, null, 2)}\n`;
}

function plainText(comparisons: readonly Comparison[], given: Arguments, { out, env }: Terminal): string {
  const colors = pico.createColors(given.output === undefined && colorAllowed(out, given.color, env));
  const parts = comparisons.map(({ moment, differences }) => {
    const heading = comparisons.length === 1 ? [] : [colors.bold(deploymentWords(moment.history.deployment))];
    const lines = differences.flatMap(({ kind, object, left, right }) => [
      ...(left === null ? [] : [colors.red(`- ${kind} ${printableLine(object)}  ${printableLine(left)}`.trimEnd())]),
      ...(right === null
        ? []
        : [colors.green(`+ ${kind} ${printableLine(object)}  ${printableLine(right)}`.trimEnd())]),
    ]);
    return [...heading, ...(lines.length === 0 ? ['no difference'] : lines)].map((line) => `${line}\n`).join('');
  });
  return parts.join('\n');
}
