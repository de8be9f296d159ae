import { beside, caseOf, FLAGS, MALFORMED, type MalformedCase, MANDATORY_2, UNEXPECTED } from "./case.ts";

const discarded = (what: string, hex: string): MalformedCase =>
  caseOf(what, "ok", `${MANDATORY_2}${hex}`, MALFORMED, { rfc: "6793 6", session: "two-octet-as" });

/** AS4_PATH and AS4_AGGREGATOR. */
export const as4Cases: readonly MalformedCase[] = [
  beside("AS4_PATH from a four-octet speaker", "ok", "c01106 0201 0000fde9", UNEXPECTED, { rfc: "6793 4.1" }),
  beside("malformed AS4_PATH from a four-octet speaker", "ok", "c01105 0201 0000fd", UNEXPECTED, {
    rfc: "6793 4.1",
  }),
  beside("AS4_AGGREGATOR from a four-octet speaker", "ok", "c01208 0000fde9 0a000001", UNEXPECTED, {
    rfc: "6793 4.1",
  }),
  discarded("AS4_PATH of no octet", "c01100"),
  discarded("AS4_PATH cut short", "c01105 0201 0000fd"),
  discarded("AS4_PATH in two octets", "c01104 0201 fde9"),
  discarded("AS4_PATH with an unknown segment", "c01106 0501 0000fde9"),
  discarded("AS4_PATH with an empty segment", "c01102 0200"),
  discarded("AS4_PATH with AS 0", "c01106 0201 00000000"),
  discarded("AS4_PATH with an octet left", "c01107 0201 0000fde9 02"),
  discarded("AS4_AGGREGATOR of six octets", "c01206 fde90a000001"),
  discarded("AS4_AGGREGATOR of no octet", "c01200"),
  discarded("AS4_AGGREGATOR of nine octets", "c01209 0000fde9 0a000001 00"),
  discarded("AS4_AGGREGATOR of AS 0", "c01208 00000000 0a000001"),
  caseOf("AS4_PATH not transitive", "treat-as-withdraw", `${MANDATORY_2} 801106 0201 0000fde9`, FLAGS, {
    rfc: "7606 3 c",
    session: "two-octet-as",
  }),
  caseOf("AS4_PATH", "ok", `${MANDATORY_2} c01106 0201 0000fde9`, [], {
    rfc: "6793 4.1",
    session: "two-octet-as",
  }),
];
