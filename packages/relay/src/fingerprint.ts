/** SHA-256 fingerprints are equal whatever their case and separators are. */
export function sameFingerprint(a: string, b: string): boolean {
  return hexDigits(a).length === 64 && hexDigits(a) === hexDigits(b);
}

function hexDigits(text: string): string {
  return text.replaceAll(/[^0-9a-fA-F]/g, "").toLowerCase();
}
