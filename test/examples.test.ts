import { expect, test } from 'vitest';
import { migralint } from './cli/command-line.ts';

test('the bookshop has three outages', async () => {
  const { out, err } = await migralint(process.cwd(), ['-f', 'compact', 'examples/bookshop']);
  expect(err).toBe('');
  const places = [...out.matchAll(/^(\S+): (?:error|warning) ([\w-]+): /gm)].map(
    ([, place, rule]) => `${place} ${rule}`,
  );
  expect(places).toEqual([
    'examples/bookshop/bookshop/database.py:21:57 index-before-column',
    'examples/bookshop/warehouse/migrations/003_stock_counts.sql:2:14 duplicate-ddl',
    'examples/bookshop/warehouse/migrations/004_deliveries.sql:1:13 missing-create-table',
  ]);
});
