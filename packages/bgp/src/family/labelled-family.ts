import { type ByteWriter, EncodeError } from "../bytes.ts";
import type { Family } from "../family.ts";
import { labelValue, WITHDRAWN_LABEL } from "../label.ts";
import { formatRouteDistinguisher, RD_LENGTH } from "../route-distinguisher.ts";
import type { FamilyCodec } from "./codec.ts";
import { formatIpPrefix, type IpPrefix, readIpPrefix, writeIpPrefix } from "./ip-prefix.ts";
import { labelsEnd, readLabels, writeLabels } from "./labels.ts";
import { familyOfNlri } from "./list.ts";
import type { LabelledNlri, VpnNlri } from "./prefix-nlri.ts";

/** Labelled prefixes, RFC 8277 section 2: the length counts the bits of the labels and the prefix. */
export function labelledFamily(
  family: Family,
  width: 4 | 16,
  acceptsNextHop: FamilyCodec["acceptsNextHop"],
): FamilyCodec<LabelledNlri> {
  return familyOfNlri<LabelledNlri>({
    family,
    kinds: ["labelled"],
    layout: "labelled",
    acceptsNextHop,
    end: (bytes, start, limit) => labelledEnd(bytes, start, limit, 0, 8 * width),
    decode(bytes, start, end) {
      const prefixAt = labelsEnd(bytes, start + 1, end);
      const bits = bytes[start]! - 8 * (prefixAt - start - 1);
      return {
        kind: "labelled",
        labels: readLabels(bytes, start + 1, prefixAt),
        prefix: readIpPrefix(bytes, prefixAt, bits, width),
      };
    },
    encode: ({ labels, prefix }, out) => writeLabelled(labels, undefined, prefix, width, out),
    format: ({ labels, prefix }) => `${formatIpPrefix(prefix)}${formatLabels(labels)}`,
  });
}

/** L3VPN prefixes, RFC 4364 section 4.3.4: a route distinguisher between labels and prefix. */
export function vpnFamily(
  family: Family,
  width: 4 | 16,
  acceptsNextHop: FamilyCodec["acceptsNextHop"],
): FamilyCodec<VpnNlri> {
  return familyOfNlri<VpnNlri>({
    family,
    kinds: ["vpn"],
    layout: "labelled",
    acceptsNextHop,
    end: (bytes, start, limit) => labelledEnd(bytes, start, limit, RD_LENGTH, 8 * width),
    decode(bytes, start, end) {
      const rdAt = labelsEnd(bytes, start + 1, end);
      const prefixAt = rdAt + RD_LENGTH;
      const bits = bytes[start]! - 8 * (prefixAt - start - 1);
      return {
        kind: "vpn",
        labels: readLabels(bytes, start + 1, rdAt),
        rd: bytes.slice(rdAt, prefixAt),
        prefix: readIpPrefix(bytes, prefixAt, bits, width),
      };
    },
    encode: ({ labels, rd, prefix }, out) => writeLabelled(labels, rd, prefix, width, out),
    format: ({ labels, rd, prefix }) =>
      `${formatRouteDistinguisher(rd)}:${formatIpPrefix(prefix)}${formatLabels(labels)}`,
  });
}

/** `fixed`: octets between the labels and the prefix. */
function labelledEnd(
  bytes: Uint8Array,
  start: number,
  limit: number,
  fixed: number,
  maxBits: number,
): number {
  if (start >= limit) return -1;
  const end = start + 1 + ((bytes[start]! + 7) >>> 3);
  if (end > limit) return -1;
  const labels = labelsEnd(bytes, start + 1, end);
  if (labels < 0) return -1;
  const bits = bytes[start]! - 8 * (labels + fixed - start - 1);
  return bits >= 0 && bits <= maxBits ? end : -1;
}

function writeLabelled(
  labels: readonly number[],
  rd: Uint8Array | undefined,
  prefix: IpPrefix,
  width: number,
  out: ByteWriter,
): void {
  if (rd !== undefined && rd.length !== RD_LENGTH) {
    throw new EncodeError(`a route distinguisher has ${RD_LENGTH} octets, not ${rd.length}`);
  }
  const lengthAt = out.length;
  out.uint8(0);
  writeLabels(labels, out);
  if (rd !== undefined) out.bytes(rd);
  const bits = 8 * (out.length - lengthAt - 1) + prefix.length;
  if (bits > 0xff) throw new EncodeError(`labels and prefix take ${bits} bits, more than 255`);
  out.patchUint8(lengthAt, bits);
  writeIpPrefix(prefix, width, out);
}

function formatLabels(labels: readonly number[]): string {
  if (labels.length === 1 && labels[0] === WITHDRAWN_LABEL) return "";
  return ` label ${labels.map((field) => labelValue(field)).join("/")}`;
}
