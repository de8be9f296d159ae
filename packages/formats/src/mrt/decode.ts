import { type Family, familyOf, IPV4_UNICAST, IPV6_UNICAST, prefixOf } from "@netferry/bgp";
import { Fields } from "../fields.ts";
import { type Bgp4mpForm, bgp4mpForm, Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "./code.ts";
import type { MrtError } from "./error.ts";
import { nlriLength } from "./nlri-length.ts";
import type { MrtReader } from "./reader.ts";
import type { MrtPeer, MrtRecord, RibEntry } from "./record.ts";

export type MrtResult =
  | { readonly ok: true; readonly record: MrtRecord }
  | { readonly ok: false; readonly error: MrtError };

const AFI_IPV4 = 1;
const AFI_IPV6 = 2;
const IPV4_MULTICAST = familyOf(AFI_IPV4, 2);
const IPV6_MULTICAST = familyOf(AFI_IPV6, 2);
/** Bits of a peer's type octet (RFC 6396 section 4.3.1). */
const PEER_IPV6 = 1;
const PEER_AS4 = 2;
/** TABLE_DUMP subtypes with four-octet AS numbers, IPv4 and IPv6. */
const FIRST_AS4_SUBTYPE = 3;

const RIB_SUBTYPES: ReadonlyMap<number, { readonly family: Family | undefined; readonly addPath: boolean }> =
  new Map([
    [TableDumpV2Subtype.ribIpv4Unicast, { family: IPV4_UNICAST, addPath: false }],
    [TableDumpV2Subtype.ribIpv4Multicast, { family: IPV4_MULTICAST, addPath: false }],
    [TableDumpV2Subtype.ribIpv6Unicast, { family: IPV6_UNICAST, addPath: false }],
    [TableDumpV2Subtype.ribIpv6Multicast, { family: IPV6_MULTICAST, addPath: false }],
    [TableDumpV2Subtype.ribGeneric, { family: undefined, addPath: false }],
    [TableDumpV2Subtype.ribIpv4UnicastAddPath, { family: IPV4_UNICAST, addPath: true }],
    [TableDumpV2Subtype.ribIpv4MulticastAddPath, { family: IPV4_MULTICAST, addPath: true }],
    [TableDumpV2Subtype.ribIpv6UnicastAddPath, { family: IPV6_UNICAST, addPath: true }],
    [TableDumpV2Subtype.ribIpv6MulticastAddPath, { family: IPV6_MULTICAST, addPath: true }],
    [TableDumpV2Subtype.ribGenericAddPath, { family: undefined, addPath: true }],
  ]);

/** The subtype of a RIB record; undefined for a family that only RIB_GENERIC has. */
export function ribSubtype(family: Family | undefined, addPath: boolean): number | undefined {
  for (const [subtype, form] of RIB_SUBTYPES) {
    if (form.family === family && form.addPath === addPath) return subtype;
  }
  return undefined;
}

/** Decodes the record that the reader stands at. Total: every input gives a value. */
export function decodeMrtRecord(reader: MrtReader): MrtResult {
  const fields = new Fields(reader.buffer, reader.start, reader.end);
  const record = decodeBody(reader, fields);
  if (record !== undefined && !fields.short) return { ok: true, record };
  const text = `malformed MRT record of type ${reader.type}, subtype ${reader.subtype}: ${fields.problem}`;
  return { ok: false, error: { cause: "record-malformed", offset: reader.offset, text } };
}

function decodeBody(reader: MrtReader, fields: Fields): MrtRecord | undefined {
  const { timestamp, subtype } = reader;
  const extended = reader.microseconds < 0 ? { timestamp } : { timestamp, microseconds: reader.microseconds };
  switch (reader.type) {
    case MrtType.tableDump:
      if (subtype >= AFI_IPV4 && subtype <= FIRST_AS4_SUBTYPE + 1)
        return tableDump(timestamp, subtype, fields);
      break;
    case MrtType.tableDumpV2: {
      if (subtype === TableDumpV2Subtype.peerIndexTable) return peerIndexTable(timestamp, fields);
      const form = RIB_SUBTYPES.get(subtype);
      if (form !== undefined) return rib(timestamp, form.family, form.addPath, fields);
      break;
    }
    case MrtType.bgp4mp:
    case MrtType.bgp4mpEt: {
      const form = bgp4mpForm(subtype);
      if (form !== undefined) return message(extended, form, fields);
      if (subtype === Bgp4mpSubtype.stateChange) return stateChange(extended, false, fields);
      if (subtype === Bgp4mpSubtype.stateChangeAs4) return stateChange(extended, true, fields);
      break;
    }
  }
  return { type: "other", ...extended, mrtType: reader.type, subtype, body: fields.rest() };
}

/** RFC 6396 section 4.2. */
function tableDump(timestamp: number, subtype: number, fields: Fields): MrtRecord | undefined {
  const fourOctetAs = subtype >= FIRST_AS4_SUBTYPE;
  const width = (subtype & 1) === 1 ? 4 : 16;
  const view = fields.uint16();
  const sequence = fields.uint16();
  const address = fields.bytes(width);
  const prefix = prefixOf(address, fields.uint8());
  const status = fields.uint8();
  const originated = fields.uint32();
  const peerAddress = fields.bytes(width);
  const peerAs = fields.asn(fourOctetAs);
  const attributes = fields.bytes(fields.uint16());
  if (prefix === undefined) return fields.fail("the prefix is longer than an address");
  const { family, nlri } = prefix;
  return {
    type: "table-dump",
    timestamp,
    view,
    sequence,
    family,
    nlri,
    status,
    originated,
    peerAddress,
    peerAs,
    fourOctetAs,
    attributes,
  };
}

/** RFC 6396 section 4.3.1. */
function peerIndexTable(timestamp: number, fields: Fields): MrtRecord {
  const collectorId = fields.uint32();
  const viewName = new TextDecoder().decode(fields.bytes(fields.uint16()));
  const count = fields.uint16();
  const peers: MrtPeer[] = [];
  while (peers.length < count && !fields.short) {
    const kind = fields.uint8();
    const bgpIdentifier = fields.uint32();
    const address = fields.bytes((kind & PEER_IPV6) === 0 ? 4 : 16);
    const fourOctetAs = (kind & PEER_AS4) !== 0;
    peers.push({ bgpIdentifier, address, asn: fields.asn(fourOctetAs), fourOctetAs });
  }
  return { type: "peer-index-table", timestamp, collectorId, viewName, peers };
}

/** RFC 6396 sections 4.3.2 to 4.3.4, RFC 8050 section 4. */
function rib(
  timestamp: number,
  known: Family | undefined,
  addPath: boolean,
  fields: Fields,
): MrtRecord | undefined {
  const sequence = fields.uint32();
  const family = known ?? familyOf(fields.uint16(), fields.uint8());
  const nlri = readNlri(family, fields);
  if (nlri === undefined) return undefined;
  const count = fields.uint16();
  const entries: RibEntry[] = [];
  while (entries.length < count && !fields.short) {
    const peerIndex = fields.uint16();
    const originated = fields.uint32();
    const path = addPath ? { pathId: fields.uint32() } : {};
    entries.push({ peerIndex, originated, ...path, attributes: fields.bytes(fields.uint16()) });
  }
  return { type: "rib", timestamp, generic: known === undefined, addPath, sequence, family, nlri, entries };
}

function readNlri(family: Family, fields: Fields): Uint8Array | undefined {
  const length = fields.short ? -1 : nlriLength(family, fields.buffer, fields.at, fields.end);
  return length < 0 ? fields.fail("its NLRI does not fit its length") : fields.bytes(length);
}

type Extended = { readonly timestamp: number; readonly microseconds?: number };

/** What BGP4MP records begin with (RFC 6396 section 4.4). */
function session(extended: Extended, fourOctetAs: boolean, fields: Fields) {
  const peerAs = fields.asn(fourOctetAs);
  const localAs = fields.asn(fourOctetAs);
  const interfaceIndex = fields.uint16();
  const afi = fields.uint16();
  if (afi !== AFI_IPV4 && afi !== AFI_IPV6)
    return fields.fail(`address family ${afi} is neither IPv4 nor IPv6`);
  const width = afi === AFI_IPV4 ? 4 : 16;
  const peerAddress = fields.bytes(width);
  const localAddress = fields.bytes(width);
  return { ...extended, peerAs, localAs, interfaceIndex, peerAddress, localAddress };
}

function message(extended: Extended, form: Bgp4mpForm, fields: Fields): MrtRecord | undefined {
  const head = session(extended, form.fourOctetAs, fields);
  return head === undefined
    ? undefined
    : { type: "bgp4mp-message", ...head, ...form, message: fields.rest() };
}

function stateChange(extended: Extended, fourOctetAs: boolean, fields: Fields): MrtRecord | undefined {
  const head = session(extended, fourOctetAs, fields);
  if (head === undefined) return undefined;
  const oldState = fields.uint16();
  return { type: "bgp4mp-state-change", ...head, fourOctetAs, oldState, newState: fields.uint16() };
}
