import type { Deployment } from '../deployment.ts';
import type { Project } from '../project.ts';
import { foreignKeyChecks, sqliteConnectionsIn, type SqliteConnections } from './sqlite-connections.ts';

/** What a project's programs do with the connections over which its SQL is sent. */
export class Connections {
  readonly #project: Project;
  #sqlite: SqliteConnections | undefined;
  #mysqlSwitches: boolean | undefined;

  constructor(project: Project) {
    this.#project = project;
  }

  /** Whether foreign keys are checked before the first statement, where the engine's own default does not tell. */
  checksOf({ engine: { dialect }, root, tool }: Deployment): Pick<Deployment, 'foreignKeys'> {
    switch (dialect.name) {
      case 'postgres':
        return {};
      case 'sqlite': {
        this.#sqlite ??= sqliteConnectionsIn(this.#project);
        const checks = foreignKeyChecks(this.#sqlite, root, tool?.name);
        return checks === null ? {} : { foreignKeys: checks };
      }
      case 'mysql':
      case 'mariadb':
        this.#mysqlSwitches ??= programSwitchesChecks(this.#project);
        return this.#mysqlSwitches ? { foreignKeys: 'unknown' } : {};
    }
  }
}

/** `SET FOREIGN_KEY_CHECKS = 0` outside of SQL files: a connection's own setting, which holds for whatever runs on it. */
function programSwitchesChecks({ files }: Project): boolean {
  for (const file of files.values())
    if (!file.path.endsWith('.sql') && /\bforeign_key_checks\s*=\s*(?:0|off)\b/i.test(file.text)) return true;
  return false;
}
