import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codecFamilies, familyName } from "@netferry/bgp";
import { CODEC_FAMILIES, UNICAST_FAMILIES } from "./family-names.ts";

describe("the families that shells offer", () => {
  it("are those of the codec", () => {
    assert.deepEqual(CODEC_FAMILIES.toSorted(), codecFamilies.map((family) => familyName(family)).toSorted());
    for (const name of UNICAST_FAMILIES) assert.ok(CODEC_FAMILIES.includes(name), name);
  });
});
