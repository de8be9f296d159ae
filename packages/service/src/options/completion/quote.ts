/** A word as bash and zsh read it: in single quotes, nothing in it means anything. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
