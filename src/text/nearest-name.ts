/**
 * The name that a person most likely meant, or undefined where none is near: at most a third of its letters may differ.
 * Letters added, left out, changed, or two swapped count one each.
 */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase();
  let nearest: string | undefined;
  let nearestDistance = Infinity;
  for (const name of names) {
    const distance = editDistance(lower, name.toLowerCase());
    if (distance < nearestDistance && distance <= Math.max(1, Math.floor(name.length / 3))) {
      nearest = name;
      nearestDistance = distance;
    }
  }
  return nearest;
}

/** As nearestName; a part of one name alone means it, too: `002_b` is `after 002_b`. */
export function nearestState(wanted: string, names: readonly string[]): string | undefined {
  const holding = [...new Set(names)].filter((name) => wanted !== '' && name.includes(wanted));
  return holding.length === 1 ? holding[0] : nearestName(wanted, names);
}

/** Damerau-Levenshtein distance (optimal string alignment). Names are short, so the quadratic time does not matter. */
function editDistance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 8) return Infinity;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const changed = left[row - 1] === right[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + changed,
        swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? 0;
}
