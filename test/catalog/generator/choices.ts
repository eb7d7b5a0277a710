/**
 * Decisions read from a list of random numbers. Zero is the simplest choice everywhere, so a list that fast-check shrinks
 * towards zeros gives a simpler statement.
 */
export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A number from 0 to `limit - 1`. */
  below(limit: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at++;
    return number % limit;
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  /** One of a list that is not empty; its first is the simplest. */
  one<Value>(list: readonly [Value, ...Value[]]): Value {
    return list[this.below(list.length)] ?? list[0];
  }

  /** The text in `percent` of 100 cases, else nothing. */
  maybe(percent: number, text: () => string): string {
    return this.chance(percent) ? text() : '';
  }

  /** The numbers 1 to `most`, in a list that long: how often something is repeated. */
  times<Value>(most: number, make: (at: number) => Value): readonly Value[] {
    return Array.from({ length: 1 + this.below(most) }, (_, at) => make(at));
  }
}
