/**
 * bzip2 decompression, block by block. Node has none, and the packages for it are out of care or take a
 * whole file at once.
 *
 * The format has no RFC: streams of "BZh" and a block size, blocks that begin with 48 bits of pi and hold
 * Huffman-coded, move-to-front, run-length coded output of a Burrows-Wheeler transform, and an end of 48
 * bits of the square root of pi, with CRCs of each block and of the stream.
 */

/** A bzip2 file that is damaged or cut short. */
export class Bzip2Error extends Error {
  override readonly name = "Bzip2Error";
}

const LEVEL_LENGTH = 100_000;
const BLOCK_MAGIC_HIGH = 0x314159;
const BLOCK_MAGIC_LOW = 0x265359;
const END_MAGIC_HIGH = 0x177245;
const END_MAGIC_LOW = 0x385090;
const MAX_CODE_LENGTH = 20;
const MIN_TABLES = 2;
const MAX_TABLES = 6;
const GROUP_LENGTH = 50;
const MAX_SELECTORS = 32_768;
const RUN_A = 0;
const RUN_B = 1;
/** No block takes more octets than this, so that one that is buffered whole decodes without a pause. */
const MAX_COMPRESSED_BLOCK = 2 * 1024 * 1024;

/** Decompresses any number of streams, one behind the other. Throws {@link Bzip2Error} as the iteration goes. */
export async function* bunzip2(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bits = new BitReader();
  const decoder = new StreamDecoder(bits);
  for await (const chunk of source) {
    bits.push(chunk);
    while (bits.octetsLeft > MAX_COMPRESSED_BLOCK) {
      const block = decoder.next();
      if (block === undefined) return;
      if (block.length > 0) yield block;
    }
  }
  for (let block = decoder.next(); block !== undefined; block = decoder.next()) {
    if (block.length > 0) yield block;
  }
}

/** The bits of the file, the first of an octet the most significant. */
class BitReader {
  #bytes = new Uint8Array(0);
  #at = 0;
  #limit = 0;
  #held = 0;
  #heldBits = 0;

  get octetsLeft(): number {
    return this.#limit - this.#at;
  }

  push(chunk: Uint8Array): void {
    const rest = this.octetsLeft;
    if (this.#limit + chunk.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * (rest + chunk.length), 64 * 1024));
      larger.set(this.#bytes.subarray(this.#at, this.#limit));
      this.#bytes = larger;
      this.#at = 0;
      this.#limit = rest;
    }
    this.#bytes.set(chunk, this.#limit);
    this.#limit += chunk.length;
  }

  /** Up to 24 bits. */
  read(count: number): number {
    while (this.#heldBits < count) {
      if (this.#at === this.#limit) throw new Bzip2Error("the bzip2 file is cut short");
      this.#held = ((this.#held << 8) | this.#bytes[this.#at++]!) & 0xffffffff;
      this.#heldBits += 8;
    }
    this.#heldBits -= count;
    return (this.#held >>> this.#heldBits) & ((1 << count) - 1);
  }

  uint32(): number {
    return ((this.read(16) << 16) | this.read(16)) >>> 0;
  }

  alignToOctet(): void {
    this.#heldBits -= this.#heldBits & 7;
  }

  /** What is left is octets not taken yet, and those held. */
  get atEnd(): boolean {
    return this.octetsLeft === 0 && this.#heldBits === 0;
  }
}

class StreamDecoder {
  readonly #bits: BitReader;
  #blockLength = 0;
  #inStream = false;
  #streamCrc = 0;
  /** Octet and, above it, the place of the next one: the transform's inverse, in place. */
  #links = new Uint32Array(0);

  constructor(bits: BitReader) {
    this.#bits = bits;
  }

  /** The next block's octets, none at the end of a stream; undefined at the end of the file. */
  next(): Uint8Array | undefined {
    if (!this.#inStream) {
      if (this.#bits.atEnd) return undefined;
      this.#begin();
    }
    const high = this.#bits.read(24);
    const low = this.#bits.read(24);
    const crc = this.#bits.uint32();
    if (high === END_MAGIC_HIGH && low === END_MAGIC_LOW) {
      if (crc !== this.#streamCrc) throw new Bzip2Error("a bzip2 stream's checksum is wrong");
      this.#inStream = false;
      this.#bits.alignToOctet();
      return new Uint8Array(0);
    }
    if (high !== BLOCK_MAGIC_HIGH || low !== BLOCK_MAGIC_LOW)
      throw new Bzip2Error("no bzip2 block where one should be");
    const block = this.#block();
    if (blockCrc(block) !== crc) throw new Bzip2Error("a bzip2 block's checksum is wrong");
    this.#streamCrc = (((this.#streamCrc << 1) | (this.#streamCrc >>> 31)) ^ crc) >>> 0;
    return block;
  }

  #begin(): void {
    const magic = this.#bits.read(24);
    const level = this.#bits.read(8) - 0x30;
    if (magic !== 0x425a68 || level < 1 || level > 9)
      throw new Bzip2Error("no bzip2 stream where one should be");
    this.#blockLength = level * LEVEL_LENGTH;
    if (this.#links.length < this.#blockLength) this.#links = new Uint32Array(this.#blockLength);
    this.#streamCrc = 0;
    this.#inStream = true;
  }

  #block(): Uint8Array {
    const bits = this.#bits;
    if (bits.read(1) !== 0)
      throw new Bzip2Error("the bzip2 block is randomized, which no writer does any more");
    const origin = bits.read(24);
    const symbols = readSymbols(bits);
    const { tables, selectors } = readTables(bits, symbols.length + 2);
    const length = this.#fill(symbols, tables, selectors);
    if (origin >= length) throw new Bzip2Error("a bzip2 block's origin is outside of it");
    return expandRuns(this.#links, length, origin);
  }

  /** Huffman, run length and move-to-front decoding into the links' low octets; counts, and links them. */
  #fill(symbols: Uint8Array, tables: readonly HuffmanTable[], selectors: Uint8Array): number {
    const bits = this.#bits;
    const links = this.#links;
    const limit = this.#blockLength;
    const counts = new Uint32Array(256);
    const endOfBlock = symbols.length + 1;
    let length = 0;
    let run = 0;
    let runUnit = 1;
    let group = 0;
    let left = 0;
    let table = tables[0]!;
    for (;;) {
      if (left === 0) {
        if (group === selectors.length) throw new Bzip2Error("a bzip2 block has more groups than selectors");
        table = tables[selectors[group++]!]!;
        left = GROUP_LENGTH;
      }
      left--;
      const code = table.read(bits);
      if (code === RUN_A || code === RUN_B) {
        run += runUnit << code;
        runUnit <<= 1;
        if (run > limit) throw new Bzip2Error("a bzip2 block is longer than its stream allows");
        continue;
      }
      if (run > 0) {
        if (length + run > limit) throw new Bzip2Error("a bzip2 block is longer than its stream allows");
        const octet = symbols[0]!;
        counts[octet]! += run;
        links.fill(octet, length, length + run);
        length += run;
        run = 0;
        runUnit = 1;
      }
      if (code === endOfBlock) break;
      if (length === limit) throw new Bzip2Error("a bzip2 block is longer than its stream allows");
      const position = code - 1;
      const octet = symbols[position]!;
      symbols.copyWithin(1, 0, position);
      symbols[0] = octet;
      counts[octet]!++;
      links[length++] = octet;
    }
    let sum = 0;
    for (let octet = 0; octet < 256; octet++) {
      const count = counts[octet]!;
      counts[octet] = sum;
      sum += count;
    }
    for (let at = 0; at < length; at++) {
      const octet = links[at]! & 0xff;
      links[counts[octet]!]! |= at << 8;
      counts[octet]!++;
    }
    return length;
  }
}

/** The octets that a block uses, in two levels of 16 bits. */
function readSymbols(bits: BitReader): Uint8Array {
  const rows = bits.read(16);
  const symbols: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >>> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column++) {
      if ((columns & (0x8000 >>> column)) !== 0) symbols.push(16 * row + column);
    }
  }
  if (symbols.length === 0) throw new Bzip2Error("a bzip2 block uses no octet");
  return Uint8Array.from(symbols);
}

function readTables(bits: BitReader, size: number): { tables: HuffmanTable[]; selectors: Uint8Array } {
  const count = bits.read(3);
  if (count < MIN_TABLES || count > MAX_TABLES) throw new Bzip2Error(`a bzip2 block has ${count} tables`);
  const selectorCount = bits.read(15);
  if (selectorCount === 0 || selectorCount > MAX_SELECTORS)
    throw new Bzip2Error("a bzip2 block has no selectors");
  const order = Array.from({ length: count }, (_, index) => index);
  const selectors = new Uint8Array(selectorCount);
  for (let at = 0; at < selectorCount; at++) {
    let position = 0;
    while (bits.read(1) === 1) {
      if (++position >= count) throw new Bzip2Error("a bzip2 block selects a table that it has not");
    }
    const [chosen] = order.splice(position, 1);
    order.unshift(chosen!);
    selectors[at] = chosen!;
  }
  const tables = Array.from({ length: count }, () => new HuffmanTable(readCodeLengths(bits, size)));
  return { tables, selectors };
}

function readCodeLengths(bits: BitReader, size: number): Uint8Array {
  const lengths = new Uint8Array(size);
  let length = bits.read(5);
  for (let symbol = 0; symbol < size; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_LENGTH)
        throw new Bzip2Error("a bzip2 code has an impossible length");
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** A canonical Huffman code: of each length the last code, and where its symbols are. */
class HuffmanTable {
  readonly #last = new Int32Array(MAX_CODE_LENGTH + 2).fill(-1);
  readonly #offset = new Int32Array(MAX_CODE_LENGTH + 2);
  readonly #symbols: Uint16Array;
  readonly #shortest: number;

  constructor(lengths: Uint8Array) {
    const counts = new Uint16Array(MAX_CODE_LENGTH + 1);
    for (const length of lengths) counts[length]!++;
    this.#symbols = new Uint16Array(lengths.length);
    let code = 0;
    let at = 0;
    let shortest = 0;
    for (let length = 1; length <= MAX_CODE_LENGTH; length++) {
      const count = counts[length]!;
      if (count > 0 && shortest === 0) shortest = length;
      this.#offset[length] = at - code;
      if (count > 0) at = collect(lengths, length, this.#symbols, at);
      code += count;
      this.#last[length] = code - 1;
      code <<= 1;
    }
    this.#shortest = shortest;
  }

  read(bits: BitReader): number {
    let length = this.#shortest;
    let code = bits.read(length);
    while (code > this.#last[length]!) {
      if (++length > MAX_CODE_LENGTH)
        throw new Bzip2Error("a bzip2 block has a code that stands for nothing");
      code = (code << 1) | bits.read(1);
    }
    return this.#symbols[this.#offset[length]! + code] ?? 0;
  }
}

/** Adds the symbols whose codes have a length; gives how many there are then. */
function collect(lengths: Uint8Array, length: number, symbols: Uint16Array, count: number): number {
  let at = count;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    if (lengths[symbol] === length) symbols[at++] = symbol;
  }
  return at;
}

/** Follows the links, and repeats what four equal octets and a count stand for. */
function expandRuns(links: Uint32Array, length: number, origin: number): Uint8Array {
  let out = new Uint8Array(2 * length);
  let size = 0;
  let link = links[origin]!;
  let equal = 0;
  let previous = -1;
  for (let left = length; left > 0; left--) {
    link = links[link >>> 8]!;
    const octet = link & 0xff;
    if (size + 256 > out.length) {
      const larger = new Uint8Array(2 * out.length + 256);
      larger.set(out);
      out = larger;
    }
    if (equal === 4) {
      out.fill(previous, size, size + octet);
      size += octet;
      equal = 0;
      previous = -1;
      continue;
    }
    equal = octet === previous ? equal + 1 : 1;
    previous = octet;
    out[size++] = octet;
  }
  return out.subarray(0, size);
}

/** CRC-32 with the polynomial's most significant bit first. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, octet) => {
  let crc = octet << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80000000) === 0 ? crc << 1 : (crc << 1) ^ 0x04c11db7;
  return crc >>> 0;
});

function blockCrc(block: Uint8Array): number {
  let crc = 0xffffffff;
  for (let at = 0; at < block.length; at++) crc = (crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ block[at]!) & 0xff]!;
  return ~crc >>> 0;
}
