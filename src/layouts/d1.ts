import { IGNORED, NEVER, RUN, type MigrationTool } from '../migration-tool.ts';
import { sqlTextOfFile } from '../text/sql-text.ts';
import { chainLayout, sqlFilesIn, type Place } from './chain-layout.ts';
import { baseName, byLeadingNumber, folderOf, joinPath } from './file-order.ts';
import type { Layout, LayoutContext } from './layout.ts';
import type { Migration } from './migration-folder.ts';
import { filesNamed } from './project-files.ts';

/** From wrangler's source (workers-sdk, packages/wrangler/src/d1/migrations): the record is appended to the file's own text. */
const tool: MigrationTool = {
  name: 'Cloudflare D1',
  order: 'numeric',
  identity: 'the file name',
  table: 'd1_migrations',
  checksum: null,
  edited: IGNORED,
  missing: IGNORED,
  late: RUN,
  duplicate: { fresh: NEVER, existing: NEVER },
  passesOver: () => null,
  transaction: { around: 'step', optOut: null },
  sending: { cut: 'whole' },
};

/** Cloudflare D1: every `.sql` file of `migrations_dir` in a wrangler config with `d1_databases`, by number, then by name. */
const d1: Layout = chainLayout({
  tool,
  sureness: 'config',
  dialect: 'sqlite',
  summary: 'wrangler runs each migration once, by number, then by name',
  places,
  read: ({ folder }, context) =>
    sqlFilesIn(context, folder)
      .map((file): Migration => {
        const name = baseName(file.path);
        return { file, name: name.replace(/\.sql$/, ''), identity: name, up: sqlTextOfFile(file), transaction: true };
      })
      .sort((left, right) => byLeadingNumber(left.identity, right.identity)),
});
export default d1;

function* places({ project }: LayoutContext): IterableIterator<Place> {
  const seen = new Set<string>();
  for (const name of ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc']) {
    for (const config of filesNamed(project, name)) {
      if (!/\bd1_databases\b/.test(config.text)) continue;
      const given = [...config.text.matchAll(/\bmigrations_dir"?\s*[=:]\s*["']([^"']+)["']/g)].map((match) => match[1]);
      for (const directory of given.length > 0 ? given : ['migrations']) {
        const folder = joinPath(folderOf(config.path), directory ?? '');
        if (seen.has(folder)) continue;
        seen.add(folder);
        yield { folder, sureness: 'config', evidence: { strength: 'tool', words: `d1_databases in ${config.path}` } };
      }
    }
  }
}
