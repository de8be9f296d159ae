/** Is an address this machine's? */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { errorCode } from "../errors.ts";

/**
 * Asks the kernel, by binding a UDP socket for an instant: an interface that is down has its addresses still. Also true where
 * the kernel lets anybody bind to any address (`net.ipv4.ip_nonlocal_bind`), and where it can't be found out.
 *
 * @param address IPv4 or IPv6, without a port
 */
export function hasAddress(address: string): Promise<boolean> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  return new Promise((resolve) => {
    const answer = (has: boolean) => {
      socket.close();
      resolve(has);
    };
    socket.once("error", (error) => answer(errorCode(error) !== "EADDRNOTAVAIL"));
    socket.bind({ address, port: 0 }, () => answer(true));
  });
}
