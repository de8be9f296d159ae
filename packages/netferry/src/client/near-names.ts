const MOST = 3;
/** Longer names than any registry holds are not compared. */
const LONGEST = 64;

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The few known names that someone who typed this may have meant, the likeliest first. */
export function nearNames(typed: string, known: readonly string[]): string[] {
  if (typed.length > LONGEST) return [];
  const wanted = typed.toLowerCase();
  const farthest = Math.max(1, Math.floor(wanted.length / 3));
  return known
    .map((name) => {
      const candidate = name.toLowerCase();
      // A part of a name is what people type when they remember half of it.
      const part = wanted.length >= 3 && candidate.includes(wanted);
      return { name, score: part ? 1 : distance(wanted, candidate) };
    })
    .filter(({ score }) => score <= farthest)
    .toSorted((a, b) => a.score - b.score)
    .slice(0, MOST)
    .map(({ name }) => name);
}
