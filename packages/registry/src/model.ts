/** A place that scopes device addresses: two sites may hold devices with the same address. */
export interface Site {
  /** Never used again after the site is removed. */
  readonly id: number;
  /** Unique, whatever the case of its letters. */
  readonly name: string;
}

/** `peer` holds BGP sessions itself, `table` uses another device's routes, `none` has no BGP at all. */
export type DeviceType = "peer" | "table" | "none";

/** A router, registered once. */
export interface Device {
  /** Never used again after the device is removed. */
  readonly id: number;
  /** Unique, whatever the case of its letters; never all digits, so that it can't be taken for an id. */
  readonly name: string;
  readonly siteId?: number;
  readonly type: DeviceType;
  /** The device of type `peer` whose routes this one uses; there exactly when `type` is `table`. */
  readonly tableDeviceId?: number;
  /** The device's own ASN; always there when `type` is `peer`. */
  readonly asn?: number;
  /** Canonical text (RFC 5952; IPv4-mapped IPv6 as IPv4) of what the device peers from. */
  readonly addresses: readonly string[];
  /** The ASN that ingest speaks with to this device. Absent: the device's own, which makes it iBGP. */
  readonly localAsn?: number;
  /** Proposed hold time in seconds: 0 (none) or 3 to 65535 (RFC 4271 section 4.2). */
  readonly holdTime: number;
  /** Names of the address families to negotiate, as `familyName` of @netferry/bgp writes them. */
  readonly families: readonly string[];
  /** ADD-PATH (RFC 7911) receive: for all families, for none, or for these (a part of `families`). */
  readonly addPath: boolean | readonly string[];
  /** When its TCP MD5 key (RFC 2385) was set, ISO 8601, UTC. Absent: it has none. The key itself is `Registry.md5Key`'s. */
  readonly md5KeySetAt?: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** What a device is made from; absent fields take their defaults. */
export interface NewDevice {
  readonly name: string;
  readonly siteId?: number | undefined;
  /** Default: `peer`. */
  readonly type?: DeviceType | undefined;
  readonly tableDeviceId?: number | undefined;
  readonly asn?: number | undefined;
  /** Any spelling of IPv4 or IPv6 addresses; stored in canonical text. */
  readonly addresses?: readonly string[] | undefined;
  readonly localAsn?: number | undefined;
  /** Seconds; default `DEFAULT_HOLD_TIME`. */
  readonly holdTime?: number | undefined;
  /** Default: `DEFAULT_FAMILIES`. */
  readonly families?: readonly string[] | undefined;
  /** Default: false. */
  readonly addPath?: boolean | readonly string[] | undefined;
  /** TCP MD5 key, 1 to 80 octets of UTF-8 without control characters. Default: none. */
  readonly md5Key?: string | undefined;
}

/** Changes to a device: an absent field stays, null takes an optional one away. */
export interface DevicePatch {
  readonly name?: string | undefined;
  readonly siteId?: number | null | undefined;
  readonly type?: DeviceType | undefined;
  readonly tableDeviceId?: number | null | undefined;
  readonly asn?: number | null | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly localAsn?: number | null | undefined;
  readonly holdTime?: number | undefined;
  readonly families?: readonly string[] | undefined;
  readonly addPath?: boolean | readonly string[] | undefined;
  readonly md5Key?: string | null | undefined;
}

/** Someone, or some agent, that may use the relay and the API. */
export interface Account {
  readonly id: number;
  /** Unique, whatever the case of its letters. */
  readonly email: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC; no finer than `LAST_USED_RESOLUTION_MS`. */
  readonly lastUsedAt?: string;
}

/** Proposed hold time where a device names none, in seconds (RFC 4271 section 10 suggests it). */
export const DEFAULT_HOLD_TIME = 90;
export const DEFAULT_FAMILIES: readonly string[] = ["ipv4-unicast", "ipv6-unicast"];
