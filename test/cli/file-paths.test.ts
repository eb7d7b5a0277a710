import { posix, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { describe, expect, test } from 'vitest';
import { isFilePath, moduleAddress, pathInside, slashPath } from '../../src/cli/file-paths.ts';
import { selectFiles } from '../../src/cli/selection.ts';

describe('paths of Windows', () => {
  test.each([
    ['C:\\shop', 'C:\\shop\\db\\schema.sql', 'db/schema.sql', 'db/schema.sql'],
    ['C:\\shop', 'c:\\SHOP\\db\\schema.sql', 'db/schema.sql', 'db/schema.sql'],
    ['C:\\shop', 'C:\\shop', '.', '.'],
    ['C:\\shop\\web', 'C:\\shop\\db\\schema.sql', '../db/schema.sql', null],
    ['C:\\shop', 'C:\\shop2\\a.sql', '../shop2/a.sql', null],
    ['C:\\shop', 'C:\\shop\\..old\\a.sql', '..old/a.sql', '..old/a.sql'],
    ['C:\\shop', 'D:\\shop\\a.sql', 'D:/shop/a.sql', null],
    ['C:\\', 'C:\\a.sql', 'a.sql', 'a.sql'],
    ['\\\\server\\share\\shop', '\\\\server\\share\\shop\\a.sql', 'a.sql', 'a.sql'],
    // As git writes the top of a repository, and CI systems their checkout.
    ['C:/shop', 'C:\\shop\\db\\a.sql', 'db/a.sql', 'db/a.sql'],
  ])('from %s, %s is %s, and inside it %s', (folder, path, shown, inside) => {
    expect(slashPath(folder, path, win32)).toBe(shown);
    expect(pathInside(folder, path, win32)).toBe(inside);
  });

  test('what was typed with backslashes is found by the globs and lists of the core', () => {
    const typed = ['migrations\\0001_cooks.sql', '.\\migrations\\sub\\2.sql', 'C:\\shop\\node_modules\\x\\a.sql'];
    const paths = typed.map((path) => slashPath('C:\\shop', win32.resolve('C:\\shop', path), win32));
    expect(paths).toEqual(['migrations/0001_cooks.sql', 'migrations/sub/2.sql', 'node_modules/x/a.sql']);
    const glob = picomatch(slashPath('C:\\shop', win32.resolve('C:\\shop', 'migrations\\*.sql'), win32));
    expect(paths.filter((path) => glob(path))).toEqual(['migrations/0001_cooks.sql']);
    expect(selectFiles(paths, [], []).map(({ path }) => path)).toEqual(paths.slice(0, 2));
  });

  test.each([
    ['./rules/own.mjs', true],
    ['..\\rules\\own.mjs', true],
    ['C:\\rules\\own.mjs', true],
    ['migralint-plugin-x', false],
    ['@scope/plugin', false],
  ])('the plugin %s is a file: %s', (name, expected) => {
    expect(isFilePath(name, win32)).toBe(expected);
  });

  test.each([
    ['C:\\shop\\migralint.config.mjs', 'file:///C:/shop/migralint.config.mjs'],
    ['C:\\my shop\\100% #1\\rules.mjs', 'file:///C:/my%20shop/100%25%20%231/rules.mjs'],
    ['\\\\server\\share\\rules.mjs', 'file://server/share/rules.mjs'],
  ])('%s is imported as %s', (path, address) => {
    expect(moduleAddress(path, win32)).toBe(address);
    expect(fileURLToPath(address, { windows: true })).toBe(path);
  });
});

describe('paths of other systems', () => {
  test('keep a backslash, which is a letter there', () => {
    expect(slashPath('/shop', '/shop/a\\b.sql', posix)).toBe('a\\b.sql');
    expect(pathInside('/shop', '/shop/..old', posix)).toBe('..old');
    expect(pathInside('/shop', '/other', posix)).toBeNull();
    expect(isFilePath('.\\rules.mjs', posix)).toBe(false);
    expect(isFilePath('/rules.mjs', posix)).toBe(true);
    expect(moduleAddress('/my shop/a.mjs', posix)).toBe('file:///my%20shop/a.mjs');
  });
});
