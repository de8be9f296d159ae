/** Whether `[start, end)` has the form of a route of this type. Allocates nothing. */
export type ValueCheck = (type: number, bytes: Uint8Array, start: number, end: number) => boolean;

/** Where an NLRI with type and length in an octet each ends; -1 if it is cut short or its value has not its type's form. */
export function typedEnd(bytes: Uint8Array, start: number, limit: number, check: ValueCheck): number {
  const body = start + 2;
  if (body > limit) return -1;
  const end = body + bytes[start + 1]!;
  return end <= limit && check(bytes[start]!, bytes, body, end) ? end : -1;
}
