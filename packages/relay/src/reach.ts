/** Is there anybody at a target's address? Found out by TCP alone, quickly also on a way that was just cut. */
import { connect, type Socket } from "node:net";
import type { Later } from "./flow.ts";
import { unreachableProxy } from "./proxy/tunnel.ts";
import type { Target } from "./target.ts";

/**
 * The kernel repeats a SYN that was lost after 1, 3, 7 and 15 s: on a way that comes back meanwhile, one connection
 * could wait for 8 s more. A new one each second never waits for longer than that, however long the round trip is.
 */
const DIAL_INTERVAL_MS = 1_000;
/** Connections that are being made at once; with the last one's time to answer, nobody is there. */
const MAX_DIALS = 5;

/**
 * Resolves once a TCP connection to the target, or to the proxy that leads there, stands; it is closed again. Rejects
 * with the system's error, or ETIMEDOUT; for a proxy, with a `ProxyError`.
 */
export async function reachTarget(target: Target, later: Later, dial: Dial = dialTcp): Promise<void> {
  const { proxy } = target;
  try {
    await reach(proxy ?? target, later, dial);
  } catch (error) {
    throw proxy === undefined ? error : unreachableProxy(proxy, error);
  }
}

function reach(
  { host, port }: { readonly host: string; readonly port: number },
  later: Later,
  dial: Dial,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const dials: Dialled[] = [];
    let cancel: (() => void) | undefined;
    const settle = (run: () => void) => {
      cancel?.();
      for (const each of dials) each.close();
      run();
    };
    const next = () => {
      if (dials.length === MAX_DIALS) {
        const silent = Object.assign(new Error("no answer"), { code: "ETIMEDOUT" });
        settle(() => reject(silent));
        return;
      }
      cancel = later(DIAL_INTERVAL_MS, next);
      dials.push(
        dial(host, port, (error) => settle(() => (error === undefined ? resolve() : reject(error)))),
      );
    };
    next();
  });
}

/** A connection that is being made, or stands. */
export interface Dialled {
  close(): void;
}

/** Begins a connection, and calls back once when it stands or can't be had; not after its close, and not at once. */
export type Dial = (host: string, port: number, done: (error?: Error) => void) => Dialled;

const dialTcp: Dial = (host, port, done) => {
  const socket: Socket = connect({ host, port });
  let closed = false;
  socket.once("connect", () => {
    if (!closed) done();
  });
  // Stays: a connection that is given up may fail afterwards.
  socket.on("error", (error) => {
    if (!closed) done(error);
  });
  return {
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
};
