/**
 * An MRT file as the lines of `bgpdump -m` on standard output: the process that the codec benchmark times.
 *
 *     node bench/lib/mrt-lines.ts FILE
 */
import { createReadStream, writeSync } from "node:fs";
import { writeBgpdumpLines } from "../../packages/formats/src/bgpdump/write-lines.ts";

const READ_LENGTH = 256 * 1024;

function print(lines: Uint8Array): void {
  for (let written = 0; written < lines.length;) written += writeSync(1, lines, written);
}

const [, , file] = process.argv;
if (file === undefined) throw new Error("give the MRT file to read");
const result = await writeBgpdumpLines(createReadStream(file, { highWaterMark: READ_LENGTH }), print);
if (result.error !== undefined)
  throw new Error(`${file}, octet ${result.error.offset}: ${result.error.text}`);
