/**
 * What reads files without knowing a message: a command that only passes octets on starts without loading the
 * codecs of every attribute and family.
 */
export { type BgpdumpResult, writeBgpdumpLines } from "./bgpdump/write-lines.ts";
export { BgpdumpLines, type BgpdumpSkipCause, bgpdumpSkipCauses } from "./bgpdump/lines.ts";
export { decompress } from "./compression/decompress.ts";
export { type Compression, detectCompression } from "./compression/magic.ts";
export { type MrtError, type MrtErrorCause, mrtErrorCauses } from "./mrt/error.ts";
export { MAX_RECORD_LENGTH, MRT_HEADER_LENGTH, MrtReader, type MrtReaderOptions } from "./mrt/reader.ts";
export { guessFormat, type MessageFormat, SNIFF_LENGTH } from "./sniff.ts";
