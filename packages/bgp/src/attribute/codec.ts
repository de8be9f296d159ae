import type { ByteWriter } from "../bytes.ts";
import type { CodecContext } from "../codec-context.ts";
import type { Members } from "../tlv/shape.ts";

/** What every attribute has beside its value. */
export interface AttributeBase<T extends string> {
  readonly type: T;
  /** The flags octet, where it is not the one that the attribute's RFC and the value's length give. */
  readonly flags?: number;
}

/** Whether the value `[start, end)` of the buffer is well-formed, its length being one that the codec allows. */
export type AttributeCheck = (
  bytes: Uint8Array,
  start: number,
  end: number,
  context: CodecContext,
) => boolean;

/** How one attribute's value is checked, read and written. What an error leads to stands in error-handling.ts. */
export interface AttributeCodec<A extends AttributeBase<string>> {
  readonly code: number;
  readonly type: A["type"];
  /** The Optional and Transitive bits of its RFC. */
  readonly flags: number;
  /** What the attribute has beside its type, for those who write it in another form; not of those with a text of their own. */
  readonly shape?: Members;
  /** The value has this many octets. */
  readonly fixedLength?: number;
  /** The value has a non-zero multiple of this many octets. */
  readonly unitLength?: number;
  /** Called for every UPDATE: it allocates nothing. */
  readonly check?: AttributeCheck;
  /** Reads a value that was found well-formed. What it returns shares no bytes with the buffer, but for NLRI. */
  decode(bytes: Uint8Array, start: number, end: number, context: CodecContext): A;
  encode(attribute: A, out: ByteWriter, context: CodecContext): void;
}

/** An attribute that this package does not know: kept, and encoded to the same octets. */
export interface UnknownAttribute {
  readonly type: "unknown";
  readonly code: number;
  readonly flags: number;
  readonly value: Uint8Array;
}
