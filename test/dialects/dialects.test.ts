import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../src/dialects/dialect.ts';
import { dialectNames, dialects, engineOf } from '../../src/dialects/index.ts';

describe('key', () => {
  it.each<[DialectName, string, boolean, string]>([
    ['sqlite', 'Users', true, 'users'],
    ['sqlite', 'É', false, 'É'],
    ['sqlite', 'ÉA', false, 'Éa'],
    ['postgres', 'Users', false, 'users'],
    ['postgres', 'Users', true, 'Users'],
    ['postgres', 'ÉA', false, 'Éa'],
    ['postgres', 'x'.repeat(70), false, 'x'.repeat(63)],
    ['postgres', `${'x'.repeat(62)}é`, true, 'x'.repeat(62)],
    ['postgres', '名'.repeat(30), false, '名'.repeat(21)],
    ['postgres', '😀'.repeat(20), false, '😀'.repeat(15)],
    ['mysql', 'Users', true, 'users'],
    ['mariadb', 'É', true, 'é'],
  ])('%s: %s (quoted: %s) is %s', (dialect, name, quoted, key) => {
    expect(dialects[dialect].key(name, quoted)).toBe(key);
  });

  it('keeps the case of tables in MySQL and MariaDB only', () => {
    expect(dialectNames.map((name) => dialects[name].tableKey('Users', false))).toEqual([
      'users',
      'users',
      'Users',
      'Users',
    ]);
  });
});

describe('engineOf', () => {
  it('serves the versions in use unless told otherwise', () => {
    expect(engineOf('sqlite').versions).toEqual({ from: [3, 40], to: [3, 53] });
    expect(engineOf('postgres', { from: [15, 0], to: [15, 0] })).toEqual({
      dialect: dialects.postgres,
      versions: { from: [15, 0], to: [15, 0] },
    });
  });
});
