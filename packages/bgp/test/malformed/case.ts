import {
  type CodecContext,
  codecContext,
  codecFamilies,
  type Disposition,
  fromHex,
  IPV4_UNICAST,
  IPV6_UNICAST,
  type UpdateErrorCause,
} from "@netferry/bgp";

/** The session that a case belongs to. Unless it says otherwise: internal, four-octet AS numbers, every family. */
export type SessionKind =
  | "internal"
  | "external"
  | "two-octet-as"
  | "add-path"
  | "ipv6-alone"
  | "extended-next-hop";

const INTERNAL = codecContext({ families: new Set(codecFamilies), extendedNextHop: new Set() });

export const CONTEXTS: Readonly<Record<SessionKind, CodecContext>> = {
  internal: INTERNAL,
  external: { ...INTERNAL, internal: false },
  "two-octet-as": { ...INTERNAL, fourOctetAs: false },
  "add-path": { ...INTERNAL, addPathReceive: new Set([IPV4_UNICAST, IPV6_UNICAST]) },
  "ipv6-alone": { ...INTERNAL, families: new Set([IPV6_UNICAST]) },
  "extended-next-hop": { ...INTERNAL, extendedNextHop: new Set([IPV4_UNICAST, IPV6_UNICAST]) },
};

/** An UPDATE made by hand, and what the RFCs make of it. */
export interface MalformedCase {
  /** Unique, and what is wrong. */
  readonly name: string;
  /** Where it is decided, beside RFC 7606 section 3. */
  readonly rfc: string;
  readonly session: SessionKind;
  /** Hexadecimal, with blanks. */
  readonly withdrawn: string;
  readonly attributes: string;
  readonly nlri: string;
  /** The message's octets, where length fields lie; otherwise they are made of the three fields. */
  readonly raw?: string;
  readonly is: Disposition;
  /** Of each error, in the order in which it is found; of a reset the first one that asks for it. */
  readonly causes: readonly UpdateErrorCause[];
  /** Of a reset: the NOTIFICATION's subcode, and its data in hexadecimal. */
  readonly subcode?: number;
  readonly data?: string;
}

export const octets = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new Error(`${hex} is not hexadecimal`);
  return bytes;
};
const hex16 = (value: number): string => value.toString(16).padStart(4, "0");
const hex8 = (value: number): string => value.toString(16).padStart(2, "0");

/** An attribute with the length of its value: `attribute("c008", "fde80001")`. */
export function attribute(flagsAndCode: string, value: string): string {
  return `${flagsAndCode}${hex8(octets(value).length)}${value}`;
}

/** MP_REACH_NLRI of a family in hexadecimal, such as 000201. */
export function reach(family: string, nextHop: string, nlri: string, flags = "80"): string {
  return attribute(`${flags}0e`, `${family}${hex8(octets(nextHop).length)}${nextHop}00${nlri}`);
}

/** MP_UNREACH_NLRI. */
export function unreach(family: string, nlri: string, flags = "80"): string {
  return attribute(`${flags}0f`, `${family}${nlri}`);
}

/** The UPDATE's octets, header included. */
export function messageOf({ withdrawn, attributes, nlri, raw }: MalformedCase): Uint8Array {
  const body =
    raw ??
    `${hex16(octets(withdrawn).length)}${withdrawn}${hex16(octets(attributes).length)}${attributes}${nlri}`;
  return octets(`${"ff".repeat(16)}${hex16(19 + octets(body).length)}02${body}`);
}

export const ORIGIN = "40010100";
export const AS_PATH = "400206 0201 0000fde9";
export const AS_PATH_2 = "400204 0201 fde9";
export const NEXT_HOP = "400304 c0000201";
export const MANDATORY = `${ORIGIN}${AS_PATH}${NEXT_HOP}`;
export const MANDATORY_2 = `${ORIGIN}${AS_PATH_2}${NEXT_HOP}`;
/** 192.0.2.0/24 */
export const PREFIX = "18c00002";
export const V6_HOP = "20010db8000000000000000000000001";
/** 2001:db8::/32 */
export const V6_PREFIX = "2020010db8";

/** Of what a table's cases have in common. */
export type Rest = Partial<Omit<MalformedCase, "name" | "is">>;

/** A case that announces {@link PREFIX} with these attributes. */
export function caseOf(
  name: string,
  is: Disposition,
  attributes: string,
  causes: readonly UpdateErrorCause[],
  rest: Rest = {},
): MalformedCase {
  return {
    name,
    rfc: "7606 3",
    session: "internal",
    withdrawn: "",
    nlri: PREFIX,
    attributes,
    is,
    causes,
    ...rest,
  };
}

/** Beside what is mandatory: one more attribute. */
export const beside = (
  name: string,
  is: Disposition,
  more: string,
  causes: readonly UpdateErrorCause[],
  rest: Rest = {},
): MalformedCase => caseOf(name, is, `${MANDATORY}${more}`, causes, rest);

export const MALFORMED = ["attribute-malformed"] as const;
export const FLAGS = ["attribute-flags"] as const;
export const MISSING = ["attribute-missing"] as const;
export const DUPLICATE = ["attribute-duplicate"] as const;
export const UNEXPECTED = ["attribute-unexpected"] as const;
export const OVERRUN = ["attribute-overrun"] as const;
