/** BGP-4: wire codec and session state machine. Bytes and values in, bytes and values out. */
export * from "./address.ts";
export * from "./bytes.ts";
export type { AddPathMode } from "./capability/add-path.ts";
export * from "./capability/capability.ts";
export type { UnknownCapability } from "./capability/codec.ts";
export type { GracefulRestartCapability } from "./capability/graceful-restart.ts";
export { roleName } from "./capability/role.ts";
export * from "./codec-context.ts";
export * from "./context.ts";
export * from "./errors.ts";
export * from "./family.ts";
export type { FamilyCodec } from "./family/codec.ts";
export { codecFamilies, familyCodec } from "./family/registry.ts";
export * from "./framer.ts";
export { HEADER_LENGTH, messageLength, MessageType, messageType } from "./message/header.ts";
export * from "./message/keepalive.ts";
export type { Message } from "./message/message.ts";
export { errorName } from "./message/notification-names.ts";
export {
  type NotificationMessage,
  notificationText,
  type ShutdownCommunication,
  shutdownCommunication,
} from "./message/notification.ts";
export {
  BGP_VERSION,
  openAsn,
  openCapabilities,
  type OpenMessage,
  type OptionalParameter,
} from "./message/open.ts";
export { RefreshSubtype, type RouteRefreshMessage } from "./message/route-refresh.ts";
export type { UpdateMessage } from "./message/update.ts";
export * from "./nlri.ts";
export * from "./prefix.ts";
export type { AsPathSegment, Attribute, LargeCommunity, Origin } from "./attribute/attribute.ts";
