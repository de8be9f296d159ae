import { AttributeRewriter } from "./attribute-rewriter.ts";
import { AttributeCode } from "./attribute/code.ts";
import type { CodecContext } from "./codec-context.ts";
import type { Disposition, ErrorAction, ProtocolError } from "./errors.ts";
import type { Family } from "./family.ts";
import { MessageDecoder } from "./message-codec.ts";
import { HEADER_LENGTH } from "./message/header.ts";
import type { NlriField } from "./nlri-field.ts";
import { UpdateCheck } from "./update-check.ts";
import { type AttributeError, type UpdateErrorCause, updateErrorCauses } from "./update-error.ts";

const EMPTY = new Uint8Array(0);

/** A run of NLRI of one family, every one of them valid. Reused by the scanner: nothing of it may be kept. */
export class NlriRun {
  family: Family = 0;
  /** A path identifier of four octets stands before each prefix (RFC 7911 section 3). */
  addPath = false;
  /** The run is `[start, end)` of the buffer. Bits behind a prefix's length are as received. */
  buffer: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  /** How many there are. */
  routes = 0;
  /** For routes announced, their path attributes: `[attributesStart, attributesEnd)` of this buffer. */
  attributesBuffer: Uint8Array = EMPTY;
  attributesStart = 0;
  attributesEnd = 0;
}

/** Header and the two length fields (RFC 4271 section 4.3). */
const UPDATE_MINIMUM = HEADER_LENGTH + 4;
/** Fields of withdrawn routes, and of announced ones that count as withdrawn. */
const MAX_WITHDRAWN_RUNS = 4;
const MAX_ANNOUNCED_RUNS = 2;

/**
 * The RIB's fast path: validates UPDATEs as the decoder does, by the same check, and says where the routes
 * are. Allocates nothing for an UPDATE of a session with four-octet AS numbers that has no errors. One
 * scanner per session: it remembers the families that errors have disabled.
 *
 * The attributes of announced routes are in the message's own buffer where they can be used as they are,
 * else written anew, and then the order may differ: see {@link AttributeRewriter}. Either way
 * `decodeAttributes` and `pathView` read them, without a context.
 */
export class UpdateScanner {
  /** The first `withdrawnCount` hold routes to withdraw, before any is announced (RFC 4271 section 4.3). */
  readonly withdrawn: readonly NlriRun[] = Array.from({ length: MAX_WITHDRAWN_RUNS }, () => new NlriRun());
  withdrawnCount = 0;
  /** The first `announcedCount` hold routes to announce. */
  readonly announced: readonly NlriRun[] = Array.from({ length: MAX_ANNOUNCED_RUNS }, () => new NlriRun());
  announcedCount = 0;
  /** The families of which every route is to be dropped, after "afi-safi-disable". The scanner ignores them from now on. */
  readonly disabled: Family[] = [];
  /** Errors since the scanner was made, by cause. */
  readonly counts: Record<UpdateErrorCause, number>;

  readonly #context: CodecContext;
  readonly #check: UpdateCheck;
  readonly #classicAttributes: AttributeRewriter;
  readonly #reachAttributes: AttributeRewriter;
  #bytes: Uint8Array = EMPTY;
  #start = 0;
  #end = 0;

  constructor(context: CodecContext) {
    const counts = Object.fromEntries(updateErrorCauses.map((cause) => [cause, 0]));
    this.counts = counts as Record<UpdateErrorCause, number>;
    this.#context = context;
    this.#check = new UpdateCheck(context, {
      fault(cause: UpdateErrorCause, _action: ErrorAction): void {
        counts[cause]! += 1;
      },
    });
    this.#classicAttributes = new AttributeRewriter(this.#check, context);
    this.#reachAttributes = new AttributeRewriter(this.#check, context);
  }

  /** The family whose End-of-RIB the UPDATE was (RFC 4724 section 2). */
  get endOfRib(): Family | undefined {
    return this.#check.endOfRib === 0 ? undefined : this.#check.endOfRib;
  }

  /**
   * Scans the UPDATE in `[start, end)`, header included, as a framer gives it out: marker, length field and
   * type are not looked at again. What the fields hold is
   * good until the next scan, and as long as the buffer does not change. After "reset" there are no runs,
   * and {@link resetError} tells what to send.
   */
  scan(bytes: Uint8Array, start: number, end: number): Disposition {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.withdrawnCount = 0;
    this.announcedCount = 0;
    if (this.disabled.length > 0) this.disabled.length = 0;
    if (end - start < UPDATE_MINIMUM || end - start > this.#context.maxMessageLength) {
      this.counts["message-length"]++;
      return "reset";
    }
    const check = this.#check;
    const disposition = check.check(bytes, start, end);
    if (disposition === "reset") return disposition;
    if (disposition === "afi-safi-disable") this.#disable();
    if (check.withdrawn.routes > 0) this.#addWithdrawn(check.withdrawn);
    if (check.unreach.routes > 0) this.#addWithdrawn(check.unreach);
    if (check.announced.routes > 0) {
      if (check.treatAsWithdraw) this.#addWithdrawn(check.announced);
      else this.#addAnnounced(check.announced, this.#classicAttributes, false);
    }
    if (check.reach.routes > 0) {
      if (check.treatAsWithdraw) this.#addWithdrawn(check.reach);
      else this.#addAnnounced(check.reach, this.#reachAttributes, true);
    }
    return disposition;
  }

  /** After "reset": the NOTIFICATION to send. Decodes the message again. */
  resetError(): ProtocolError | undefined {
    const decoded = this.#decode();
    return decoded.ok ? undefined : decoded.error;
  }

  /** The errors of the UPDATE scanned last, for the operator. Decodes it again. */
  errors(): readonly AttributeError[] {
    const decoded = this.#decode();
    return decoded.ok ? decoded.errors : [];
  }

  #decode(): ReturnType<MessageDecoder["decode"]> {
    return new MessageDecoder(this.#context).decode(this.#bytes.subarray(this.#start, this.#end));
  }

  #disable(): void {
    for (const use of this.#check.disables) {
      this.#check.disable(use);
      this.disabled.push(use.family);
    }
  }

  #addWithdrawn(field: NlriField): void {
    if (!field.typed) {
      this.counts["family-opaque"]++;
      return;
    }
    setRun(this.withdrawn[this.withdrawnCount++]!, this.#bytes, field);
  }

  #addAnnounced(field: NlriField, rewriter: AttributeRewriter, forReach: boolean): void {
    if (!field.typed) {
      this.counts["family-opaque"]++;
      return;
    }
    const run = this.announced[this.announcedCount++]!;
    setRun(run, this.#bytes, field);
    const check = this.#check;
    const asReceived =
      this.#context.fourOctetAs &&
      !forReach &&
      !check.dropped &&
      check.keptAt(AttributeCode.mpUnreach) < 0 &&
      check.keptAt(AttributeCode.mpReach) < 0;
    if (asReceived) {
      run.attributesBuffer = this.#bytes;
      run.attributesStart = check.attributesStart;
      run.attributesEnd = check.attributesEnd;
    } else {
      run.attributesStart = 0;
      run.attributesEnd = rewriter.write(this.#bytes, forReach);
      run.attributesBuffer = rewriter.buffer; // after the writing, which may replace it
    }
  }
}

function setRun(run: NlriRun, bytes: Uint8Array, field: NlriField): void {
  run.family = field.family;
  run.addPath = field.addPath;
  run.buffer = bytes;
  run.start = field.start;
  run.end = field.end;
  run.routes = field.routes;
}
