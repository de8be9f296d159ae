import { EncodeError, readUint16, readUint32 } from "../bytes.ts";
import { listOf, OCTETS, recordOf, UINT32, UINT8 } from "../tlv/shape.ts";
import { AttributeCode, OPTIONAL_NON_TRANSITIVE } from "./code.ts";
import type { AttributeBase, AttributeCodec } from "./codec.ts";

export interface SecurePathSegment {
  /** How often the AS is in the path; 0 for a route server. */
  readonly count: number;
  /** The highest bit: the AS is a confederation's member. */
  readonly segmentFlags: number;
  readonly asn: number;
}

export interface SignatureBlock {
  readonly algorithmSuite: number;
  readonly signatures: readonly BgpsecSignature[];
}

export interface BgpsecSignature {
  /** The subject key identifier, 20 octets. */
  readonly keyIdentifier: Uint8Array;
  readonly signature: Uint8Array;
}

/** RFC 8205 section 3. Signatures are carried, not verified. */
export interface BgpsecPathAttribute extends AttributeBase<"bgpsec-path"> {
  /** The AS that was passed last comes first. */
  readonly path: readonly SecurePathSegment[];
  /** One, or two while algorithms change. */
  readonly blocks: readonly SignatureBlock[];
}

/** Both kinds of block begin with a length in two octets that counts itself. */
const LENGTH = 2;
const SEGMENT = 6;
const KEY = 20;
const BLOCK_HEAD = 3;
const SIGNATURE_HEAD = KEY + 2;
const MAX_BLOCKS = 2;

/** The end of the block at `start`; -1 if it isn't well-formed. Its signatures must be as many as the path has segments. */
function blockEnd(bytes: Uint8Array, start: number, end: number, segments: number): number {
  if (start + BLOCK_HEAD > end) return -1;
  const next = start + readUint16(bytes, start);
  if (next > end) return -1;
  let at = start + BLOCK_HEAD;
  let count = 0;
  while (at < next) {
    if (at + SIGNATURE_HEAD > next) return -1;
    at += SIGNATURE_HEAD + readUint16(bytes, at + KEY);
    count++;
  }
  return at === next && count === segments ? next : -1;
}

export const bgpsecPath: AttributeCodec<BgpsecPathAttribute> = {
  code: AttributeCode.bgpsecPath,
  type: "bgpsec-path",
  flags: OPTIONAL_NON_TRANSITIVE,
  shape: {
    path: listOf(recordOf({ count: UINT8, segmentFlags: UINT8, asn: UINT32 })),
    blocks: listOf(
      recordOf({
        algorithmSuite: UINT8,
        signatures: listOf(
          recordOf({ keyIdentifier: { kind: "octets", lengths: [KEY] }, signature: OCTETS }),
        ),
      }),
    ),
  },
  /** Section 5.2. */
  check(bytes, start, end) {
    if (start + LENGTH > end) return false;
    const pathLength = readUint16(bytes, start) - LENGTH;
    if (pathLength < SEGMENT || pathLength % SEGMENT !== 0) return false;
    let at = start + LENGTH + pathLength;
    let blocks = 0;
    while (at >= 0 && at < end) {
      at = blockEnd(bytes, at, end, pathLength / SEGMENT);
      blocks++;
    }
    return at === end && blocks >= 1 && blocks <= MAX_BLOCKS;
  },
  decode(bytes, start, end) {
    const pathEnd = start + readUint16(bytes, start);
    const path: SecurePathSegment[] = [];
    for (let at = start + LENGTH; at < pathEnd; at += SEGMENT) {
      path.push({ count: bytes[at]!, segmentFlags: bytes[at + 1]!, asn: readUint32(bytes, at + 2) });
    }
    const blocks: SignatureBlock[] = [];
    for (let at = pathEnd; at < end; at += readUint16(bytes, at)) {
      const signatures = readSignatures(bytes, at + BLOCK_HEAD, at + readUint16(bytes, at));
      blocks.push({ algorithmSuite: bytes[at + LENGTH]!, signatures });
    }
    return { type: "bgpsec-path", path, blocks };
  },
  encode({ path, blocks }, out) {
    out.uint16(LENGTH + SEGMENT * path.length);
    for (const { count, segmentFlags, asn } of path) {
      out.uint8(count);
      out.uint8(segmentFlags);
      out.uint32(asn);
    }
    for (const { algorithmSuite, signatures } of blocks) {
      const writeBlock = (): void => {
        out.uint8(algorithmSuite);
        for (const { keyIdentifier, signature } of signatures) {
          if (keyIdentifier.length !== KEY) throw new EncodeError(`a key identifier has ${KEY} octets`);
          out.bytes(keyIdentifier);
          out.counted(2, "a signature", (field) => field.bytes(signature));
        }
      };
      out.counted(2, "the signature block", writeBlock, LENGTH);
    }
  },
};

function readSignatures(bytes: Uint8Array, start: number, end: number): BgpsecSignature[] {
  const signatures: BgpsecSignature[] = [];
  let at = start;
  while (at < end) {
    const next = at + SIGNATURE_HEAD + readUint16(bytes, at + KEY);
    signatures.push({
      keyIdentifier: bytes.slice(at, at + KEY),
      signature: bytes.slice(at + SIGNATURE_HEAD, next),
    });
    at = next;
  }
  return signatures;
}
