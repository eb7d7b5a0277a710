import type { Database } from '../catalog/catalog.ts';
import type { Deployment } from '../deployment.ts';

/**
 * A database as the deployment's connections have it before the first statement. A pragma in a migration holds for its own
 * connection (sqlite.org/pragma.html#pragma_foreign_keys), so what an earlier one has set says nothing. Where the driver's
 * default is off, but a step has switched checks on, whether the program does so on every connection is not known.
 */
export function connected(database: Database, { engine, foreignKeys }: Deployment): Database {
  const { session } = database;
  if (foreignKeys === undefined && engine.dialect.name !== 'sqlite') return database;
  const isDoubtful = foreignKeys === undefined || foreignKeys === 'unknown';
  const checks = isDoubtful || (foreignKeys === 'off' && session.foreignKeys === true) ? null : foreignKeys === 'on';
  return { ...database, session: { ...session, foreignKeys: checks } };
}
