import type { Dialect, DialectName, Engine, VersionRange } from './dialect.ts';
import { mariadb } from './mariadb.ts';
import { mysql } from './mysql.ts';
import { postgres } from './postgres.ts';
import { sqlite } from './sqlite.ts';

export const dialects: Readonly<Record<DialectName, Dialect>> = { sqlite, postgres, mysql, mariadb };

/** In the order in which they are listed to people. */
export const dialectNames: readonly DialectName[] = ['sqlite', 'postgres', 'mysql', 'mariadb'];

/** Versions that are in use and were served by their makers in 2026; what a project runs on unless its config says more. */
const defaultVersions: Readonly<Record<DialectName, VersionRange>> = {
  // SQLite only mends its newest release, but distributions ship older ones: Debian 12 has 3.40.
  sqlite: { from: [3, 40], to: [3, 53] },
  // postgresql.org/support/versioning: 14 had its last release in November 2026.
  postgres: { from: [14, 0], to: [18, 99] },
  // 8.0 left extended support in April 2026 and is still what most servers run.
  mysql: { from: [8, 0], to: [9, 7] },
  // 10.6 was served until July 2026.
  mariadb: { from: [10, 6], to: [12, 3] },
};

/** The engine that runs a dialect's statements, with the versions that must be served (default: those in use). */
export function engineOf(name: DialectName, versions: VersionRange = defaultVersions[name]): Engine {
  return { dialect: dialects[name], versions };
}
