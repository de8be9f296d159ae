import type { KeepaliveMessage } from "./keepalive.ts";
import type { NotificationMessage } from "./notification.ts";
import type { OpenMessage } from "./open.ts";
import type { RouteRefreshMessage } from "./route-refresh.ts";
import type { UpdateMessage } from "./update.ts";

export type Message =
  | OpenMessage
  | UpdateMessage
  | NotificationMessage
  | KeepaliveMessage
  | RouteRefreshMessage;
