/** BGP-4: wire codec and session state machine. Bytes and values in, bytes and values out. */
export * from "./family.ts";
export * from "./bytes.ts";
export * from "./errors.ts";
export * from "./nlri.ts";
export * from "./codec-context.ts";
export * from "./context.ts";
export type { Capability } from "./capability/capability.ts";
export type { Message } from "./message/message.ts";
export type { KeepaliveMessage } from "./message/keepalive.ts";
export type { NotificationMessage } from "./message/notification.ts";
export { openAsn, openCapabilities } from "./message/open.ts";
export type { OpenMessage, OptionalParameter } from "./message/open.ts";
export { RefreshSubtype } from "./message/route-refresh.ts";
export type { RouteRefreshMessage } from "./message/route-refresh.ts";
export type { UpdateMessage } from "./message/update.ts";
export type { AsPathSegment, Attribute, LargeCommunity, Origin } from "./attribute/attribute.ts";
