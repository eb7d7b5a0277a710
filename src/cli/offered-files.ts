import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A file that `migralint init` can write. */
export interface OfferedFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** What a person adds where the file is there already. */
  readonly addition: string;
  /** False: the file belongs to a tool that has others' entries in it, too. */
  readonly mayWrite: boolean;
  readonly executable?: true;
}

const command = 'npx --no-install migralint --staged';

/** The commit hook, for the hook manager that the project has; else git's own. */
export async function hookFile(root: string): Promise<OfferedFile> {
  if (existsSync(join(root, '.pre-commit-config.yaml'))) return preCommit(root);
  const lefthook = ['lefthook.yml', 'lefthook.yaml', '.lefthook.yml'].find((name) => existsSync(join(root, name)));
  if (lefthook !== undefined) return lefthookFile(root, lefthook);
  if (existsSync(join(root, '.husky'))) {
    return { path: join(root, '.husky/pre-commit'), text: `${command}\n`, addition: command, mayWrite: true };
  }
  const { git } = await import('./git.ts');
  // Absolute in a worktree, and where core.hooksPath is.
  const hooks = git(root, ['rev-parse', '--git-path', 'hooks'])?.trim() ?? '.git/hooks';
  const text = `#!/bin/sh\nexec ${command}\n`;
  return { path: resolve(root, hooks, 'pre-commit'), text, addition: command, mayWrite: true, executable: true };
}

function preCommit(root: string): OfferedFile {
  const addition = `- repo: local
  hooks:
    - id: migralint
      name: migralint
      language: node
      additional_dependencies: [migralint]
      entry: migralint --staged
      pass_filenames: false
      require_serial: true`;
  return { path: join(root, '.pre-commit-config.yaml'), text: '', addition, mayWrite: false };
}

function lefthookFile(root: string, name: string): OfferedFile {
  const addition = `pre-commit:
  commands:
    migralint:
      run: ${command}`;
  return { path: join(root, name), text: '', addition, mayWrite: false };
}

/** The CI file, for the system whose file the project has; else GitHub Actions. */
export function ciFile(root: string): OfferedFile {
  if (existsSync(join(root, '.gitlab-ci.yml'))) {
    return { path: join(root, '.gitlab-ci.yml'), text: '', addition: gitlabJob, mayWrite: false };
  }
  const other = ['.circleci/config.yml', 'azure-pipelines.yml', 'Jenkinsfile'].find((name) =>
    existsSync(join(root, name)),
  );
  if (other !== undefined && !hasWorkflows(root)) {
    const addition = 'npx --yes migralint --format junit:migralint.xml';
    return { path: join(root, other), text: '', addition, mayWrite: false };
  }
  const path = join(root, '.github/workflows/migralint.yml');
  return { path, text: githubWorkflow, addition: '- run: npx --yes migralint', mayWrite: true };
}

function hasWorkflows(root: string): boolean {
  const folder = join(root, '.github/workflows');
  return existsSync(folder) && readdirSync(folder).length > 0;
}

const githubWorkflow = `name: migralint
on: [push, pull_request]
jobs:
  migralint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with: { fetch-depth: 0 }
      - uses: actions/setup-node@v5
        with: { node-version: 22 }
      - run: npx --yes migralint
`;

const gitlabJob = `migralint:
  image: node:22
  variables: { GIT_DEPTH: 0 }
  script:
    - npx --yes migralint --format gitlab:gl-code-quality-report.json --format junit:migralint.xml
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit: migralint.xml
`;
