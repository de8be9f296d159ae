/** Which of the known names a mistyped one was meant to be. */

/** Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = at(previous, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(at(previous, j) + 1, at(current, j - 1) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, at(beforePrevious, j - 2) + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

/**
 * The known name nearest to a mistyped one, if it is near enough to be meant: a third of its letters
 * differ at most, or one begins with the other.
 */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (typed.length > 100) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const begins = typed.length >= 3 && (name.startsWith(typed) || typed.startsWith(name));
    const distance = begins ? 1 : editDistance(typed, name);
    const limit = Math.max(1, Math.floor(Math.max(typed.length, name.length) / 3));
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name;
}

/** `; did you mean --token?`, or nothing. */
export function suggestion(typed: string, known: readonly string[], prefix = ""): string {
  const name = nearest(typed, known);
  return name === undefined ? "" : `; did you mean ${prefix}${name}?`;
}
