/** How many columns of a terminal a text takes, and texts made fit. */
import { oneLine } from "../errors.ts";

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u;

let segmenter: Intl.Segmenter | undefined;

/** Made when it is first needed: that takes longer than many a command. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** Columns of a text without control characters. */
export function displayWidth(text: string): number {
  // oxlint-disable-next-line no-control-regex -- printable ASCII needs no segmenting
  if (/^[\u0000-\u007f]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The text cut to `width` columns, with an ellipsis where it was cut. */
export function cutToWidth(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const { segment } of graphemesOf(text)) {
    const step = WIDE.test(segment) ? 2 : 1;
    if (used + step > width - 1) break;
    cut += segment;
    used += step;
  }
  return width > 0 ? `${cut}…` : "";
}

/** Text from outside (a router's host name) without what a terminal would obey. */
export function printable(text: string): string {
  return oneLine(text);
}
