import type { Attribute } from "../attribute/attribute.ts";
import { AttributeFlag } from "../attribute/code.ts";
import { decodeAttribute, encodeAttribute } from "../attribute/list.ts";
import { writeNlri } from "../attribute/mp-nlri.ts";
import { type ByteWriter, readUint16 } from "../bytes.ts";
import type { CodecContext } from "../codec-context.ts";
import { resetSubcode } from "../error-handling.ts";
import {
  type Disposition,
  type ErrorAction,
  ErrorCode,
  type ProtocolError,
  protocolError,
} from "../errors.ts";
import { splitPrefixes } from "../family/prefix-list.ts";
import { type Family, IPV4_UNICAST } from "../family.ts";
import type { Nlri } from "../nlri.ts";
import type { NlriField } from "../nlri-field.ts";
import { type FaultSink, UpdateCheck } from "../update-check.ts";
import { type AttributeError, attributeError, type UpdateErrorCause } from "../update-error.ts";

/** RFC 4271 section 4.3. The multiprotocol NLRI are in the attributes (RFC 4760). */
export interface UpdateMessage {
  readonly type: "update";
  /** IPv4 unicast. */
  readonly withdrawn: readonly Nlri[];
  readonly attributes: readonly Attribute[];
  /** IPv4 unicast. */
  readonly nlri: readonly Nlri[];
}

export type DecodedUpdate =
  | {
      readonly ok: true;
      /** What is left of it when the attributes with errors are discarded. */
      readonly message: UpdateMessage;
      readonly errors: readonly AttributeError[];
      /** What to do with it: {@link effectiveUpdate} does it. */
      readonly disposition: Disposition;
    }
  | { readonly ok: false; readonly error: ProtocolError };

/** Octets of an attribute that go back in a NOTIFICATION's data: one that every peer can receive. */
const MAX_ERROR_DATA = 4000;

/** Decodes UPDATEs of one context. NLRI and nothing else of what it returns are views of the buffer. */
export class UpdateDecoder implements FaultSink {
  readonly #context: CodecContext;
  readonly #check: UpdateCheck;
  #bytes: Uint8Array = new Uint8Array(0);
  #errors: AttributeError[] = [];
  #reset: AttributeError | undefined;

  constructor(context: CodecContext) {
    this.#context = context;
    this.#check = new UpdateCheck(context, this);
  }

  /** For the check. */
  fault(cause: UpdateErrorCause, action: ErrorAction, code: number, start: number, end: number): void {
    const bytes = this.#bytes.slice(start, end);
    const error = attributeError(action, cause, code === 0 ? undefined : code, bytes);
    this.#errors.push(error);
    if (action === "reset") this.#reset ??= error;
  }

  /** Decodes the UPDATE in `[start, end)`, whose header was checked. */
  decode(bytes: Uint8Array, start: number, end: number): DecodedUpdate {
    this.#bytes = bytes;
    this.#errors = [];
    this.#reset = undefined;
    const check = this.#check;
    const disposition = check.check(bytes, start, end);
    if (this.#reset !== undefined) return { ok: false, error: resetError(this.#reset) };
    const message: UpdateMessage = {
      type: "update",
      withdrawn: this.#routes(check.withdrawn),
      attributes: this.#attributes(),
      nlri: this.#routes(check.announced),
    };
    return { ok: true, message, errors: this.#errors, disposition };
  }

  #routes(field: NlriField): Nlri[] {
    return field.routes === 0 ? [] : splitPrefixes(this.#bytes, field.start, field.end, field.addPath);
  }

  #attributes(): Attribute[] {
    const bytes = this.#bytes;
    const attributes: Attribute[] = [];
    let at = this.#check.attributesStart;
    while (at + 3 <= this.#check.attributesEnd) {
      const flags = bytes[at]!;
      const code = bytes[at + 1]!;
      const extended = (flags & AttributeFlag.extendedLength) !== 0;
      const valueStart = extended ? at + 4 : at + 3;
      const end = valueStart + (extended ? readUint16(bytes, at + 2) : bytes[at + 2]!);
      // What overruns, at the end, is not kept either.
      if (this.#check.keptAt(code) === at) {
        attributes.push(decodeAttribute(bytes, flags, code, valueStart, end, this.#context));
      }
      at = end;
    }
    return attributes;
  }
}

/** The data is the attribute, where it is one (RFC 4271 section 6.3). */
function resetError(error: AttributeError): ProtocolError {
  const data = error.code === undefined ? undefined : error.bytes.subarray(0, MAX_ERROR_DATA);
  return protocolError(ErrorCode.update, resetSubcode(error.cause), error.text, data);
}

export function encodeUpdate(update: UpdateMessage, out: ByteWriter, context: CodecContext): void {
  out.counted(2, "withdrawn routes", (field) => writeNlri(IPV4_UNICAST, update.withdrawn, field, context));
  out.counted(2, "path attributes", (field) => {
    for (const attribute of update.attributes) encodeAttribute(attribute, field, context);
  });
  writeNlri(IPV4_UNICAST, update.nlri, out, context);
}

/**
 * An UPDATE as it is to be applied: with treat-as-withdraw, every route that it announces is withdrawn
 * instead and no attribute is left (RFC 7606 section 2).
 */
export function effectiveUpdate(update: UpdateMessage, errors: readonly AttributeError[]): UpdateMessage {
  if (errors.every((error) => error.action !== "treat-as-withdraw")) return update;
  const attributes: Attribute[] = [];
  for (const attribute of update.attributes) {
    if (attribute.type === "mp-unreach") attributes.push(attribute);
    if (attribute.type === "mp-reach") {
      attributes.push({ type: "mp-unreach", family: attribute.family, nlri: attribute.nlri });
    }
  }
  return { type: "update", withdrawn: [...update.withdrawn, ...update.nlri], attributes, nlri: [] };
}

/** The family whose End-of-RIB an UPDATE is (RFC 4724 section 2). */
export function endOfRibFamily(update: UpdateMessage): Family | undefined {
  if (update.withdrawn.length > 0 || update.nlri.length > 0) return undefined;
  const [attribute, ...more] = update.attributes;
  if (attribute === undefined) return IPV4_UNICAST;
  if (attribute.type !== "mp-unreach" || more.length > 0) return undefined;
  return attribute.nlri.length === 0 ? attribute.family : undefined;
}

/** The UPDATE that is a family's End-of-RIB. */
export function endOfRib(family: Family): UpdateMessage {
  const attributes: Attribute[] = family === IPV4_UNICAST ? [] : [{ type: "mp-unreach", family, nlri: [] }];
  return { type: "update", withdrawn: [], attributes, nlri: [] };
}
