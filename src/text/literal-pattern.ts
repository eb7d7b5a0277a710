/** A regular expression's source that means a text and nothing else: `a.b` as `a\.b`. */
export function literalPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
