/** Routes of many devices in typed arrays, with longest-prefix match. */
export { type AttributeTable, NO_ATTRIBUTES } from "./attribute-table.ts";
export type { HashSeed } from "./half-sip-hash.ts";
export { DEFAULT_LIMITS, type RejectionCause, type Rejections, type RibLimits } from "./limits.ts";
export type { MemoryUse } from "./memory-use.ts";
export { isPrefix } from "./prefix-directory.ts";
export { Rib, type RibOptions, type RibStats } from "./rib.ts";
export type { ApplyResult, Cursor, Path, Route, WalkOptions, WalkPage } from "./route.ts";
export type { RibTable } from "./table.ts";
