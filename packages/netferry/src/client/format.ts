import { formatCount } from "@netferry/service/command-line";

const COUNT_UNITS = ["k", "M", "G", "T"];

/** `12 ms`. */
export function formatMilliseconds(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/** `9,999`, `12.3k`, `4.5M`: never more than six characters wide below a thousand billions. */
export function compactCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  let value = count;
  let unit = -1;
  while (value >= 999.5 && unit < COUNT_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)}${COUNT_UNITS[unit] ?? ""}`;
}

/** Lateness of an event loop: `0.1 ms, 99 % within 1.2 ms, worst 12 ms`. */
export function lagText(lag: { readonly p50: number; readonly p99: number; readonly max: number }): string {
  const { p50, p99, max } = lag;
  return `${formatMilliseconds(p50)}, 99 % within ${formatMilliseconds(p99)}, worst ${formatMilliseconds(max)}`;
}

/** `1 route`, `2 routes`. */
export function plural(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** `Established 3, Idle 1`; the most first. */
export function formatTally(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(", ");
}
