import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { lintFiles } from '../support/project-of.ts';

/** A committed migration as graphile-migrate writes it. */
function committed(previous: string | null, body: string): { readonly hash: string; readonly text: string } {
  const hashed = `${`${previous ?? ''}\n${body}`.trim()}\n`;
  const hash = `sha1:${createHash('sha1').update(hashed).digest('hex')}`;
  return { hash, text: `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n\n${body}\n` };
}

const first = committed(null, 'create table cooks (id bigint primary key);');
const second = committed(first.hash, 'alter table cooks add column name text;');
const files = {
  '.gmrc': '{}',
  'migrations/committed/000001-cooks.sql': first.text,
  'migrations/committed/000002-name.sql': second.text,
};

async function faultsIn(changed: Readonly<Record<string, string>>): Promise<readonly (string | null)[]> {
  const { findings } = await lintFiles({ ...files, ...changed });
  return findings.filter(({ rule }) => rule === 'checksum-file').map(({ engineError }) => engineError);
}

test("graphile-migrate's headers are verified as it does", async () => {
  expect(await faultsIn({})).toEqual([]);
  const edited = first.text.replace('bigint', 'uuid');
  const actual = committed(null, 'create table cooks (id uuid primary key);').hash;
  expect(await faultsIn({ 'migrations/committed/000001-cooks.sql': edited })).toEqual([
    `Hash for 000001-cooks.sql does not match - ${actual} !== ${first.hash}; has the file been tampered with?`,
  ]);
  const other = committed(`sha1:${'0'.repeat(40)}`, 'alter table cooks add column name text;');
  expect(await faultsIn({ 'migrations/committed/000002-name.sql': other.text })).toEqual([
    `Previous migration with hash '${first.hash}' doesn't match '000002.sql''s expected previous hash 'sha1:${'0'.repeat(40)}'`,
  ]);
});
