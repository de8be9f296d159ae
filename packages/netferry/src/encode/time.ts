const TIME = /^(\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** Reads what `timeText` writes; undefined if it is no time. */
export function parseTime(
  text: string,
): { readonly seconds: number; readonly nanoseconds: number } | undefined {
  const [, whole, fraction = ""] = TIME.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const milliseconds = Date.parse(`${whole}Z`);
  if (Number.isNaN(milliseconds) || milliseconds < 0) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number(fraction.padEnd(9, "0")) };
}
