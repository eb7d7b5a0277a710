import type { Config } from './config.ts';
import type { Finding, Level } from './finding.ts';
import { levelled, type Rule } from './rule.ts';

/** The levels that a person gave: to rules, and to rules in some files. */
export interface Levels {
  /** No finding of the rule can be wanted, so it need not run. */
  readonly isOff: (rule: string) => boolean;
  /** A finding under its level; null where it is off. */
  readonly apply: (finding: Finding) => Finding | null;
}

type RuleLevels = Readonly<Record<string, Level>>;

/** `asked`: levels from the command line, which win everywhere. Among the config's overrides the last that matches wins. */
export async function levelsOf(config: Config, asked: RuleLevels, rules: readonly Rule[]): Promise<Levels> {
  const overrides = await Promise.all((config.overrides ?? []).map(overrideOf));
  const own = new Map(rules.map(({ id, severity }) => [id, severity]));
  const base: RuleLevels = { ...config.rules, ...asked };
  const levelOf = (rule: string, path: string): Level | undefined =>
    asked[rule] ??
    overrides.findLast((override) => rule in override.rules && override.matches(path))?.rules[rule] ??
    base[rule];
  return {
    isOff: (rule) =>
      base[rule] === 'off' &&
      (asked[rule] === 'off' || overrides.every((override) => (override.rules[rule] ?? 'off') === 'off')),
    apply(finding) {
      const level = levelOf(finding.rule, finding.span.file.path);
      const severity = levelled(finding.severity, own.get(finding.rule) ?? finding.severity, level);
      return severity === null ? null : severity === finding.severity ? finding : { ...finding, severity };
    },
  };
}

interface Override {
  readonly rules: RuleLevels;
  readonly matches: (path: string) => boolean;
}

/** The matcher is loaded only where a config has overrides. */
async function overrideOf({ files, rules }: NonNullable<Config['overrides']>[number]): Promise<Override> {
  const { default: picomatch } = await import('picomatch');
  return { rules, matches: picomatch([...files], { dot: true }) };
}
