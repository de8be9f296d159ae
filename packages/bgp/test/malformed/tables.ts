import { as4Cases } from "./as4.ts";
import type { MalformedCase } from "./case.ts";
import { fieldCases } from "./fields.ts";
import { laterCases } from "./later.ts";
import { mandatoryCases } from "./mandatory.ts";
import { multiprotocolCases } from "./multiprotocol.ts";
import { nlriCases } from "./nlri.ts";
import { optionalCases } from "./optional.ts";

/** Every case, by what it is about. */
export const malformedTables: Readonly<Record<string, readonly MalformedCase[]>> = {
  "the fields of an UPDATE": fieldCases,
  "mandatory attributes": mandatoryCases,
  "other attributes and communities": optionalCases,
  "AS4_PATH and AS4_AGGREGATOR": as4Cases,
  "multiprotocol attributes": multiprotocolCases,
  "NLRI by family": nlriCases,
  "attributes of later RFCs": laterCases,
};
