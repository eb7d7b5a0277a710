import type { Deployment } from '../deployment.ts';

/** A release, and how its files were run. */
interface ReleasedDeployments {
  readonly name: string;
  readonly deployments: readonly Deployment[];
}

/** Gives each deployment its earlier forms, newest first. */
export function withReleases(
  deployments: readonly Deployment[],
  releases: readonly ReleasedDeployments[],
): readonly Deployment[] {
  return deployments.map((deployment) => {
    const earlier = releases.flatMap(({ name, deployments: then }) => {
      const match = earlierForm(deployment, then, deployments.length === 1);
      return match === null ? [] : [{ name, deployment: match }];
    });
    return earlier.length === 0 ? deployment : { ...deployment, releases: earlier };
  });
}

/** The one of the same name and dialect; where there is one only now and then, it is that one, whatever it was called. */
function earlierForm(now: Deployment, then: readonly Deployment[], isOnlyOne: boolean): Deployment | null {
  const sameDialect = then.filter(({ engine }) => engine.dialect.name === now.engine.dialect.name);
  const named = sameDialect.find(({ name }) => name === now.name);
  if (named !== undefined) return named;
  const [only] = sameDialect;
  return isOnlyOne && sameDialect.length === 1 && only !== undefined ? only : null;
}
