import { formatIPv4, readUint16, readUint32, toHex } from "@netferry/bgp";
import type { FactList } from "./facts.ts";

/** tshark's fields of the subtype by the type octet; of types with a layout of their own, the type is compared alone. */
const SUBTYPES: ReadonlyMap<number, string> = new Map([
  [0x00, "stype_tr_as2"],
  [0x40, "stype_ntr_as2"],
  [0x01, "stype_tr_IP4"],
  [0x41, "stype_ntr_IP4"],
  [0x02, "stype_tr_as4"],
  [0x42, "stype_ntr_as4"],
]);
/** Subtypes of the two-octet AS types whose value is no number: bandwidth. */
const BANDWIDTH = 0x04;
/** Types and subtypes with a layout of their own: OSPF domain and router. */
const OSPF: ReadonlySet<number> = new Set([0x0005, 0x0107]);

export function expectExtendedCommunity(value: Uint8Array, facts: FactList): void {
  const [type = 0, subtype = 0] = value;
  facts.add("ext_com.type", type);
  const field = SUBTYPES.get(type);
  if (field === undefined) return;
  facts.add(`ext_com.${field}`, subtype);
  if (OSPF.has(readUint16(value, 0))) return;
  switch (type & 0x3f) {
    case 0x00:
      facts.add("ext_com.value_as2", readUint16(value, 2));
      if (subtype !== BANDWIDTH) facts.add("ext_com.value_an4", readUint32(value, 4));
      return;
    case 0x01:
      facts.add("ext_com.value_IP4", formatIPv4(value, 2));
      facts.add("ext_com.value_an2", readUint16(value, 6));
      return;
    case 0x02:
      facts.add("ext_com.value_as4", readUint32(value, 2));
      facts.add("ext_com.value_an2", readUint16(value, 6));
      return;
    default:
      throw new Error(`${toHex(value)} has a subtype field but no layout`);
  }
}
