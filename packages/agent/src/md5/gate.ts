/** Whether a connection is signed where its device must sign, at an agent that checks signatures and at one that does not. */
import type { Socket } from "node:net";
import type { Logger } from "@netferry/service";
import type { Allow, Md5Authentication } from "./authentication.ts";

const TELL_AGAIN_SECONDS = 1_200;

/** @param md5 undefined where signatures are not checked: devices that must sign are refused then */
export function isSignedAsDue(
  md5: Md5Authentication | undefined,
  socket: Socket,
  address: string,
  allow: Allow,
  logger: Logger,
): boolean {
  if (md5 !== undefined) return md5.refusal(socket, address, allow) === undefined;
  if (!allow.md5Required) return true;
  logger
    .limited(`md5 ${address}`, TELL_AGAIN_SECONDS)
    .warn(
      { device: allow.label, "device-ip": address },
      "connection refused: the device must sign (TCP MD5), which this agent does not check; start it with --enable-md5-support",
    );
  return false;
}
