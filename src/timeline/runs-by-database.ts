import type { Catalog, Database, Session } from '../catalog/catalog.ts';
import { fingerprintOf } from '../catalog/content.ts';
import type { Engine } from '../dialects/dialect.ts';
import type { Run } from './run.ts';

/**
 * What one part of a program did, by the database that it met. Most paths meet the very catalog of an earlier one, which costs
 * a look-up; fingerprints are made only where another catalog meets a part that has run.
 */
export class RunsByDatabase {
  readonly #byCatalog = new Map<Catalog, Map<string, Run>>();
  readonly #byContent = new Map<string, Run>();
  /** Kept runs whose content has not been asked for yet. */
  #unread: { readonly database: Database; readonly run: Run }[] = [];

  /** The run on the same database, or on one that is the same for an upgrade. */
  get(database: Database, engine: Engine): Run | undefined {
    const known = this.#byCatalog.get(database.catalog)?.get(circumstancesOf(database, engine));
    if (known !== undefined || this.#byCatalog.size === 0) return known;
    for (const { database: met, run } of this.#unread) this.#byContent.set(contentOf(met, engine), run);
    this.#unread = [];
    const equal = this.#byContent.get(contentOf(database, engine));
    if (equal !== undefined) this.#note(database, equal, engine);
    return equal;
  }

  /** Keeps what ran on a database. */
  set(database: Database, run: Run, engine: Engine): void {
    this.#note(database, run, engine);
    this.#unread.push({ database, run });
  }

  #note(database: Database, run: Run, engine: Engine): void {
    const runs = this.#byCatalog.get(database.catalog) ?? new Map<string, Run>();
    this.#byCatalog.set(database.catalog, runs);
    runs.set(circumstancesOf(database, engine), run);
  }
}

function contentOf(database: Database, engine: Engine): string {
  return `${fingerprintOf(database.catalog, engine)} ${circumstancesOf(database, engine)}`;
}

/** What beside the catalog decides what a step does. */
function circumstancesOf({ ledger, session, atBegin }: Database, engine: Engine): string {
  // What the open transaction has changed counts too: PostgreSQL does not let it use an enum's new label.
  const begun = atBegin === null ? '' : fingerprintOf(atBegin, engine);
  return `${ledger.size} ${settingsOf(session)} ${begun}`;
}

const settings = new WeakMap<Session, string>();

function settingsOf(session: Session): string {
  let text = settings.get(session);
  if (text === undefined) {
    const { foreignKeys, strictMode, saved, inTransaction, aborted, legacyAlterTable, searchPath } = session;
    const flags = [foreignKeys, strictMode ?? true, inTransaction, aborted, legacyAlterTable].join(' ');
    text = `${flags} ${JSON.stringify(saved ?? {})} ${searchPath?.join() ?? '?'}`;
    settings.set(session, text);
  }
  return text;
}
