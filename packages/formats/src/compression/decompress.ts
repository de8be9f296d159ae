import { createGunzip, createZstdDecompress } from "node:zlib";
import { bunzip2 } from "./bunzip2.ts";
import { type Compression, detectCompression, MAGIC_LENGTH } from "./magic.ts";

/** Octets of decompressed data that come at once, and so what is held of a file. */
const CHUNK_LENGTH = 256 * 1024;

/**
 * Decompresses what begins as gzip (any number of members), bzip2 (any number of streams) or zstd does, and
 * passes on anything else. Throws, as the iteration goes, {@link Error}s of node:zlib's and {@link Bzip2Error}.
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = source[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let known = 0;
  while (known < MAGIC_LENGTH) {
    const piece = await pieces.next();
    if (piece.done === true) break;
    head.push(piece.value);
    known += piece.value.length;
  }
  const start = new Uint8Array(known);
  let at = 0;
  for (const piece of head) {
    start.set(piece, at);
    at += piece.length;
  }
  yield* decompressors[detectCompression(start)](rejoin(start, pieces));
}

type Decompressor = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

const decompressors: Readonly<Record<Compression, Decompressor>> = {
  gzip: (source) => through(source, createGunzip({ chunkSize: CHUNK_LENGTH })),
  zstd: (source) => through(source, createZstdDecompress({ chunkSize: CHUNK_LENGTH })),
  bzip2: bunzip2,
  none: (source) => source,
};

/** The start that was looked at, and what follows it. */
async function* rejoin(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (start.length > 0) yield start;
    for (let piece = await rest.next(); piece.done !== true; piece = await rest.next()) yield piece.value;
  } finally {
    await rest.return?.();
  }
}

/** The stream's error, or the source's, comes out of the iteration. */
async function* through(
  source: AsyncIterable<Uint8Array>,
  stream: ReturnType<typeof createGunzip>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const feeding = feed(source, stream);
  try {
    for await (const piece of stream) yield piece as Uint8Array;
  } finally {
    stream.destroy();
    await feeding;
  }
}

/** Hands over no more than the stream takes; what ends the source ends the stream. */
async function feed(
  source: AsyncIterable<Uint8Array>,
  stream: ReturnType<typeof createGunzip>,
): Promise<void> {
  try {
    for await (const piece of source) {
      if (stream.destroyed) return;
      if (!stream.write(piece)) await roomIn(stream);
    }
    stream.end();
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error("the source failed", { cause: error }));
  }
}

/** Until the stream takes more, or has ended. */
function roomIn(stream: ReturnType<typeof createGunzip>): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("drain", resolve);
    stream.once("close", resolve);
  });
}
