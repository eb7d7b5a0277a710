import type { SourceFile } from '../../text/source-file.ts';
import type { HostValue } from '../host.ts';
import type { Tokens } from './tokens.ts';

/** What a function's body can see of the file around it. */
export interface Surroundings {
  readonly file: SourceFile;
  readonly tokens: Tokens;
  /** `crate::db::jobs`, for `self::` and `super::`. */
  readonly modulePath: readonly string[];
  /** The type of the `impl` around it: what `Self` and `self` mean. */
  readonly owner: string | null;
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Of this file, those of an `impl` or a `mod` block by `Store::SCHEMA`. */
  readonly constants: ReadonlyMap<string, HostValue>;
  /** `static MIGRATOR = migrate!()`, `mod embedded { embed_migrations!(..) }`: names that stand for a migration tool. */
  readonly tools: ReadonlyMap<string, HostValue>;
}

/** A function's parameter, with its type as written. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
}
