import type { SessionContext } from "@netferry/bgp";

/** What the bytes of an UPDATE that announces a table depend on, beside the table. */
export interface Encoding {
  /** iBGP: paths are sent as they are, with LOCAL_PREF. Else they begin with `localAsn`. */
  readonly internal: boolean;
  /** AS numbers take four octets; else AS_TRANS stands in and AS4_PATH says the rest (RFC 6793). */
  readonly fourOctetAs: boolean;
  /** The announcing speaker's AS number. Only looked at in external sessions. */
  readonly localAsn: number;
}

/** What a session's OPENs agreed on. */
export function encodingOf(context: SessionContext): Encoding {
  const { internal, fourOctetAs, localAsn } = context;
  return { internal, fourOctetAs, localAsn };
}

/** The same for encodings that give the same bytes. */
export function encodingKey({ internal, fourOctetAs, localAsn }: Encoding): string {
  return `${internal ? "internal" : localAsn}/${fourOctetAs ? 4 : 2}`;
}
