/** What the command line meets: where it runs, and where it writes. Tests bring their own. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
}

export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined where it has none. */
  readonly columns: number | undefined;
  write(text: string): void;
}

/** Whether an output may have colour: the option first, then FORCE_COLOR and NO_COLOR (no-color.org), then what it is. */
export function colorAllowed(output: Output, option: boolean | undefined, env: Terminal['env']): boolean {
  if (option !== undefined) return option;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  return output.isTerminal && env.TERM !== 'dumb';
}
