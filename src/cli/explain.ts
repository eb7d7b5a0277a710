import pico from 'picocolors';
import type { Example, Rule } from '../rule.ts';
import { wrap } from '../text/wrap.ts';
import type { Arguments } from './arguments.ts';
import { loadConfig } from './load-config.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { ruleNames, unknownRule } from './workspace.ts';

/** `migralint explain RULE`: a rule's page for the terminal. */
export async function explain(given: Arguments, { out, env, cwd }: Terminal): Promise<number> {
  const [name] = given.operands;
  if (name === undefined || given.operands.length > 1)
    throw new UsageError('explain: expected one rule; migralint rules lists them');
  const { rules } = await import('../../rules/index.ts');
  // A config that is at fault must not keep a person from reading about a rule of ours.
  const known = rules.some(({ id }) => id === name) ? rules : [...rules, ...(await ownRules(given, cwd))];
  const rule = known.find(({ id }) => id === name);
  if (rule === undefined)
    throw new UsageError(
      unknownRule(
        name,
        known.map(({ id }) => id),
      ),
    );
  out.write(rulePage(rule, colorAllowed(out, given.color, env), Math.min(out.columns ?? 100, 100)));
  return 0;
}

/** `migralint rules`: a table of all rules, those of the config's plugins last. */
export async function listRules(given: Arguments, { out, env, cwd }: Terminal): Promise<number> {
  if (given.operands.length > 0)
    throw new UsageError('rules: takes no path; it lists every rule, and those of the config that holds here');
  const { rules } = await import('../../rules/index.ts');
  const colors = pico.createColors(colorAllowed(out, given.color, env));
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const write = ({ id, severity, summary }: Rule): void => {
    out.write(`${colors.bold(id.padEnd(width))}  ${severity.padEnd('warning'.length)}  ${summary}\n`);
  };
  rules.forEach(write);
  // Who is told that a config names no rule comes here: what is at fault in it is said after the list.
  (await ownRules(given, cwd)).forEach(write);
  return 0;
}

/** The rules of the plugins that the config here names. */
async function ownRules({ config }: Arguments, cwd: string): Promise<readonly Rule[]> {
  return (await loadConfig(cwd, config, cwd, ruleNames)).rules;
}

function rulePage(rule: Rule, color: boolean, width: number): string {
  const colors = pico.createColors(color);
  const paragraph = (text: string) => wrap(unwrapped(text), width - 2).map((line) => `  ${line}`.trimEnd());
  const lines = [
    `${colors.bold(rule.id)}  ${rule.severity}`,
    '',
    ...paragraph(rule.summary),
    '',
    colors.cyan('Why'),
    ...paragraph(rule.why),
    '',
    colors.cyan('Instead'),
    ...paragraph(rule.instead),
    ...rule.examples.flatMap((example) => exampleLines(example, colors)),
    '',
    colors.cyan('To silence it'),
    `  -- migralint-ignore ${rule.id}: why it is right here`,
  ];
  return `${lines.join('\n')}\n`;
}

/** A rule's source breaks its lines where its file ends; only blank lines and lists are meant. */
function unwrapped(text: string): string {
  return text.trim().replace(/([^\n])\n(?![\n*-])/g, '$1 ');
}

function exampleLines(
  { title, files, released = {} }: Example,
  colors: ReturnType<typeof pico.createColors>,
): readonly string[] {
  const then = Object.entries(released).map(([path, text]) => [`${path} in release v1.0`, text] as const);
  const fileLines = [...then, ...Object.entries(files)].flatMap(([path, text]) => [
    colors.dim(`  ${path}`),
    ...text
      .replace(/^\n+|\s+$/g, '')
      .split('\n')
      .map((line) => `    ${line}`.trimEnd()),
  ]);
  return ['', `${colors.cyan('Example')} ${title}`, ...fileLines];
}
