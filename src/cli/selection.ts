/** Why a file is read, as `--show-files` says it; null: it is left out. */
export type Reason = 'SQL' | 'host code' | 'manifest' | 'tool file' | 'changelog' | 'script';

export interface Selection {
  readonly path: string;
  readonly reason: Reason;
}

/** Folders that hold other people's code, build output, or SQL that no install runs. Left out unless a path names them. */
const unwantedFolders = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'site-packages',
  'dist',
  'build',
  'target',
  'test',
  'tests',
  '__tests__',
  'testdata',
  'testing',
  'e2e',
  'integration-tests',
  'benches',
  'stub',
  'stubs',
  'fixtures',
  'examples',
  'docs',
]);

const manifests = new Set([
  'Cargo.toml',
  'go.mod',
  'package.json',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'build.sbt',
  'composer.json',
  'Gemfile',
  'mix.exs',
]);

const toolFiles = new Set([
  '.gitattributes',
  '.gmrc',
  '.gmrc.js',
  '.skeema',
  '_journal.json',
  'alembic.ini',
  'application.properties',
  'application.yaml',
  'application.yml',
  'atlas.hcl',
  'atlas.sum',
  'dbconfig.yml',
  'diesel.toml',
  'sqlx.toml',
  'encore.app',
  'flyway.conf',
  'flyway.toml',
  'liquibase.properties',
  'metadata.toml',
  'migration_lock.toml',
  'migrations.yml',
  'refinery.toml',
  'schema.prisma',
  'sqitch.conf',
  'sqitch.plan',
  'sqlc.json',
  'sqlc.yaml',
  'sqlc.yml',
  'tern.conf',
  'tusker.toml',
  'wrangler.json',
  'wrangler.jsonc',
  'wrangler.toml',
  'yoyo.ini',
]);

/** Files whose names say enough only with the folder that they lie in, or that many programs have. */
const toolPaths =
  /(?:^|\/)supabase\/config\.toml$|(?:^|\/)hasura\/config\.ya?ml$|\.sql\.conf$|(?:^|\/)(?:versioned\/v[\d.]+|migrations?[^/]*)\/(?:[^/]+\/)*manifest\.json$|(?:^|\/)db\/(?:[^/]+\/|\w+_)?migrate\/\d+_\w*(?:\.\w+)?\.rb$|\.sqm?$/;

/** Liquibase's changelogs; what does not call itself one inside is no tool's file. */
const changelogs = /(?:liquibase|change-?log|change-?set).*\.(?:xml|ya?ml|json)$/i;

/** Files of these names are read if they speak of SQL files or of a database's client. */
const scripts =
  /(?:\.(?:sh|bash|ps1)|^(?:Makefile|makefile|GNUmakefile|justfile|Justfile|Procfile|Dockerfile.*)|^(?:docker-)?compose[^/]*\.ya?ml)$/;

/** SQL for one engine: `full.sql.postgres`. */
const sqlForEngine = /\.sql\.(?:sqlite3?|postgres(?:ql)?|pgsql|mysql|mariadb)$/i;

/** Picks the files that matter by their names. `named`: paths that a person gave, `.` for the whole project. */
export function selectFiles(
  paths: readonly string[],
  hostExtensions: readonly string[],
  named: readonly string[],
): readonly Selection[] {
  const extensions = new Set(hostExtensions);
  return paths.flatMap((path) => {
    const reason = reasonFor(path, extensions);
    return reason === null || isUnwanted(path, named) ? [] : [{ path, reason }];
  });
}

function reasonFor(path: string, hostExtensions: ReadonlySet<string>): Reason | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = /\.[^.]+$/.exec(name)?.[0].toLowerCase() ?? '';
  if (extension === '.sql' || sqlForEngine.test(name)) return 'SQL';
  if (manifests.has(name) || /^requirements.*\.txt$|\.(?:cs|fs|vb)proj$/.test(name)) return 'manifest';
  if (toolFiles.has(name) || toolPaths.test(path)) return 'tool file';
  if (changelogs.test(path)) return 'changelog';
  if (scripts.test(name)) return 'script';
  return hostExtensions.has(extension) ? 'host code' : null;
}

/** Whether a folder lies among a repository's tests, examples or dependencies: what stands there is shipped to nobody. */
export function isUnshipped(folder: string): boolean {
  return folder.split('/').some((part) => unwantedFolders.has(part));
}

/** A file below an unwanted folder, where no given path names that folder or something in it. */
function isUnwanted(path: string, named: readonly string[]): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some((folder, depth) => {
    if (!unwantedFolders.has(folder)) return false;
    const prefix = folders.slice(0, depth + 1).join('/');
    return !named.some((given) => given === prefix || given.startsWith(`${prefix}/`));
  });
}
