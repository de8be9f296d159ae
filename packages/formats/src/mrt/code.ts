/** Types and subtypes of MRT records (RFC 6396 section 4, RFC 8050 section 4, IANA's "MRT Format Registry"). */

export const MrtType = { tableDump: 12, tableDumpV2: 13, bgp4mp: 16, bgp4mpEt: 17 } as const;

export const TableDumpV2Subtype = {
  peerIndexTable: 1,
  ribIpv4Unicast: 2,
  ribIpv4Multicast: 3,
  ribIpv6Unicast: 4,
  ribIpv6Multicast: 5,
  ribGeneric: 6,
  /** RFC 6397. */
  geoPeerTable: 7,
  ribIpv4UnicastAddPath: 8,
  ribIpv4MulticastAddPath: 9,
  ribIpv6UnicastAddPath: 10,
  ribIpv6MulticastAddPath: 11,
  ribGenericAddPath: 12,
} as const;

export const Bgp4mpSubtype = {
  stateChange: 0,
  message: 1,
  messageAs4: 4,
  stateChangeAs4: 5,
  messageLocal: 6,
  messageAs4Local: 7,
  messageAddPath: 8,
  messageAs4AddPath: 9,
  messageLocalAddPath: 10,
  messageAs4LocalAddPath: 11,
} as const;

/** What a BGP4MP message's subtype says beside that it is one. */
export interface Bgp4mpForm {
  readonly fourOctetAs: boolean;
  /** The collector sent the message, rather than receiving it. */
  readonly local: boolean;
  readonly addPath: boolean;
}

const FORMS: ReadonlyMap<number, Bgp4mpForm> = new Map([
  [Bgp4mpSubtype.message, { fourOctetAs: false, local: false, addPath: false }],
  [Bgp4mpSubtype.messageAs4, { fourOctetAs: true, local: false, addPath: false }],
  [Bgp4mpSubtype.messageLocal, { fourOctetAs: false, local: true, addPath: false }],
  [Bgp4mpSubtype.messageAs4Local, { fourOctetAs: true, local: true, addPath: false }],
  [Bgp4mpSubtype.messageAddPath, { fourOctetAs: false, local: false, addPath: true }],
  [Bgp4mpSubtype.messageAs4AddPath, { fourOctetAs: true, local: false, addPath: true }],
  [Bgp4mpSubtype.messageLocalAddPath, { fourOctetAs: false, local: true, addPath: true }],
  [Bgp4mpSubtype.messageAs4LocalAddPath, { fourOctetAs: true, local: true, addPath: true }],
]);

/** Undefined for a subtype that is no message. */
export function bgp4mpForm(subtype: number): Bgp4mpForm | undefined {
  return FORMS.get(subtype);
}

/** The inverse of {@link bgp4mpForm}. */
export function bgp4mpSubtype(form: Bgp4mpForm): number {
  for (const [subtype, { fourOctetAs, local, addPath }] of FORMS) {
    if (fourOctetAs === form.fourOctetAs && local === form.local && addPath === form.addPath) return subtype;
  }
  return Bgp4mpSubtype.message;
}
