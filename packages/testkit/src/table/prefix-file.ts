import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { IPV4_UNICAST, IPV6_UNICAST, parsePrefix } from "@netferry/bgp";
import { errorText, OperatorError } from "@netferry/service";
import type { PrefixSet } from "./prefix-set.ts";
import { PrefixSetBuilder } from "./prefix-set.ts";

/** Longest line of a prefix file, characters. */
export const MAX_PREFIX_LINE = 256;

/** Octets of a file that are looked at at a time. */
const READ_LENGTH = 256 * 1024;

/** Longest part of a bad line that an error shows, characters. */
const SHOWN_LINE = 60;

/** A prefix file that cannot be used; `line` counts from 1 and is left out where no line is to blame. */
export class PrefixFileError extends OperatorError {
  override readonly name = "PrefixFileError";
  readonly path: string;
  readonly line: number | undefined;

  constructor(path: string, line: number | undefined, problem: string, options?: ErrorOptions) {
    super(`${path}${line === undefined ? "" : `:${line}`}: ${problem}`, options);
    this.path = path;
    this.line = line;
  }
}

export interface PrefixFileOptions {
  /** Take that many prefixes of a family at most; those behind are left out, and not read where both are full. */
  readonly limits?: { readonly ipv4?: number | undefined; readonly ipv6?: number | undefined } | undefined;
}

/**
 * Reads a list of prefixes, one a line, plain or gzip. Empty lines and lines that start with "#" are skipped, a
 * prefix that comes twice counts once. The sets are IPv4 and then IPv6, without those that are empty.
 * @throws PrefixFileError
 */
export async function readPrefixFile(path: string, options: PrefixFileOptions = {}): Promise<PrefixSet[]> {
  const reader = new PrefixReader(path, options);
  try {
    for await (const lines of lineBatches(path)) {
      for (const line of lines) reader.take(line);
      if (reader.full) break;
    }
  } catch (error) {
    if (error instanceof PrefixFileError) throw error;
    throw new PrefixFileError(path, undefined, `cannot read the prefixes: ${errorText(error)}`, {
      cause: error,
    });
  }
  const sets = reader.finish();
  if (sets.length > 0) return sets;
  throw new PrefixFileError(path, undefined, "has no prefixes, one a line is expected");
}

/** Takes lines and collects their prefixes. */
class PrefixReader {
  readonly #path: string;
  readonly #ipv4 = new PrefixSetBuilder(IPV4_UNICAST);
  readonly #ipv6 = new PrefixSetBuilder(IPV6_UNICAST);
  readonly #ipv4Limit: number;
  readonly #ipv6Limit: number;
  readonly #scratch = new Uint8Array(5);
  #line = 0;

  constructor(path: string, { limits }: PrefixFileOptions) {
    this.#path = path;
    this.#ipv4Limit = limits?.ipv4 ?? Infinity;
    this.#ipv6Limit = limits?.ipv6 ?? Infinity;
  }

  /** No further prefix would be taken. */
  get full(): boolean {
    return this.#ipv4.size >= this.#ipv4Limit && this.#ipv6.size >= this.#ipv6Limit;
  }

  take(line: string): void {
    this.#line += 1;
    if (line.length > MAX_PREFIX_LINE) this.#fail(`longer than ${MAX_PREFIX_LINE} characters, so no prefix`);
    const text = line.trim();
    if (text === "" || text.startsWith("#")) return;
    const scratch = this.#scratch;
    if (readIPv4Prefix(text, scratch)) {
      if (this.#ipv4.size < this.#ipv4Limit) this.#ipv4.add(scratch, 0, 1 + ((scratch[0]! + 7) >>> 3));
      return;
    }
    const prefix = parsePrefix(text);
    if (prefix?.family !== IPV6_UNICAST) {
      const shown = JSON.stringify(text.slice(0, SHOWN_LINE));
      this.#fail(`${shown} is no prefix such as 192.0.2.0/24 or 2001:db8::/32`);
    } else if (this.#ipv6.size < this.#ipv6Limit) {
      this.#ipv6.add(prefix.nlri, 0, prefix.nlri.length);
    }
  }

  finish(): PrefixSet[] {
    return [this.#ipv4, this.#ipv6].filter(({ size }) => size > 0).map((builder) => builder.finish());
  }

  #fail(problem: string): never {
    throw new PrefixFileError(this.#path, this.#line, problem);
  }
}

/** The lines of a file, as many at a time as a piece of it has. */
async function* lineBatches(path: string): AsyncGenerator<string[], void> {
  const zipped = await isGzip(path);
  const source = createReadStream(path, { highWaterMark: READ_LENGTH });
  const gunzip = zipped ? createGunzip({ chunkSize: READ_LENGTH }) : undefined;
  // A pipe does not carry errors along.
  if (gunzip !== undefined) source.on("error", (error) => gunzip.destroy(error));
  const stream = gunzip === undefined ? source : source.pipe(gunzip);
  try {
    let rest = "";
    for await (const chunk of stream) {
      const parts = (rest + (chunk as Buffer).toString("latin1")).split("\n");
      rest = parts.pop() ?? "";
      // Too long already: whoever reads the lines complains about it, nobody collects the rest.
      if (rest.length > MAX_PREFIX_LINE) parts.push(rest);
      yield parts;
    }
    if (rest !== "") yield [rest];
  } finally {
    stream.destroy();
    source.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

const DOT = 46;
const SLASH = 47;
const ZERO = 48;

/**
 * Reads dotted IPv4 with a length into NLRI form, host bits cleared; false for anything else. parsePrefix does the
 * same, but a million lines go through here.
 */
function readIPv4Prefix(text: string, out: Uint8Array): boolean {
  let part = 0;
  let value = -1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= ZERO + 9) {
      if (value === 0) return false; // no octal
      value = (value < 0 ? 0 : value) * 10 + code - ZERO;
      if (value > 255) return false;
    } else if (value >= 0 && ((code === DOT && part < 3) || (code === SLASH && part === 3))) {
      part += 1;
      out[part] = value;
      value = -1;
    } else {
      return false;
    }
  }
  if (part !== 4 || value < 0 || value > 32) return false;
  out[0] = value;
  const host = 32 - value;
  const address =
    ((out[1]! << 24) | (out[2]! << 16) | (out[3]! << 8) | out[4]!) & (host === 32 ? 0 : -1 << host);
  out[1] = address >>> 24;
  out[2] = address >>> 16;
  out[3] = address >>> 8;
  out[4] = address;
  return true;
}
