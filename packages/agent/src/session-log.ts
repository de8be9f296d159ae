import type { SessionIdentity } from "@netferry/relay";
import { formatHostPort } from "@netferry/service";

/** Log fields of a session, as documented. */
export function sessionLogFields(session: SessionIdentity, label: string): Record<string, string> {
  return {
    device: label,
    "local-addr": formatHostPort(session.proxyIp, session.proxyPort),
    module: "proxy/client-data",
    "peer-addr": formatHostPort(session.deviceIp, session.devicePort),
    service: "netferry-agent",
    "session-id": session.sessionId,
  };
}
