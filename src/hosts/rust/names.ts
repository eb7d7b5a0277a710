import * as drivers from './drivers.ts';
import type { Meaning } from './meaning.ts';
import { UNKNOWN } from './meaning.ts';
import type { Recorder } from './recorder.ts';
import { receiverChain } from './shapes.ts';
import type { Surroundings } from './surroundings.ts';
import type { Expression, ExpressionOf } from './syntax.ts';

/** What a name or path stands for: a tool, a variable, a constant of this file, or a name for the linker. */
export function nameMeaning(recorder: Recorder, names: readonly string[], at: Expression): Meaning {
  const [name] = names;
  if (name === undefined || name === 'None') return UNKNOWN;
  const tool = recorder.around.tools.get(names.at(-1) ?? '');
  if (tool !== undefined) return tool;
  if (names.length === 1) {
    const meaning = recorder.settledVariable(name);
    if (meaning !== undefined) return meaning;
  }
  const path = absolutePath(recorder.around, names);
  const own = path.length === 2 ? recorder.around.constants.get(path.join('::')) : undefined;
  return own ?? { kind: 'name', path, span: recorder.span(at) };
}

/** The path of the project's method that is called; null where its receiver says nothing. */
export function calleeOf(recorder: Recorder, expression: ExpressionOf<'method'>): readonly string[] | null {
  const type = typeOf(recorder, expression.receiver);
  if (type !== '' && !['str', 'String', 'Vec', 'Connection'].includes(type)) return [type, expression.name];
  const chain = receiverChain(expression.receiver);
  return chain === null ? null : [...chain, expression.name];
}

/** The name of the expression's type where the text shows it: a parameter's type, `Store::open(..)`, `self`. */
export function typeOf(recorder: Recorder, expression: Expression): string {
  const inner = expression.kind === 'try' || expression.kind === 'same' ? expression.of : expression;
  if (inner !== expression) return typeOf(recorder, inner);
  if (
    inner.kind === 'method' &&
    /^(?:unwrap|expect|context|with_context|map_err|clone|as_ref|lock|as_mut)$/.test(inner.name)
  )
    return typeOf(recorder, inner.receiver);
  if (inner.kind === 'path' && inner.names.length === 1) return recorder.typeOfVariable(inner.names[0] ?? '');
  if (inner.kind === 'struct') return absolutePath(recorder.around, inner.names).at(-1) ?? '';
  if (inner.kind !== 'call' || inner.callee.kind !== 'path') return '';
  const type = absolutePath(recorder.around, inner.callee.names).at(-2) ?? '';
  return /^[A-Z]/.test(type) && !drivers.isForeignCall([type]) ? type : '';
}

/** `self::`, `super::` and `Self` made absolute. */
export function absolutePath({ modulePath, owner }: Surroundings, names: readonly string[]): readonly string[] {
  let rest = names;
  if (rest[0] === 'Self' && owner !== null) return [owner, ...rest.slice(1)];
  if (rest[0] !== 'self' && rest[0] !== 'super') return names;
  if (rest.length === 1) return names;
  let base = modulePath;
  if (rest[0] === 'self') rest = rest.slice(1);
  while (rest[0] === 'super') {
    base = base.slice(0, -1);
    rest = rest.slice(1);
  }
  return [...base, ...rest];
}

/** The path with the import that its first name stands for. */
export function importedPath({ imports }: Surroundings, names: readonly string[]): readonly string[] {
  const path = imports.get(names[0] ?? '');
  return path === undefined ? names : [...path, ...names.slice(1)];
}
