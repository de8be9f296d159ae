/** RFC 4271 section 4.4: a header and nothing else. */
export interface KeepaliveMessage {
  readonly type: "keepalive";
}

export const KEEPALIVE: KeepaliveMessage = { type: "keepalive" };
