import { AttributeCode, AttributeFlag, KIND_MASK } from "./attribute/code.ts";
import { mpReachNlri } from "./attribute/mp-reach.ts";
import { MP_UNREACH_MINIMUM } from "./attribute/mp-unreach.ts";
import { attributeKinds, isWellFormed } from "./attribute/well-formed.ts";
import { readUint16 } from "./bytes.ts";
import type { CodecContext } from "./codec-context.ts";
import { errorAction, isUnexpected } from "./error-handling.ts";
import type { Disposition, ErrorAction } from "./errors.ts";
import { FamilyTable, type FamilyUse } from "./family-use.ts";
import { type Family, familyOf, IPV4_UNICAST } from "./family.ts";
import { HEADER_LENGTH } from "./message/header.ts";
import { NlriField } from "./nlri-field.ts";
import type { UpdateErrorCause } from "./update-error.ts";

/**
 * Takes the errors of an UPDATE as they are found. `code`: of the attribute, 0 for an error that is of none.
 * `[start, end)`: the attribute or the field in the buffer, empty where there is none.
 */
export interface FaultSink {
  fault(cause: UpdateErrorCause, action: ErrorAction, code: number, start: number, end: number): void;
}

const SEVERITY: Readonly<Record<ErrorAction, number>> = {
  discard: 0,
  "treat-as-withdraw": 1,
  "afi-safi-disable": 2,
  reset: 3,
};
const DISPOSITIONS: readonly Disposition[] = ["ok", "treat-as-withdraw", "afi-safi-disable", "reset"];

const LENGTH_FIELDS = 4;
const NOT_KEPT = -1;
const LAST_EPOCH = 0x7fff_ffff;

/**
 * Checks UPDATEs and finds what is in them, for the decoder and for the RIB's fast path alike, so that
 * both come to the same end (RFC 7606). Its fields tell about the UPDATE checked last. Allocates nothing
 * for an UPDATE without errors.
 */
export class UpdateCheck {
  /** IPv4 unicast, of the fields of RFC 4271 section 4.3. */
  readonly withdrawn = new NlriField();
  readonly announced = new NlriField();
  /** Of MP_UNREACH_NLRI and MP_REACH_NLRI. */
  readonly unreach = new NlriField();
  readonly reach = new NlriField();
  /** The next hop of MP_REACH_NLRI. */
  nextHopStart = 0;
  nextHopLength = 0;
  attributesStart = 0;
  attributesEnd = 0;
  /** There were attributes that are not among those kept. */
  dropped = false;
  /** Every route announced counts as withdrawn. */
  treatAsWithdraw = false;
  /** The families that the UPDATE makes to disable. Nothing is done about it before {@link disable}. */
  readonly disables: FamilyUse[] = [];
  /** 0 for none (RFC 4724 section 2). */
  endOfRib: Family = 0;

  readonly #context: CodecContext;
  readonly #sink: FaultSink;
  readonly #families: FamilyTable;
  readonly #ipv4: FamilyUse;
  /** By attribute code: 1 if it is discarded for whom it came from. */
  readonly #unexpected: Uint8Array;
  /** By attribute code: the number of the UPDATE that last had it, and where it was. */
  readonly #seen = new Int32Array(256);
  readonly #keptAt = new Int32Array(256);
  #epoch = 0;
  #attributeCount = 0;
  /** MP_REACH_NLRI may have announced something. */
  #mayReach = false;
  #faults = 0;
  #worst = 0;

  constructor(context: CodecContext, sink: FaultSink) {
    this.#context = context;
    this.#sink = sink;
    this.#families = new FamilyTable(context);
    this.#ipv4 = this.#families.use(IPV4_UNICAST);
    this.#unexpected = Uint8Array.from({ length: 256 }, (_, code) =>
      isUnexpected(code, context.internal, context.fourOctetAs) ? 1 : 0,
    );
  }

  /** Checks the UPDATE in `[start, end)`, header included. Where it must reset the session, the other fields mean nothing. */
  check(bytes: Uint8Array, start: number, end: number): Disposition {
    this.#begin();
    const withdrawnStart = start + HEADER_LENGTH + 2;
    if (start + HEADER_LENGTH + LENGTH_FIELDS > end) return this.#badFields();
    const withdrawnEnd = withdrawnStart + readUint16(bytes, withdrawnStart - 2);
    if (withdrawnEnd + 2 > end) return this.#badFields();
    this.attributesStart = withdrawnEnd + 2;
    this.attributesEnd = this.attributesStart + readUint16(bytes, withdrawnEnd);
    if (this.attributesEnd > end) return this.#badFields();

    this.#checkAttributes(bytes);
    if (withdrawnStart < withdrawnEnd) {
      this.#checkField(this.withdrawn, "withdrawn-syntax", bytes, withdrawnStart, withdrawnEnd);
    }
    if (this.attributesEnd < end) {
      this.#checkField(this.announced, "nlri-syntax", bytes, this.attributesEnd, end);
      this.#mayReach = true;
    }
    if (this.announced.routes > 0 || this.reach.routes > 0) this.#checkMandatory();
    if (this.disables.length > 0) this.#dropDisabled();
    if (this.#worst > 0 && this.#worst < SEVERITY.reset && !this.#mayReach) this.#checkReachable();
    if (withdrawnStart === withdrawnEnd && this.attributesEnd === end) this.#findEndOfRib();
    return DISPOSITIONS[this.#worst]!;
  }

  /** Where an attribute is kept in the buffer, -1 for one that is not there or was dropped. */
  keptAt(code: number): number {
    return this.#seen[code] === this.#epoch ? this.#keptAt[code]! : NOT_KEPT;
  }

  /** From now on ignores a family of {@link disables}. */
  disable(use: FamilyUse): void {
    this.#families.disable(use);
  }

  #begin(): void {
    if (this.#epoch === LAST_EPOCH) {
      this.#seen.fill(0);
      this.#epoch = 0;
    }
    this.#epoch++;
    this.withdrawn.clear();
    this.announced.clear();
    this.unreach.clear();
    this.reach.clear();
    this.dropped = false;
    this.treatAsWithdraw = false;
    if (this.disables.length > 0) this.disables.length = 0;
    this.endOfRib = 0;
    this.#attributeCount = 0;
    this.#mayReach = false;
    this.#faults = 0;
    this.#worst = 0;
  }

  #badFields(): Disposition {
    this.#fault("field-lengths", 0, 0, 0);
    return "reset";
  }

  #checkAttributes(bytes: Uint8Array): void {
    const end = this.attributesEnd;
    let at = this.attributesStart;
    while (at < end) {
      if (at + 3 > end) return this.#overrun(0, at);
      const flags = bytes[at]!;
      const code = bytes[at + 1]!;
      let valueStart = at + 3;
      let length = bytes[at + 2]!;
      if ((flags & AttributeFlag.extendedLength) !== 0) {
        if (at + 4 > end) return this.#overrun(code, at);
        valueStart = at + 4;
        length = (length << 8) | bytes[at + 3]!;
      }
      const next = valueStart + length;
      if (next > end) return this.#overrun(code, at);
      if (this.#seen[code] === this.#epoch) {
        this.dropped = true;
        this.#fault("attribute-duplicate", code, at, next);
      } else {
        this.#seen[code] = this.#epoch;
        this.#keptAt[code] = at;
        this.#attributeCount++;
        this.#checkAttribute(bytes, flags, code, at, valueStart, next);
      }
      at = next;
    }
  }

  #overrun(code: number, at: number): void {
    this.dropped = true;
    this.#attributeCount++;
    this.#fault("attribute-overrun", code, at, this.attributesEnd);
  }

  #checkAttribute(
    bytes: Uint8Array,
    flags: number,
    code: number,
    at: number,
    valueStart: number,
    end: number,
  ): void {
    const kind = attributeKinds[code]!;
    if (kind === 0) {
      if ((flags & AttributeFlag.optional) === 0 && this.#context.keepUnrecognized !== true) {
        this.#drop("attribute-unrecognized", code, at, end);
      }
    } else if (this.#unexpected[code] === 1) {
      this.#drop("attribute-unexpected", code, at, end);
    } else if (code === AttributeCode.mpReach || code === AttributeCode.mpUnreach) {
      this.#checkMultiprotocol(bytes, flags, code, at, valueStart, end);
    } else if ((flags & KIND_MASK) !== kind) {
      this.#drop("attribute-flags", code, at, end);
    } else if (!isWellFormed(code, bytes, valueStart, end, this.#context)) {
      this.#drop("attribute-malformed", code, at, end);
    }
  }

  #checkMultiprotocol(
    bytes: Uint8Array,
    flags: number,
    code: number,
    at: number,
    valueStart: number,
    end: number,
  ): void {
    // Whatever is wrong with it: as long as it isn't known to be empty it may have announced something.
    if (code === AttributeCode.mpReach) this.#mayReach = true;
    if (end - valueStart < MP_UNREACH_MINIMUM) return this.#drop("family-unreadable", code, at, end);
    const use = this.#families.use(familyOf(readUint16(bytes, valueStart), bytes[valueStart + 2]!));
    if (!use.negotiated) return this.#drop("family-not-negotiated", code, at, end);
    if (use.disabled) return this.#drop("family-disabled", code, at, end);
    const found =
      code === AttributeCode.mpReach
        ? this.#findReach(bytes, use, valueStart, end)
        : this.unreach.find(bytes, use, valueStart + MP_UNREACH_MINIMUM, end);
    if (!found) {
      this.disables.push(use);
      this.#drop("attribute-malformed", code, at, end);
    } else if ((flags & KIND_MASK) !== attributeKinds[code]) {
      // Kept, since its routes are known: they are withdrawn (RFC 7606 section 3 c).
      this.#fault("attribute-flags", code, at, end);
    }
  }

  #findReach(bytes: Uint8Array, use: FamilyUse, valueStart: number, end: number): boolean {
    const nlri = mpReachNlri(bytes, valueStart, end, use.codec, use.extendedNextHop);
    if (nlri < 0) return false;
    this.nextHopStart = valueStart + 4;
    this.nextHopLength = bytes[valueStart + 3]!;
    this.#mayReach = nlri < end;
    return this.reach.find(bytes, use, nlri, end);
  }

  #checkField(
    field: NlriField,
    cause: "withdrawn-syntax" | "nlri-syntax",
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const use = this.#ipv4;
    if (!use.negotiated) this.#fault("family-not-negotiated", 0, start, end);
    else if (use.disabled) this.#fault("family-disabled", 0, start, end);
    else if (!field.find(bytes, use, start, end)) this.#fault(cause, 0, start, end);
  }

  /** ORIGIN and AS_PATH for every route; NEXT_HOP for those of the NLRI field (RFC 7606 section 3 d). */
  #checkMandatory(): void {
    this.#checkPresent(AttributeCode.origin);
    this.#checkPresent(AttributeCode.asPath);
    if (this.announced.routes > 0) this.#checkPresent(AttributeCode.nextHop);
  }

  #checkPresent(code: number): void {
    if (this.#seen[code] !== this.#epoch) this.#fault("attribute-missing", code, 0, 0);
  }

  /** What else the message has of a family that it made to disable is ignored too. */
  #dropDisabled(): void {
    for (const use of this.disables) {
      for (const field of [this.withdrawn, this.announced, this.unreach, this.reach]) {
        if (field.routes === 0 || field.family !== use.family) continue;
        const { start, end } = field;
        field.clear();
        if (field === this.reach) this.#drop("family-disabled", AttributeCode.mpReach, start, end);
        else if (field === this.unreach) this.#drop("family-disabled", AttributeCode.mpUnreach, start, end);
        else this.#fault("family-disabled", 0, start, end);
      }
    }
  }

  /** Without reachable NLRI there is no telling whether they were all found (RFC 7606 section 5.2). */
  #checkReachable(): void {
    const unreach = this.#seen[AttributeCode.mpUnreach] === this.#epoch ? 1 : 0;
    if (this.#attributeCount > unreach) this.#fault("no-reachable-nlri", 0, 0, 0);
  }

  #findEndOfRib(): void {
    if (this.#faults > 0) return;
    if (this.#attributeCount === 0) {
      if (this.#ipv4.negotiated && !this.#ipv4.disabled) this.endOfRib = IPV4_UNICAST;
    } else if (this.#attributeCount === 1 && this.keptAt(AttributeCode.mpUnreach) >= 0) {
      if (this.unreach.start === this.unreach.end) this.endOfRib = this.unreach.family;
    }
  }

  #drop(cause: UpdateErrorCause, code: number, start: number, end: number): void {
    this.#keptAt[code] = NOT_KEPT;
    this.dropped = true;
    this.#fault(cause, code, start, end);
  }

  #fault(cause: UpdateErrorCause, code: number, start: number, end: number): void {
    const action = errorAction(cause, code);
    if (action === "treat-as-withdraw") this.treatAsWithdraw = true;
    this.#faults++;
    this.#worst = Math.max(this.#worst, SEVERITY[action]);
    this.#sink.fault(cause, action, code, start, end);
  }
}
