/** Numbers as people read them. */

const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const COUNT_UNITS = ["", "k", "M", "G"];

/** `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 1023.95 and more would round up to 1024.0.
  while (Math.abs(value) >= 1023.95 && unit < BINARY_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${BINARY_UNITS[unit] ?? ""}`;
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  // Not by toLocaleString, whose first call takes longer than many a command.
  return `${Math.round(count)}`.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1.2 M/s`, `830 /s`. */
export function formatRate(perSecond: number): string {
  let value = perSecond;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < COUNT_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = Math.abs(value) < 10 && value !== Math.round(value) ? 1 : 0;
  return `${value.toFixed(digits)} ${COUNT_UNITS[unit] ?? ""}/s`;
}

const DURATION_UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** The two largest units: `3d 4h`, `5m 2s`, `12s`; below ten seconds `1.5s`, below one `350ms`. */
export function formatDuration(ms: number): string {
  if (!(ms > 0)) return "0s";
  if (ms < 999.5) return `${Math.max(1, Math.round(ms))}ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
  let left = Math.round(ms / 1000);
  const parts: string[] = [];
  for (const [unit, seconds] of DURATION_UNITS) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0 || parts.length > 0) parts.push(`${count}${unit}`);
  }
  return parts
    .slice(0, 2)
    .filter((part) => !part.startsWith("0"))
    .join(" ");
}
