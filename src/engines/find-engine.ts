import type { DialectName } from '../dialects/dialect.ts';
import type { EngineFound, EngineSettings } from './real-engine.ts';

/** Finds an engine for a dialect: a server that was named, else one that runs in memory. Loads only what it takes. */
export async function findEngine(dialect: DialectName, settings: EngineSettings): Promise<EngineFound> {
  switch (dialect) {
    case 'sqlite':
      return (await import('./sqlite.ts')).findSqlite(settings);
    case 'postgres':
      return findPostgres(settings);
    case 'mysql':
    case 'mariadb':
      return findMysql(dialect, settings);
  }
}

async function findPostgres(settings: EngineSettings): Promise<EngineFound> {
  const url = settings.urls.find((candidate) => /^postgres(?:ql)?:/.test(candidate));
  if (url !== undefined) return (await import('./postgres-server.ts')).findPostgresServer(url, settings);
  const embedded = await (await import('./pglite.ts')).findPglite(settings);
  return (
    embedded ?? {
      missing:
        'PostgreSQL is not here: --url postgres://user@host names a server, or npm install --save-dev @electric-sql/pglite',
    }
  );
}

async function findMysql(dialect: 'mysql' | 'mariadb', settings: EngineSettings): Promise<EngineFound> {
  const title = dialect === 'mysql' ? 'MySQL' : 'MariaDB';
  const urls = settings.urls.filter((candidate) => /^(?:mysql|mariadb):/.test(candidate));
  const url = urls.find((candidate) => candidate.startsWith(`${dialect}:`)) ?? urls[0];
  if (url === undefined)
    return { missing: `${title} does not run embedded: --url ${dialect}://user@host names a server` };
  const found = await (await import('./mysql-server.ts')).findMysqlServer(url, settings);
  if ('missing' in found || found.engine.dialect === dialect) return found;
  await found.engine.close();
  return {
    missing: `these files are for ${title}, and the server is ${found.engine.title} (--dialect ${found.engine.dialect} reads them for it)`,
  };
}
