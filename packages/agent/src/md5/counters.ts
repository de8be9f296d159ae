import { takeOver } from "../counters.ts";

/** What TCP MD5 counts; metrics and status read it when asked. */
export interface Md5Counters {
  /** SYNs with an MD5 signature that were seen, retransmitted ones too. */
  syns: number;
  /** SYNs of devices that are blocked. */
  synsBlocked: number;
  /** SYNs about whose sender nothing was asked, because too many others were asked about. */
  synsUnasked: number;
  /** SYNs about whose sender no ingest had an answer. */
  synsUnanswered: number;
  /** Keys that were put on the listeners, and those that replaced another one. */
  keysInstalled: number;
  keysReplaced: number;
  /** Keys that were taken off: the registry has none any more, nobody used them, another one needed the room. */
  keysRevoked: number;
  keysExpired: number;
  keysEvicted: number;
  /** Keys that the kernel did not take. */
  keysRefused: number;
  /** Connections without a signature of devices that must sign: turned away, or ended when the key was set. */
  unsigned: number;
  /** Devices that sign and have no key in the registry, counted by SYN. */
  noKey: number;
  /** Signed SYNs that the kernel dropped although there is a key: it is another one than the device's. */
  wrongKey: number;
  /** Times that the capture of SYNs failed. */
  captureFailures: number;
}

/** @param before what another process of this agent had counted */
export function createMd5Counters(before: Readonly<Record<string, number>> = {}): Md5Counters {
  const counters: Md5Counters = {
    syns: 0,
    synsBlocked: 0,
    synsUnasked: 0,
    synsUnanswered: 0,
    keysInstalled: 0,
    keysReplaced: 0,
    keysRevoked: 0,
    keysExpired: 0,
    keysEvicted: 0,
    keysRefused: 0,
    unsigned: 0,
    noKey: 0,
    wrongKey: 0,
    captureFailures: 0,
  };
  takeOver(counters, before);
  return counters;
}
