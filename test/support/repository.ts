import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { folderWith } from '../cli/command-line.ts';

/** A repository in a folder of its own, which a test fills commit by commit. */
export class Repository {
  readonly folder = folderWith({});

  constructor() {
    this.git('init', '-q', '-b', 'main');
  }

  /** Writes files (null: removes one) and commits all that has changed. */
  commit(message: string, files: Readonly<Record<string, string | null>>): this {
    this.write(files);
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this;
  }

  /** Puts a folder's files over those that are here, and commits. */
  commitFolder(message: string, folder: string): this {
    cpSync(folder, this.folder, { recursive: true });
    return this.commit(message, {});
  }

  write(files: Readonly<Record<string, string | null>>): this {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.folder, path);
      if (text === null) rmSync(full);
      else {
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, text);
      }
    }
    return this;
  }

  git(...words: readonly string[]): string {
    const settings = [
      'user.name=test',
      'user.email=test@example.invalid',
      'commit.gpgsign=false',
      'core.autocrlf=false',
    ];
    return execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...words], {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}
