import { struct } from "../tlv/struct.ts";

export const STRUCTURE = {
  /** RFC 9514 section 8: the widths of a SID's parts, bits. */
  "srv6-sid-structure": {
    code: 1252,
    field: struct({ locatorBlock: 1, locatorNode: 1, function: 1, argument: 1 }),
  },
} as const;
