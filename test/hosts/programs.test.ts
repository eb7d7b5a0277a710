import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Action, Call } from '../../src/deployment.ts';
import { linkPrograms, type LinkedProgram } from '../../src/hosts/link.ts';
import { go } from '../../src/hosts/go.ts';
import type { Host } from '../../src/hosts/host.ts';
import { python } from '../../src/hosts/python.ts';
import { typescript } from '../../src/hosts/typescript.ts';
import type { Project } from '../../src/project.ts';
import type { SourceFile } from '../../src/text/source-file.ts';
import { hostOffset } from '../../src/text/sql-text.ts';
import { renderProgram } from './render-program.ts';

const HOSTS: readonly Host[] = [go, python, typescript];
const FIXTURES = join(import.meta.dirname, '../../fixtures/hosts');
const GOLDEN = 'program.txt';

const cases = ['go', 'python', 'typescript'].flatMap((language) =>
  readdirSync(join(FIXTURES, language)).map((name) => ({
    name: `${language}/${name}`,
    folder: join(FIXTURES, language, name),
  })),
);

describe('programs', () => {
  it.each(cases)('$name', async ({ folder }) => {
    const rendered = linked(readProject(folder)).map(renderProgram).join('\n');
    await expect(rendered).toMatchFileSnapshot(join(folder, GOLDEN));
  });
});

describe('places', () => {
  it('are inside the file, and at the very characters unless the text was put together', () => {
    let checked = 0;
    for (const { folder } of cases) {
      for (const { sql } of linked(readProject(folder)).flatMap(({ program }) => callsIn(program))) {
        checked++;
        for (let offset = 0; offset < sql.text.length; offset++) {
          const at = hostOffset(sql, offset);
          const written = sql.file.text.charAt(at);
          const isPinned = sql.assembled === true || sql.text.includes('${');
          expect(isPinned ? [at < sql.file.text.length] : [written]).toEqual(
            isPinned ? [true] : [sql.text.charAt(offset)],
          );
        }
      }
    }
    expect(checked).toBeGreaterThan(120);
  });
});

function callsIn(actions: readonly Action[]): readonly Call[] {
  return actions.flatMap((action): readonly Call[] => {
    if (action.kind === 'call') return [action.call];
    if (action.kind === 'if') return [...callsIn(action.then), ...callsIn(action.otherwise)];
    if (action.kind === 'step') return callsIn(action.step.actions);
    return action.kind === 'block' ? callsIn(action.actions) : [];
  });
}

function linked(project: Project): readonly LinkedProgram[] {
  const modules = [...project.files.values()].flatMap((file) => {
    const host = HOSTS.find(({ extensions }) => extensions.some((extension) => file.path.endsWith(extension)));
    return host === undefined ? [] : [host.read(file)];
  });
  return linkPrograms(modules, project);
}

function readProject(folder: string): Project {
  const files = new Map<string, SourceFile>();
  for (const path of pathsBelow(folder)) {
    const name = relative(folder, path).replaceAll('\\', '/');
    if (name !== GOLDEN) files.set(name, { path: name, text: readFileSync(path, 'utf8') });
  }
  return { files, errors: [] };
}

function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? pathsBelow(path) : [path];
    });
}
