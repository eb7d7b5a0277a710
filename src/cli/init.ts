import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Deployment } from '../deployment.ts';
import { deploymentWords } from '../report/deployment-words.ts';
import { pathsPage } from '../report/paths-page.ts';
import type { Result } from '../result.ts';
import type { Arguments } from './arguments.ts';
import { codeOf } from './error-code.ts';
import { slashPath } from './file-paths.ts';
import { ciFile, hookFile, type OfferedFile } from './offered-files.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { lintWorkspace, openWorkspace } from './workspace.ts';

/**
 * `migralint init`: shows what was found and from which evidence, writes a config of a few lines, and offers the commit hook
 * and the file for CI (`--hook`, `--ci`). What is there is never overwritten.
 */
export async function init(given: Arguments, terminal: Terminal): Promise<number> {
  const workspace = await openWorkspace(given, terminal.cwd);
  const { root, shownPath } = workspace.scope;
  const result = await lintWorkspace(workspace);
  const color = colorAllowed(terminal.out, given.color, terminal.env);
  const say = (line: string): void => {
    terminal.out.write(`${line}\n`);
  };

  say(pathsPage(result.histories, { color, shownPath }));
  const config = workspace.configPath ?? join(root, 'migralint.config.json');
  if (workspace.configPath === null) create(config, configText(result));
  say(
    `${shown(config, terminal)}  ${workspace.configPath === null ? 'written' : 'is there already, and stays as it is'}`,
  );
  offer(await hookFile(root), given.hook, 'the commit hook', '--hook', terminal);
  offer(ciFile(root), given.ci, 'the file for CI', '--ci', terminal);
  if (given.hook && !isInstalled(root))
    say('The hook needs migralint in the project: npm install --save-dev migralint');
  say(nextWords(result));
  return 0;
}

function offer(file: OfferedFile, wanted: boolean, what: string, option: string, terminal: Terminal): void {
  const name = shown(file.path, terminal);
  if (file.mayWrite && !existsSync(file.path)) {
    if (wanted) create(file.path, file.text, file.executable);
    terminal.out.write(wanted ? `${name}  written\n` : `${name}  would be ${what}: migralint init ${option}\n`);
  } else if (wanted) {
    const lines = file.addition
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}\n`);
    terminal.out.write(`${name}  is there already, and stays as it is; for ${what} add:\n${lines.join('')}`);
  }
}

function create(path: string, text: string, executable = false): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // `wx`: a file that came into being in the meantime is not overwritten either.
    writeFileSync(path, text, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
  } catch (error) {
    throw new UsageError(`init: ${path} cannot be written (${codeOf(error)})`);
  }
}

function shown(path: string, { cwd }: Terminal): string {
  return slashPath(cwd, path);
}

/** A few lines, with what was found as comments, so that a person can correct it. */
function configText({ histories }: Result): string {
  const deployments = histories.map(({ deployment }) => deployment);
  const dialects = [...new Set(deployments.map(({ engine }) => engine.dialect.name))];
  const [dialect] = dialects;
  const isKnown = dialects.length === 1 && !deployments.some(assumesDialect);
  const fields = [...(isKnown ? [`"dialect": ${JSON.stringify(dialect)}`] : []), '"ignore": []'];
  const found = deployments.length === 0 ? ['// Nothing that runs SQL was found.'] : deployments.flatMap(foundLines);
  return `{
  // What migralint found; migralint paths shows the evidence:
${found.map((line) => `  ${line}\n`).join('')}  // To say it yourself:
  // "deployments": [{ "root": ".", "run": [{ "files": ["schema.sql"], "when": "always" }] }],
${fields.map((field) => `  ${field}`).join(',\n')}
}
`;
}

/** A dialect that nothing shows must not become one that the config asserts. */
function assumesDialect({ evidence }: Deployment): boolean {
  return evidence.some(({ words }) => words.startsWith('no sign of a dialect'));
}

function foundLines({ name, summary, engine }: Deployment): readonly string[] {
  const words = `${deploymentWords({ name })}: ${summary}, ${engine.dialect.name}`;
  return [`//   ${words.replace(/\s+/g, ' ')}`];
}

/** A hook calls what the project has installed; without it git would refuse every commit. */
function isInstalled(root: string): boolean {
  return existsSync(join(root, 'node_modules/migralint'));
}

function nextWords({ findings, coverage }: Result): string {
  if (coverage.statements === 0)
    return '\nThere is no SQL here yet. Until there is, migralint ends with exit code 2: a build must not take that for success.';
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (errors === 0) return '\nNothing is broken today. Run migralint before each release, or in the hook.';
  return `\n${errors === 1 ? '1 error is' : `${errors} errors are`} there today: migralint shows ${errors === 1 ? 'it' : 'them'}. In an old project, migralint baseline\nsilences what is known, so that only new faults are reported.`;
}
