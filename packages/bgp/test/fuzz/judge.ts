import {
  type CodecContext,
  type DecodeResult,
  decodeNlri,
  encodeMessage,
  equalBytes,
  type Family,
  familyCodec,
  formatNlri,
  IPV4_UNICAST,
  MessageDecoder,
  MessageType,
  type Nlri,
  pathView,
  type UpdateErrorCause,
  updateErrorCauses,
  type UpdateMessage,
  UpdateScanner,
} from "@netferry/bgp";

/** What became of a message: an UPDATE's class of RFC 7606, or whether another message was read. */
export type Verdict =
  | "ok"
  | "errors discarded"
  | "treat-as-withdraw"
  | "afi-safi-disable"
  | "reset"
  | "other message read"
  | "other message refused"
  | "header refused";

export const VERDICTS: readonly Verdict[] = [
  "ok",
  "errors discarded",
  "treat-as-withdraw",
  "afi-safi-disable",
  "reset",
  "other message read",
  "other message refused",
  "header refused",
];

/**
 * Gives one message to the decoder and to the RIB's scanner, and throws where they don't agree. Reads the NLRI and
 * the paths of what is kept, and encodes again what has no errors.
 */
export class Judge {
  readonly #context: CodecContext;
  readonly #decoder: MessageDecoder;
  #scanner: UpdateScanner;

  constructor(context: CodecContext) {
    this.#context = context;
    this.#decoder = new MessageDecoder(context);
    this.#scanner = new UpdateScanner(context);
  }

  judge(bytes: Uint8Array): Verdict {
    const decoded = this.#decoder.decode(bytes);
    if (!decoded.ok && decoded.error.code === 1) return "header refused";
    if (bytes[18] !== MessageType.update) return decoded.ok ? "other message read" : "other message refused";
    const before = { ...this.#scanner.counts };
    const scanned = this.#scanner.scan(bytes, 0, bytes.length);
    const counted = errorsOf(before, this.#scanner.counts);
    // A family that was disabled stays so: the decoder knows nothing of it, hence another scanner.
    if (scanned === "afi-safi-disable") this.#scanner = new UpdateScanner(this.#context);
    const disposition = decoded.ok ? decoded.disposition : "reset";
    if (scanned !== disposition) throw new Error(`scanner says ${scanned}, decoder ${disposition}`);
    if (!decoded.ok) return "reset";
    const errors = errorsFound(decoded);
    if (counted !== errors) throw new Error(`scanner counts ${counted}, decoder finds ${errors}`);
    if (decoded.message.type === "update") this.#readOn(bytes, decoded.message, decoded.errors.length === 0);
    return disposition === "ok" && decoded.errors.length > 0 ? "errors discarded" : disposition;
  }

  #readOn(bytes: Uint8Array, message: UpdateMessage, isValid: boolean): void {
    readNlri(IPV4_UNICAST, message.withdrawn);
    readNlri(IPV4_UNICAST, message.nlri);
    for (const attribute of message.attributes) {
      if (attribute.type === "mp-reach" || attribute.type === "mp-unreach") {
        readNlri(attribute.family, attribute.nlri);
      }
    }
    const { announced, announcedCount } = this.#scanner;
    for (let i = 0; i < announcedCount; i++) {
      const { attributesBuffer, attributesStart, attributesEnd } = announced[i]!;
      pathView(attributesBuffer.slice(attributesStart, attributesEnd));
    }
    if (isValid && !equalBytes(encodeMessage(message, this.#context), bytes)) {
      throw new Error("a valid UPDATE encodes to other octets");
    }
  }
}

/** A field of an UPDATE that was found correct is NLRI every one of which can be read. */
function readNlri(family: Family, nlri: readonly Nlri[]): void {
  if (familyCodec(family) === undefined) return;
  for (const { bytes } of nlri) {
    if (decodeNlri(family, bytes) === undefined) throw new Error(`an NLRI of family ${family} can't be read`);
    if (formatNlri(family, bytes) === "") throw new Error(`an NLRI of family ${family} has no text`);
  }
}

/** What the scanner alone can't hand out is no error of the message. */
const SCANNER_ONLY: UpdateErrorCause = "family-opaque";

function errorsOf(
  before: Readonly<Record<UpdateErrorCause, number>>,
  after: Readonly<Record<UpdateErrorCause, number>>,
): string {
  let text = "";
  for (const cause of updateErrorCauses) {
    const count = after[cause] - before[cause];
    if (cause !== SCANNER_ONLY && count > 0) text += ` ${count} ${cause}`;
  }
  return text;
}

function errorsFound(decoded: DecodeResult & { ok: true }): string {
  if (decoded.errors.length === 0) return "";
  const counts = new Map<UpdateErrorCause, number>();
  for (const { cause } of decoded.errors) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return updateErrorCauses
    .map((cause) => (counts.has(cause) ? ` ${counts.get(cause)} ${cause}` : ""))
    .join("");
}
