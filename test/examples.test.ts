import { expect, test } from 'vitest';
import { migralint } from './cli/command-line.ts';

test('the bookshop has three outages', async () => {
  const { code, out, err } = await migralint(process.cwd(), ['-f', 'compact', 'examples/bookshop']);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(': ').slice(0, 2).join(': ')),
  ).toEqual([
    'examples/bookshop/bookshop/database.py:21:57: error index-before-column',
    'examples/bookshop/warehouse/migrations/003_stock_counts.sql:2:14: error duplicate-ddl',
    'examples/bookshop/warehouse/migrations/004_deliveries.sql:1:13: error missing-create-table',
  ]);
});
