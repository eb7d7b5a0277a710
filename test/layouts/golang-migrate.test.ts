import { expect, it } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

it('golang-migrate takes whatever stands behind the second dot for the extension', async () => {
  const { findings, coverage } = await lintFiles({
    'go.mod': 'module shop\nrequire github.com/golang-migrate/migrate/v4 v4.17.0\nrequire modernc.org/sqlite v1.29.0\n',
    'migrations/1_invoices.up.sql': 'CREATE TABLE invoices (id INTEGER PRIMARY KEY);',
    'migrations/2_state.up..sql': 'ALTER TABLE invoices ADD COLUMN state TEXT;',
    'migrations/3_state_index.up.sql': 'CREATE INDEX invoices_state ON invoices (state);',
  });
  expect(findings).toEqual([]);
  expect(coverage.statements).toBe(3);
});
