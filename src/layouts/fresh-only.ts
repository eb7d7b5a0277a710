import { PROGRAM_ALONE, type Action, type Evidence } from '../deployment.ts';
import type { DialectName } from '../dialects/dialect.ts';
import { engineOf } from '../dialects/index.ts';
import type { SourceFile } from '../text/source-file.ts';
import { dialectOf } from './dialect-signs.ts';
import { folderOf } from './file-order.ts';
import type { Detected, LayoutContext } from './layout.ts';

/** SQL that is run on empty databases only, as something shows. */
export interface FreshOnly {
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly summary: string;
  readonly evidence: readonly Evidence[];
  readonly program: readonly Action[];
  /** As the layout knows it. */
  readonly dialect?: DialectName;
}

/** A deployment that makes new databases and leaves every other one alone. */
export function freshOnlyDeployment(context: LayoutContext, made: FreshOnly): Detected {
  const root = folderOf(made.files[0]?.path ?? made.name);
  const sign = dialectOf(context.project, made.files, root, context.dialect ?? made.dialect);
  return {
    deployment: {
      ...PROGRAM_ALONE,
      name: made.name,
      root,
      engine: engineOf(sign.dialect, context.engineVersion),
      summary: made.summary,
      evidence: [
        ...made.evidence,
        ...(context.dialect === undefined && made.dialect !== undefined ? [] : [sign.evidence]),
      ],
      program: [{ kind: 'if', guard: { test: 'empty' }, then: made.program, otherwise: [] }],
    },
    claims: made.files.map((file) => file.path),
  };
}
