import type { Action, Deployment, Step } from '../deployment.ts';
import { engineOf } from '../dialects/index.ts';
import type { LinkedProgram } from '../hosts/link.ts';
import { dialectOf } from './dialect-signs.ts';
import type { Detected, Layout, LayoutContext } from './layout.ts';

/** Host code that runs its schema itself: what a start-up function does, in the order in which the code does it. */
const hostProgram: Layout = {
  name: 'host-program',
  sureness: 'call',
  detect(context) {
    return context.programs
      .filter((program) => program.program.length > 0)
      .map((program) => deploymentOf(context, program));
  },
};
export default hostProgram;

function deploymentOf(context: LayoutContext, program: LinkedProgram): Detected {
  const files = program.files.map((path) => context.project.files.get(path)).filter((file) => file !== undefined);
  const sqlFiles = files.filter((file) => file.path.endsWith('.sql'));
  const sign = dialectOf(context.project, sqlFiles.length > 0 ? sqlFiles : files, program.root, context.dialect);
  const ledger = [...stepsOf(program.program)];
  const deployment: Deployment = {
    name: program.root,
    root: program.root,
    engine: engineOf(sign.dialect, context.engineVersion),
    summary: summaryOf(program),
    evidence: [...program.evidence, sign.evidence],
    program: program.program,
    reading: null,
    otherReadings: [],
    ...(program.isScript ? { restarts: `if ${program.entry} is run again` } : {}),
    ledger,
    tool: null,
    passedOver: [],
    journal: null,
    dumps: [],
    rerunnable: [],
    upgrades: true,
    witnesses: program.witnesses,
  };
  return { deployment, claims: program.files };
}

function summaryOf(program: LinkedProgram): string {
  const via = program.via.filter((name) => name !== program.entry);
  if (program.isScript) return `${program.entry} is a script`;
  return via.length === 0
    ? `${program.entry} runs at every start`
    : `${via.join(', ')} ${via.length === 1 ? 'runs' : 'run'} at every start (${program.entry} calls ${via.length === 1 ? 'it' : 'them'})`;
}

/** Every step in a program, in order, each once. */
export function* stepsOf(actions: readonly Action[], seen = new Set<string>()): IterableIterator<Step> {
  for (const action of actions) {
    if (action.kind === 'step' && !seen.has(action.step.identity)) {
      seen.add(action.step.identity);
      yield action.step;
    }
    if (action.kind === 'if') {
      yield* stepsOf(action.then, seen);
      yield* stepsOf(action.otherwise, seen);
    }
    if (action.kind === 'block') yield* stepsOf(action.actions, seen);
  }
}
