/** Who a connection of a device is, by its two ends. */
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { formatAddress, parseAddress } from "@netferry/bgp";
import type { SessionIdentity } from "@netferry/relay";

/** With a session id of its own; undefined where the connection is gone already. */
export function identityOf(socket: Socket): SessionIdentity | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  const device = remoteAddress === undefined ? undefined : parseAddress(plainAddress(remoteAddress));
  const proxy = localAddress === undefined ? undefined : parseAddress(plainAddress(localAddress));
  if (device === undefined || proxy === undefined || remotePort === undefined || localPort === undefined) {
    return undefined;
  }
  return {
    sessionId: randomUUID(),
    deviceIp: formatAddress(device),
    devicePort: remotePort,
    proxyIp: formatAddress(proxy),
    proxyPort: localPort,
  };
}

/** Addresses of IPv4 devices on a dual-stack socket come as `::ffff:192.0.2.1`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
}
