import type { FamilyUse } from "./family-use.ts";
import type { Family } from "./family.ts";

/** Where the NLRI of one family stand in an UPDATE. Reused for every one. */
export class NlriField {
  family: Family = 0;
  addPath = false;
  start = 0;
  end = 0;
  /** 0 if there are none, or none that may be used. Of a family without a codec: 1 if there is anything. */
  routes = 0;
  /** The NLRI can be told apart. */
  typed = false;

  clear(): void {
    this.start = 0;
    this.end = 0;
    this.routes = 0;
  }

  /** Takes the NLRI in `[start, end)`. False, and nothing changes, if they are syntactically incorrect. */
  find(bytes: Uint8Array, use: FamilyUse, start: number, end: number): boolean {
    const { codec } = use;
    const routes = codec === undefined ? Number(start < end) : codec.count(bytes, start, end, use.addPath);
    if (routes < 0) return false;
    this.family = use.family;
    this.addPath = use.addPath;
    this.typed = codec !== undefined;
    this.start = start;
    this.end = end;
    this.routes = routes;
    return true;
  }
}
