import { BraceParser } from '../braces/parser.ts';
import type { Positioned } from '../braces/syntax.ts';

/** What a type tells that matters here: its own name, and the names of its fields. */
export interface GoType {
  readonly name: string;
  /** Of `struct { .. }` written in place. */
  readonly fields: readonly Positioned[] | null;
  /** Of `[]T`, `map[K]T`: T. */
  readonly element: GoType | null;
  readonly isMap: boolean;
}

const NO_TYPE: GoType = { name: '', fields: null, element: null, isMap: false };

/** Go's types. */
export abstract class TypeReader extends BraceParser {
  /** Go ends a statement where a line ends behind a value ("Semicolons"). */
  protected readonly lineEndsExpression = true;

  /** Whether a type begins here that is no plain name. */
  protected beginsType(): boolean {
    if (this.is('[')) return this.#isTypeBehind(this.partner() + 1);
    return this.is('map') && this.is('[', 1) ? true : this.is('struct') || this.is('chan') || this.is('interface');
  }

  #isTypeBehind(index: number): boolean {
    const token = this.tokenAt(index);
    if (token.newLine) return false;
    return token.kind === 'name' || token.text === '*' || token.text === '[';
  }

  protected type(): GoType {
    if (this.accept('*') || this.accept('...')) return this.type();
    if (this.is('[')) {
      this.skip();
      return { ...NO_TYPE, element: this.type() };
    }
    if (this.is('(')) {
      this.skip();
      return NO_TYPE;
    }
    if (this.peek().kind !== 'name') return NO_TYPE;
    const word = this.peek().text;
    this.at++;
    return this.#typeAfter(word);
  }

  #typeAfter(word: string): GoType {
    switch (word) {
      case 'map':
        if (this.is('[')) this.skip();
        return { ...NO_TYPE, element: this.type(), isMap: true };
      case 'struct':
        return { ...NO_TYPE, fields: this.structFields() };
      case 'interface':
        if (this.is('{')) this.skip();
        return NO_TYPE;
      case 'chan':
        this.accept('<-');
        return this.type();
      case 'func':
        if (this.is('(')) this.skip();
        this.skipResults();
        return NO_TYPE;
    }
    let name = word;
    while (this.is('.') && this.peek(1).kind === 'name') {
      name = this.peek(1).text;
      this.at += 2;
    }
    // `List[T]`, but not `[]T` in the next parameter.
    if (this.is('[') && !this.is(']', 1) && !this.peek().newLine) this.skip();
    return { ...NO_TYPE, name };
  }

  /** The results of a function, up to its body. */
  protected skipResults(): void {
    if (this.is('(')) this.skip();
    else if (!this.is('{') && !this.peek().newLine && this.#mayBeginType()) this.type();
  }

  #mayBeginType(): boolean {
    return this.peek().kind === 'name' || this.is('*') || this.is('[') || this.is('<-');
  }

  /** `{ version int; name, up string }` */
  protected structFields(): readonly Positioned[] {
    if (!this.is('{')) return [];
    const close = this.partner();
    const fields: Positioned[] = [];
    this.at++;
    while (this.at < close) {
      const before = this.at;
      fields.push(...this.#fieldLine());
      while (this.at < close && !this.peek().newLine && !this.accept(';')) this.skip();
      if (this.at === before) this.skip();
    }
    this.leave(close);
    return fields;
  }

  /** An embedded type has its own name as field. */
  #fieldLine(): readonly Positioned[] {
    const names: Positioned[] = [];
    this.accept('*');
    for (;;) {
      const { kind, start, end } = this.peek();
      if (kind !== 'name') return names;
      names.push({ start, end });
      this.at++;
      if (!this.accept(',')) break;
    }
    if (!this.peek().newLine && !this.is('}')) this.type();
    return names;
  }
}
