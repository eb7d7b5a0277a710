import type { Deployment } from '../deployment.ts';
import { callsOf } from './calls.ts';

const MOUNTED = /^\/docker-entrypoint-initdb\.d in (?<file>.+)$/;
const CALLED = / in (?<file>\S*compose[^/\s]*\.ya?ml)$/;
/** Scripts that go on in another database than the image has made. */
const LEAVES_DATABASE = /^\s*(?:\\c(?:onnect)?\b|CREATE\s+DATABASE\b|USE\b)/im;

/**
 * Where one compose file mounts scripts for the image of the database and calls a migration tool, the tool meets a volume that the
 * scripts have filled, and an empty ledger.
 */
export function withFilledVolumes(deployments: readonly Deployment[]): readonly Deployment[] {
  const volumes = deployments.flatMap((deployment) => {
    const [evidence] = deployment.evidence;
    const file = MOUNTED.exec(evidence?.words ?? '')?.groups?.file;
    return !file?.includes('compose') ? [] : [{ file, deployment }];
  });
  if (volumes.length === 0) return deployments;
  return deployments.map((deployment) => {
    if (deployment.ledger.length === 0) return deployment;
    const files = deployment.evidence.map(({ words }) => CALLED.exec(words)?.groups?.file);
    const met = volumes.filter(
      (volume) =>
        files.includes(volume.file) &&
        volume.deployment.engine.dialect.name === deployment.engine.dialect.name &&
        [...callsOf(volume.deployment.program)].every(({ sql }) => !LEAVES_DATABASE.test(sql.text)),
    );
    const dumps = met.map((volume) => ({
      name: `a volume filled by ${volume.deployment.name}`,
      calls: [...callsOf(volume.deployment.program)],
    }));
    return dumps.length === 0 ? deployment : { ...deployment, dumps: [...deployment.dumps, ...dumps] };
  });
}
