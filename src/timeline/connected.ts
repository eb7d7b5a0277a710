import type { Database } from '../catalog/catalog.ts';
import type { Deployment } from '../deployment.ts';

/**
 * A database as the deployment's connections have it before the first statement. Checks that are off by default stay as a step
 * has set them: who switches them on in one is taken to do so on every connection.
 */
export function connected(database: Database, { foreignKeys }: Deployment): Database {
  const { session } = database;
  if (foreignKeys === undefined || (foreignKeys === 'off' && session.foreignKeys !== null)) return database;
  const checks = foreignKeys === 'unknown' ? null : foreignKeys === 'on';
  return { ...database, session: { ...session, foreignKeys: checks } };
}
