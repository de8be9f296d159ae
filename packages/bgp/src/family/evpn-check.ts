import { addressFieldEnd, flowFieldsEnd } from "./address-field.ts";

/** Route types, IANA's "EVPN Route Types". */
export const EvpnType = {
  ethernetAd: 1,
  macIp: 2,
  inclusiveMulticast: 3,
  ethernetSegment: 4,
  ipPrefix: 5,
  selectiveMulticast: 6,
  joinSynch: 7,
  leaveSynch: 8,
  perRegionIPmsi: 9,
  sPmsi: 10,
  leaf: 11,
} as const;

/** Where fields stand, from the beginning of the value: behind the route distinguisher, and the ESI where there is one. */
export const AFTER_RD = 8;
export const AFTER_ESI = 18;
export const AFTER_RD_TAG = 12;
export const AFTER_ESI_TAG = 22;
/** Of an IP prefix route with IPv4 and with IPv6 addresses. */
export const IP_PREFIX_LENGTHS: readonly number[] = [34, 58];

/** Whether the value of a route of this type has the form that its RFC gives. Any value of an unknown type has. */
export function isEvpnValue(type: number, bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  switch (type) {
    case EvpnType.ethernetAd:
      return length === AFTER_ESI_TAG + 3;
    case EvpnType.macIp:
      return isMacIp(bytes, start, end);
    case EvpnType.inclusiveMulticast:
      return addressFieldEnd(bytes, start + AFTER_RD_TAG, end, false) === end;
    case EvpnType.ethernetSegment:
      return addressFieldEnd(bytes, start + AFTER_ESI, end, false) === end;
    case EvpnType.ipPrefix:
      return (
        IP_PREFIX_LENGTHS.includes(length) && bytes[start + AFTER_ESI_TAG]! <= (length === 34 ? 32 : 128)
      );
    case EvpnType.selectiveMulticast:
      return originatedEnd(bytes, start + AFTER_RD_TAG, end) + 1 === end;
    case EvpnType.joinSynch:
      return originatedEnd(bytes, start + AFTER_ESI_TAG, end) + 1 === end;
    case EvpnType.leaveSynch: {
      const at = originatedEnd(bytes, start + AFTER_ESI_TAG, end);
      return at >= 0 && (end - at === 6 || end - at === 5);
    }
    case EvpnType.perRegionIPmsi:
      return length === AFTER_RD_TAG + 8;
    case EvpnType.sPmsi:
      return originatedEnd(bytes, start + AFTER_RD_TAG, end) === end;
    case EvpnType.leaf:
      return leafKeyEnd(bytes, start, end) >= 0;
    default:
      return true;
  }
}

/** Source, group and originator; -1 if they are not there, which also is no end less one. */
function originatedEnd(bytes: Uint8Array, at: number, end: number): number {
  const flow = flowFieldsEnd(bytes, at, end);
  const originator = flow < 0 ? -1 : addressFieldEnd(bytes, flow, end, false);
  return originator < 0 ? -2 : originator;
}

function isMacIp(bytes: Uint8Array, start: number, end: number): boolean {
  const macAt = start + AFTER_ESI_TAG;
  if (macAt + 8 > end || bytes[macAt] !== 48) return false;
  const labels = addressFieldEnd(bytes, macAt + 7, end, true);
  return labels >= 0 && (end - labels === 3 || end - labels === 6);
}

/** Where the route key of a leaf route ends, which is told from the end: an address field of 5 or 17 octets. */
export function leafKeyEnd(bytes: Uint8Array, start: number, end: number): number {
  for (const width of [4, 16]) {
    const at = end - width - 1;
    if (at > start && bytes[at] === 8 * width) return at;
  }
  return -1;
}
