/** What TCP MD5 needs of the kernel; tests bring their own. */
import type { Server, Socket } from "node:net";
import { removeMd5Key, replaceMd5Key, setMd5Key, SynCapture, type SynCaptureOptions } from "@netferry/kernel";

export interface Md5Kernel {
  /** Sets or replaces the key of a peer. Throws what `setMd5Key` of @netferry/kernel throws. */
  setMd5Key(target: Server | Socket, peer: string, key: Uint8Array): void;
  /** False if there was none. */
  removeMd5Key(target: Server | Socket, peer: string): boolean;
  /** Replaces the key of a socket that has one; false, and nothing is set, if it has none. */
  replaceMd5Key(target: Socket, peer: string, key: Uint8Array): boolean;
  capture(options: SynCaptureOptions): Pick<SynCapture, "statistics" | "close">;
}

export const linuxMd5: Md5Kernel = {
  setMd5Key,
  removeMd5Key,
  replaceMd5Key,
  capture: (options) => new SynCapture(options),
};
