import type { SourceFile } from '../text/source-file.ts';
import type { Segment, SqlText } from '../text/sql-text.ts';
import type { HostValue } from './host.ts';

/**
 * Builds the value of a host language's string literals piece by piece, keeping the place of every character. Several
 * literals that are joined without an operator are one value: go on adding pieces of the next literal.
 */
export class LiteralBuilder {
  readonly #file: SourceFile;
  readonly #pieces: string[] = [];
  readonly #segments: Segment[] = [];
  #length = 0;
  #hasPlaceholder = false;

  constructor(file: SourceFile) {
    this.#file = file;
  }

  /** Characters that stand for themselves: the file's text from `start` to `end`. */
  copy(start: number, end: number): void {
    if (end > start) this.#add(this.#file.text.slice(start, end), start);
  }

  /** Characters that are written differently, such as `\n` or a doubled brace, at `start`..`end` of the file. */
  escape(characters: string, start: number, end: number): void {
    this.#addStretched(characters, start, end);
  }

  /**
   * A part that the text does not tell, such as `{table}` or `%s` at `start`..`end` of the file. In the value it becomes
   * `${name}`, which every reader of SQL takes for a placeholder.
   */
  placeholder(name: string, start: number, end: number): void {
    this.#hasPlaceholder = true;
    this.#addStretched(`\${${name.replace(/[^\w.]+/g, '_')}}`, start, end);
  }

  /** A part whose value is known from elsewhere, put in for what stands at `start`..`end` of the file. */
  substitute(value: string, start: number, end: number): void {
    this.#addStretched(value, start, end);
  }

  sql(): SqlText {
    const segments = this.#segments.length > 0 ? this.#segments : [{ start: 0, hostStart: 0 }];
    return { file: this.#file, text: this.#pieces.join(''), segments };
  }

  value(): HostValue & { readonly kind: 'text' } {
    return { kind: 'text', sql: this.sql(), hasPlaceholder: this.#hasPlaceholder };
  }

  /** Maps the last characters one to one from `end` backwards; those before them all map to `start`. */
  #addStretched(characters: string, start: number, end: number): void {
    const surplus = characters.length - (end - start);
    for (let at = 0; at < surplus; at++) this.#add(characters.charAt(at), start);
    this.#add(characters.slice(Math.max(0, surplus)), start);
  }

  #add(characters: string, hostStart: number): void {
    if (characters === '') return;
    const last = this.#segments.at(-1);
    const continues = last !== undefined && last.hostStart + (this.#length - last.start) === hostStart;
    if (!continues) this.#segments.push({ start: this.#length, hostStart });
    this.#pieces.push(characters);
    this.#length += characters.length;
  }
}

/** A value that stands as it is at `start`..`end` of the file, without escapes or placeholders. */
export function plainLiteral(file: SourceFile, start: number, end: number): HostValue & { readonly kind: 'text' } {
  const sql = { file, text: file.text.slice(start, end), segments: [{ start: 0, hostStart: start }] };
  return { kind: 'text', sql, hasPlaceholder: false };
}
