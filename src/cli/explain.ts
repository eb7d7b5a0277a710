import pico from 'picocolors';
import type { Example, Rule } from '../rule.ts';
import { wrap } from '../text/wrap.ts';
import type { Arguments } from './arguments.ts';
import { colorAllowed, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { unknownRule } from './workspace.ts';

/** `migralint explain RULE`: a rule's page for the terminal. */
export async function explain({ operands, color }: Arguments, { out, env }: Terminal): Promise<number> {
  const { rules } = await import('../../rules/index.ts');
  const [name] = operands;
  if (name === undefined || operands.length > 1)
    throw new UsageError('explain: expected one rule; migralint rules lists them');
  const rule = rules.find(({ id }) => id === name);
  if (rule === undefined)
    throw new UsageError(
      unknownRule(
        name,
        rules.map(({ id }) => id),
      ),
    );
  out.write(rulePage(rule, colorAllowed(out, color, env), Math.min(out.columns ?? 100, 100)));
  return 0;
}

/** `migralint rules`: a table of all rules. */
export async function listRules({ color }: Arguments, { out, env }: Terminal): Promise<number> {
  const { rules } = await import('../../rules/index.ts');
  const colors = pico.createColors(colorAllowed(out, color, env));
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  for (const { id, severity, summary } of rules) {
    out.write(`${colors.bold(id.padEnd(width))}  ${severity.padEnd('warning'.length)}  ${summary}\n`);
  }
  return 0;
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
