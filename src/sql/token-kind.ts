/** What a token is. */
export const TokenKind = {
  /** Beyond the last token. */
  end: 0,
  /** A bare word: keyword or unquoted identifier. */
  word: 1,
  /** An identifier in quotes: `"x"`, `[x]`, or between backticks, as far as the dialect knows them. */
  quoted: 2,
  /** A literal: `'x'`, `E'x'`, `x'00'`, `$$x$$`, MySQL's `"x"`. SQLite also takes `'x'` for a name where it expects one. */
  string: 3,
  number: 4,
  /** `{{x}}`, `${x}`, `idx_%s`, `:name`, `?`, `$1`, MySQL's `@x`: stands for an identifier, a value, or both. */
  placeholder: 5,
  /** One or more of `+-*\/<>=~!@#%^&|?` and `::`, `:=`. */
  operator: 6,
  /** `( ) , ; . [ ] { } :` and stray characters, one each. */
  punctuation: 7,
  /** Ends a statement without being `;`: a client's DELIMITER, drizzle's `--> statement-breakpoint`. */
  separator: 8,
} as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];
