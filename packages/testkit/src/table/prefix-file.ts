import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { IPV4_UNICAST, IPV6_UNICAST, parsePrefix } from "@netferry/bgp";
import { errorText, OperatorError } from "@netferry/service";
import type { PrefixSet } from "./prefix-set.ts";
import { PrefixSetBuilder } from "./prefix-set.ts";

/** Longest line of a prefix file, characters. */
export const MAX_PREFIX_LINE = 256;

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
  const { ipv4: ipv4Limit = Infinity, ipv6: ipv6Limit = Infinity } = options.limits ?? {};
  const ipv4 = new PrefixSetBuilder(IPV4_UNICAST);
  const ipv6 = new PrefixSetBuilder(IPV6_UNICAST);
  const scratch = new Uint8Array(5);
  let number = 0;
  try {
    for await (const line of lines(path)) {
      number += 1;
      if (line.length > MAX_PREFIX_LINE) {
        throw new PrefixFileError(path, number, `longer than ${MAX_PREFIX_LINE} characters, so no prefix`);
      }
      const text = line.trim();
      if (text === "" || text.startsWith("#")) continue;
      if (ipv4.size >= ipv4Limit && ipv6.size >= ipv6Limit) break;
      if (readIPv4Prefix(text, scratch)) {
        if (ipv4.size < ipv4Limit) ipv4.add(scratch, 0, 1 + ((scratch[0]! + 7) >>> 3));
        continue;
      }
      const prefix = parsePrefix(text);
      if (prefix === undefined) {
        const shown = JSON.stringify(text.slice(0, SHOWN_LINE));
        throw new PrefixFileError(
          path,
          number,
          `${shown} is no prefix such as 192.0.2.0/24 or 2001:db8::/32`,
        );
      }
      const [builder, limit] = prefix.family === IPV4_UNICAST ? [ipv4, ipv4Limit] : [ipv6, ipv6Limit];
      if (builder.size < limit) builder.add(prefix.nlri, 0, prefix.nlri.length);
    }
  } catch (error) {
    if (error instanceof PrefixFileError) throw error;
    throw new PrefixFileError(path, undefined, `cannot read the prefixes: ${errorText(error)}`, {
      cause: error,
    });
  }
  const sets = [ipv4, ipv6].filter(({ size }) => size > 0).map((builder) => builder.finish());
  if (sets.length === 0)
    throw new PrefixFileError(path, undefined, "has no prefixes, one a line is expected");
  return sets;
}

async function* lines(path: string): AsyncGenerator<string> {
  const source = createReadStream(path, { highWaterMark: 256 * 1024 });
  let stream: Readable = source;
  if (await isGzip(path)) {
    const gunzip = createGunzip();
    // A pipe does not carry errors along.
    source.on("error", (error) => gunzip.destroy(error));
    stream = source.pipe(gunzip);
  }
  try {
    let rest = "";
    for await (const chunk of stream) {
      const parts = (rest + (chunk as Buffer).toString("latin1")).split("\n");
      rest = parts.pop() ?? "";
      yield* parts;
      // Too long already: the reader complains about it, nobody collects the rest.
      if (rest.length > MAX_PREFIX_LINE) yield rest;
    }
    if (rest !== "") yield rest;
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
 * Reads dotted IPv4 with a length into NLRI form, host bits cleared; false for anything else, which parsePrefix may
 * still understand. A million lines go through here.
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
