import { expect, it } from 'vitest';
import type { SourceFile } from '../../src/text/source-file.ts';
import { detectDeployments } from '../../src/layouts/detect.ts';

/** How often the path of some file is asked for until the deployments of so many files are known. */
async function looksAt(count: number, fileOf: (number: number) => string): Promise<number> {
  let looks = 0;
  const files = Array.from({ length: count }, (_, number): [string, SourceFile] => {
    const path = fileOf(number);
    const text = `CREATE TABLE t${number} (id INTEGER);`;
    const file = {
      text,
      get path() {
        looks++;
        return path;
      },
    };
    return [path, file];
  });
  await detectDeployments({
    project: { files: new Map(files), errors: [] },
    programs: [],
    config: {},
    dialect: undefined,
    engineVersion: undefined,
  });
  return looks;
}

it.each([
  ['migrations of one folder', (number: number) => `migrations/${1000 + number}_t.sql`],
  ['scripts that nothing runs', (number: number) => `schema_${String.fromCharCode(97 + (number % 26))}${number}x.sql`],
])('%s: twice the files are twice the work', async (_, fileOf) => {
  const [few, many] = [await looksAt(200, fileOf), await looksAt(400, fileOf)];
  expect(many / few).toBeLessThan(2.2);
});
