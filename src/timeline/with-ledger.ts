import type { Database } from '../catalog/catalog.ts';
import { Ledger } from '../catalog/ledger.ts';
import type { Deployment } from '../deployment.ts';

/** A database with what it records, in a ledger that knows the order of the deployment's steps. */
export function withLedger(database: Database, { ledger }: Deployment): Database {
  let recorded = Ledger.empty(ledger.map(({ identity }) => identity));
  for (const identity of database.ledger.identities()) recorded = recorded.record(identity);
  return { ...database, ledger: recorded };
}
