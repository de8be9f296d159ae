import { type ByteWriter, EncodeError, readUint64 } from "../bytes.ts";
import type { Family } from "../family.ts";
import { RD_LENGTH } from "../route-distinguisher.ts";
import { readUint, writeUint } from "../tlv/field.ts";
import type { FamilyCodec } from "./codec.ts";
import {
  FLOW_TYPES,
  FlowOperatorBit,
  isPrefixComponent,
  LAST_IPV4_TYPE,
  LAST_IPV6_TYPE,
  LAST_PREFIX_TYPE,
  lengthBits,
  valueLength,
} from "./flowspec-component.ts";
import type {
  FlowComponent,
  FlowPrefixComponent,
  FlowSpecNlri,
  FlowTest,
  FlowTestComponent,
  FlowValue,
} from "./flowspec-nlri.ts";
import { formatFlowSpec } from "./flowspec-text.ts";
import { readIpPrefix, writeIpPrefix } from "./ip-prefix.ts";
import { familyOfNlri } from "./list.ts";
import { ignoredNextHop } from "./next-hops.ts";

/** From here on the length takes two octets, of which the first four bits say so (RFC 8955 section 4.1). */
const LONG_LENGTH = 0xf0;
const MAX_LENGTH = 0xfff;

/** Octets of the length field at `start`. */
function lengthWidth(bytes: Uint8Array, start: number): 1 | 2 {
  return bytes[start]! < LONG_LENGTH ? 1 : 2;
}

/**
 * Flow specifications. An NLRI is incorrect if a component is unknown, out of order or cut short (RFC 8955
 * section 4.2: "considered malformed"). `width`: octets of an address; `vpn`: a route distinguisher leads.
 */
export function flowSpecFamily(family: Family, width: 4 | 16, vpn: boolean): FamilyCodec<FlowSpecNlri> {
  const head = vpn ? RD_LENGTH : 0;
  return familyOfNlri<FlowSpecNlri>({
    family,
    kinds: ["flowspec"],
    layout: "opaque",
    acceptsNextHop: ignoredNextHop,
    end(bytes, start, limit) {
      if (start >= limit) return -1;
      const lengthOctets = lengthWidth(bytes, start);
      const body = start + lengthOctets;
      if (body > limit) return -1;
      const end = body + (readUint(bytes, start, lengthOctets) & MAX_LENGTH);
      if (end > limit || body + head > end) return -1;
      const correct =
        checkComponents(bytes, body + head, end, width, false) ||
        (width === 16 && checkComponents(bytes, body + head, end, width, true));
      return correct ? end : -1;
    },
    decode(bytes, start, end) {
      const body = start + lengthWidth(bytes, start);
      const whole = !checkComponents(bytes, body + head, end, width, false);
      const components = readComponents(bytes, body + head, end, width, whole);
      return vpn
        ? { kind: "flowspec", rd: bytes.slice(body, body + head), components }
        : { kind: "flowspec", components };
    },
    encode(value, out) {
      const lengthAt = out.length;
      out.uint8(0);
      if ((value.rd?.length ?? 0) !== head) {
        throw new EncodeError(`a route distinguisher of ${value.rd?.length ?? 0} octets, not ${head}`);
      }
      if (value.rd !== undefined) out.bytes(value.rd);
      writeComponents(value.components, width, out);
      const length = out.length - lengthAt - 1;
      if (length > MAX_LENGTH) throw new EncodeError(`a flow specification of ${length} octets`);
      if (length < LONG_LENGTH) {
        out.patchUint8(lengthAt, length);
      } else {
        out.insertUint8(lengthAt, LONG_LENGTH | (length >>> 8));
        out.patchUint8(lengthAt + 1, length & 0xff);
      }
    },
    format: formatFlowSpec,
  });
}

/** `whole`: patterns have the bits before the offset, too, which the drafts before RFC 8956 wanted. */
function checkComponents(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: 4 | 16,
  whole: boolean,
): boolean {
  const last = width === 4 ? LAST_IPV4_TYPE : LAST_IPV6_TYPE;
  let before = 0;
  let at = start;
  while (at < end) {
    const type = bytes[at]!;
    if (type <= before || type > last) return false;
    before = type;
    at =
      type <= LAST_PREFIX_TYPE ? prefixEnd(bytes, at + 1, end, width, whole) : testsEnd(bytes, at + 1, end);
    if (at < 0) return false;
  }
  return true;
}

/** A length; of IPv6 an offset; and the bits between them (RFC 8955 section 4.2.2.1, RFC 8956 section 3.1). */
function prefixEnd(bytes: Uint8Array, at: number, end: number, width: 4 | 16, whole: boolean): number {
  const head = width === 4 ? 1 : 2;
  if (at + head > end) return -1;
  const length = bytes[at]!;
  const offset = width === 4 ? 0 : bytes[at + 1]!;
  // All bits count for nothing if there are none: then the offset has no meaning.
  if (length > 8 * width || (offset >= length && offset !== 0)) return -1;
  const next = at + head + ((length - (whole ? 0 : offset) + 7) >>> 3);
  return next <= end ? next : -1;
}

function testsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const operator = bytes[at]!;
    at += 1 + valueLength(operator);
    if (at > end) return -1;
    if ((operator & FlowOperatorBit.end) !== 0) return at;
  }
  return -1;
}

function readComponents(
  bytes: Uint8Array,
  start: number,
  end: number,
  width: 4 | 16,
  whole: boolean,
): FlowComponent[] {
  const components: FlowComponent[] = [];
  let at = start;
  while (at < end) {
    const type = FLOW_TYPES[bytes[at]!]!;
    if (type === "destination" || type === "source") {
      components.push(readPrefix(type, bytes, at + 1, width, whole));
      at = prefixEnd(bytes, at + 1, end, width, whole);
    } else {
      const next = testsEnd(bytes, at + 1, end);
      components.push({ type, tests: readTests(bytes, at + 1, next) });
      at = next;
    }
  }
  return components;
}

function readPrefix(
  type: FlowPrefixComponent["type"],
  bytes: Uint8Array,
  at: number,
  width: 4 | 16,
  whole: boolean,
): FlowPrefixComponent {
  const length = bytes[at]!;
  if (width === 4) return { type, prefix: readIpPrefix(bytes, at + 1, length, 4), offset: 0 };
  const offset = bytes[at + 1]!;
  if (whole && offset > 0) {
    return { type, prefix: readIpPrefix(bytes, at + 2, length, 16), offset, wholePattern: true };
  }
  const pattern = readIpPrefix(bytes, at + 2, length - offset, 16);
  return { type, prefix: { length, address: shiftRight(pattern.address, offset) }, offset };
}

function readTests(bytes: Uint8Array, start: number, end: number): FlowTest[] {
  const tests: FlowTest[] = [];
  let at = start;
  while (at < end) {
    const operator = bytes[at]!;
    const octets = valueLength(operator);
    tests.push({
      and: (operator & FlowOperatorBit.and) !== 0,
      operator: operator & FlowOperatorBit.kept,
      value: readValue(bytes, at + 1, octets),
    });
    at += 1 + octets;
  }
  return tests;
}

function readValue(bytes: Uint8Array, at: number, octets: 1 | 2 | 4 | 8): FlowValue {
  return octets === 8
    ? { octets, number: readUint64(bytes, at) }
    : { octets, number: readUint(bytes, at, octets) };
}

function writeComponents(components: readonly FlowComponent[], width: 4 | 16, out: ByteWriter): void {
  const last = width === 4 ? LAST_IPV4_TYPE : LAST_IPV6_TYPE;
  let before = 0;
  for (const component of components) {
    const type = FLOW_TYPES.indexOf(component.type);
    if (type <= before || type > last) {
      throw new EncodeError(`flow component ${component.type} is not of the family, or out of order`);
    }
    before = type;
    out.uint8(type);
    if (isPrefixComponent(component)) writePrefix(component, width, out);
    else writeTests(component, out);
  }
}

function writePrefix(
  { prefix, offset, wholePattern }: FlowPrefixComponent,
  width: 4 | 16,
  out: ByteWriter,
): void {
  const { length, address } = prefix;
  if (length > 8 * width || (offset !== 0 && (width === 4 || offset >= length))) {
    throw new EncodeError(`a flow prefix of ${length} bits with an offset of ${offset}`);
  }
  out.uint8(length);
  if (width === 16) out.uint8(offset);
  if (wholePattern === true) writeIpPrefix(prefix, width, out);
  else writeIpPrefix({ length: length - offset, address: shiftLeft(address, offset) }, width, out);
}

function writeTests({ type, tests }: FlowTestComponent, out: ByteWriter): void {
  if (tests.length === 0) throw new EncodeError(`flow component ${type} tests nothing`);
  for (const [index, { and, operator, value }] of tests.entries()) {
    if ((operator & ~FlowOperatorBit.kept) !== 0) throw new EncodeError(`flow operator ${operator}`);
    out.uint8(
      operator |
        lengthBits(value.octets) |
        (and ? FlowOperatorBit.and : 0) |
        (index === tests.length - 1 ? FlowOperatorBit.end : 0),
    );
    if (value.octets === 8) out.uint64(value.number);
    else writeUint(value.number, value.octets, out);
  }
}

/** The bits moved to lower places, zeros before them. */
function shiftRight(address: Uint8Array, bits: number): Uint8Array {
  const shifted = new Uint8Array(address.length);
  const octets = bits >>> 3;
  const rest = bits & 7;
  for (let i = octets; i < address.length; i++) {
    const above = i > octets ? address[i - octets - 1]! << 8 : 0;
    shifted[i] = (above | address[i - octets]!) >>> rest;
  }
  return shifted;
}

/** The bits moved to higher places. */
function shiftLeft(address: Uint8Array, bits: number): Uint8Array {
  const shifted = new Uint8Array(address.length);
  const octets = bits >>> 3;
  const rest = bits & 7;
  for (let i = 0; i + octets < address.length; i++) {
    const pair = (address[i + octets]! << 8) | (address[i + octets + 1] ?? 0);
    shifted[i] = (pair << rest) >>> 8;
  }
  return shifted;
}
