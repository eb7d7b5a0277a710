import { expect, it } from 'vitest';
import { lintFiles, placesOf } from '../support/project-of.ts';

const goCode = `package migrations

func init() { goose.AddMigrationContext(up2, down2) }

func up2(ctx context.Context, tx *sql.Tx) error {
	return addColumn(tx, "album", "missing")
}
`;
const files = {
  'go.mod': 'require modernc.org/sqlite v1.30.0\n',
  'db/1_album.sql': '-- +goose Up\nCREATE TABLE album (id TEXT);\nCREATE TABLE artist (id TEXT);',
  'db/3_use.sql':
    '-- +goose Up\nDELETE FROM album WHERE missing;\nDELETE FROM folder WHERE missing;\nDELETE FROM artist WHERE missing;',
};

it('what Go migrations of goose name may be changed by them, in their place in the order', async () => {
  const { findings } = await lintFiles({ ...files, 'db/2_columns.go': goCode });
  expect(placesOf(findings)).toEqual(['db/3_use.sql:4 failing-statement']);
});

it('Go code that registers nothing is no migration', async () => {
  const { findings } = await lintFiles({ ...files, 'db/2_columns.go': goCode.replace('goose.Add', 'tool.Add') });
  expect(placesOf(findings)).toContain('db/3_use.sql:2 failing-statement');
});

it('a block that is not read may change what it names in any schema', async () => {
  const files = {
    'postgres/001_store.sql':
      'CREATE SCHEMA store;\nCREATE TABLE store.buckets (id INT);\nCREATE TABLE store.objects (id INT);',
    'postgres/002_kind.sql': `DO $$ DECLARE grantee text; BEGIN
  grantee := current_user;
  FOR i IN 1..1 LOOP ALTER TABLE store.buckets ADD COLUMN kind text; END LOOP;
END $$;`,
    'postgres/003_use.sql':
      'CREATE INDEX buckets_kind ON store.buckets (kind);\nCREATE INDEX objects_kind ON store.objects (kind);',
  };
  expect(placesOf((await lintFiles(files)).findings)).toEqual(['postgres/003_use.sql:2 index-before-column']);
});
