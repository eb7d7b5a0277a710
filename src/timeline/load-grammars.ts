import type { Action, Deployment } from '../deployment.ts';
import { needsGrammar } from '../query/needs-grammar.ts';
import { loadTreeReader } from '../query/reader.ts';
import { placedStatements } from './program.ts';

/**
 * Loads the grammars that a replay of these deployments may ask for. The replay itself is synchronous, so they have to be there
 * before it begins; a project whose statements name nothing that the DDL parser has not read loads none.
 */
export async function loadGrammars(deployments: readonly Deployment[]): Promise<void> {
  for (const deployment of deployments) {
    if (asksForGrammar(deployment)) await loadTreeReader(deployment.engine.dialect.name);
  }
}

function asksForGrammar(deployment: Deployment): boolean {
  const { dialect } = deployment.engine;
  return programsOf(deployment).some((program) => {
    for (const { parsed } of placedStatements(program, deployment)) if (needsGrammar(parsed, dialect)) return true;
    return false;
  });
}

function programsOf(deployment: Deployment): readonly (readonly Action[])[] {
  const { program, otherReadings, ledger, dumps, releases = [] } = deployment;
  return [
    program,
    ...otherReadings.map((reading) => reading.program),
    ...ledger.map(({ actions }) => actions),
    ...ledger.flatMap(({ down }) => (down === undefined ? [] : [down])),
    ...dumps.map(({ calls }) => calls.map((call) => ({ kind: 'call', call }) as const)),
    ...releases.flatMap((release) => programsOf(release.deployment)),
  ];
}
