const ASN = /^(?:as)?([0-9]{1,10})$/i;
const ASDOT = /^([0-9]{1,5})\.([0-9]{1,5})$/;

/** Reads `65001`, `AS65001` or `1.10` (RFC 5396). Throws an `Error` that says what is expected. */
export function parseAsn(text: string): number {
  const [, high, low] = ASDOT.exec(text) ?? [];
  const digits = ASN.exec(text)?.[1];
  const asn = digits === undefined ? Number(high) * 65536 + Number(low) : Number(digits);
  const halvesFit = digits !== undefined || (Number(high) <= 65535 && Number(low) <= 65535);
  if (Number.isSafeInteger(asn) && halvesFit && asn >= 1 && asn <= 0xffff_ffff) return asn;
  throw new Error("expected an AS number such as 65001, AS65001 or 1.10");
}
