/** Type and length in two octets each (RFC 9552 section 5.1). */
export const LINK_STATE_FORM = { codeWidth: 2, lengthWidth: 2 } as const;
