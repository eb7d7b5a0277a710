import type { Deployment } from '../deployment.ts';
import { withDialectReading } from './dialect-signs.ts';
import { Connections } from './connections.ts';
import { withFilledVolumes } from './filled-volumes.ts';
import { layouts } from './index.ts';
import { loadChangelogReader } from './liquibase-yaml.ts';
import { folderOf } from './file-order.ts';
import { withoutOtherEngines } from './other-engines.ts';
import { folderBesidePast, olderShapes, withOlderShapes } from './older-shapes.ts';
import type { Detected, Layout, LayoutContext, Sureness } from './layout.ts';
import type { SourceFile } from '../text/source-file.ts';

/** From the surest sign to the least. */
const ORDER: readonly Sureness[] = ['config', 'marker', 'call', 'dependency', 'name', 'fallback'];

/**
 * Every deployment of a project, ordered by name: those of the config, and nothing else, where it describes them; otherwise
 * what the layouts recognise, each file going to the surest of them.
 */
export async function detectDeployments(given: Omit<LayoutContext, 'isClaimed'>): Promise<readonly Deployment[]> {
  const claimed = new Set<string>();
  const context: LayoutContext = { ...given, isClaimed: (path) => claimed.has(path) };
  const configured = context.config.deployments;
  if (configured !== undefined) {
    const { configuredDeployment } = await import('./configured.ts');
    return named(configured.map((config) => configuredDeployment(context, config)));
  }
  await loadChangelogReader(context.project);
  return named(detected(context, claimed));
}

function detected(context: LayoutContext, claimed: Set<string>): readonly Deployment[] {
  const known: LayoutContext = {
    ...context,
    project: { ...context.project, files: withoutOtherEngines(context.project.files) },
  };
  const connections = new Connections(known.project);
  const deployments: Deployment[] = [];
  let older: readonly SourceFile[] | null = null;
  for (const { sureness, detected } of fromSurest(known)) {
    // What nothing surer takes and whose name says that it is past is no deployment of its own.
    if (sureness === 'fallback') {
      older ??= olderShapes(known.project, known.isClaimed);
      for (const { path } of older) claimed.add(path);
    }
    // One layout may run a file in several deployments, as where one folder serves several dialects.
    const free = detected.filter(({ claims }) => !claims.some((path) => isTaken(path, claimed)));
    for (const { deployment, claims } of free) {
      for (const path of claims) claimed.add(path);
      if (isFollowed(deployment, free)) continue;
      const upgrades = context.config.upgrades ?? true;
      const foreignKeys = connections.checksOf(deployment);
      deployments.push(withDialectReading({ ...deployment, upgrades, ...foreignKeys }));
    }
  }
  return withFilledVolumes(deployments).map((deployment) => withOlderShapes(deployment, older ?? []));
}

/** Migrations in a folder such as `legacy/`, where the same tool has its migrations beside it: no database is made by them any more. */
function isFollowed({ tool, root }: Deployment, others: readonly Detected[]): boolean {
  const above = folderBesidePast(root);
  if (tool === null || above === null) return false;
  return others.some(
    ({ deployment: other }) =>
      other.tool === tool &&
      folderBesidePast(other.root) === null &&
      (other.root === above || folderOf(other.root) === above),
  );
}

/** What each layout detects, from the surest signs to the least, and by the layout's name where two are as sure. */
function* fromSurest(
  context: LayoutContext,
): IterableIterator<{ readonly sureness: Sureness; readonly detected: readonly Detected[] }> {
  const found = new Map<Layout, readonly Detected[]>();
  for (const [rank, sureness] of ORDER.entries()) {
    for (const layout of layouts) {
      // A layout is asked only when its turn has come: what surer signs have taken need not be searched by a fallback.
      if (ORDER.indexOf(layout.sureness) > rank) continue;
      const detected = found.get(layout) ?? layout.detect(context);
      found.set(layout, detected);
      yield { sureness, detected: detected.filter((one) => (one.sureness ?? layout.sureness) === sureness) };
    }
  }
}

function isTaken(path: string, claimed: ReadonlySet<string>): boolean {
  return path.endsWith('.sql') && claimed.has(path);
}

/** Gives deployments of one name a suffix: the dialect where that tells them apart, else a number. */
function named(deployments: readonly Deployment[]): readonly Deployment[] {
  const result: Deployment[] = [];
  for (const deployment of deployments) {
    const twins = deployments.filter((other) => other.name === deployment.name);
    if (twins.length === 1) {
      result.push(deployment);
      continue;
    }
    const dialect = deployment.engine.dialect.name;
    const sameDialect = twins.filter((other) => other.engine.dialect.name === dialect);
    const number = sameDialect.length === 1 ? '' : ` ${sameDialect.indexOf(deployment) + 1}`;
    result.push({ ...deployment, name: `${deployment.name} (${dialect}${number})` });
  }
  return result.sort((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
}
