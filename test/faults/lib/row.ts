import type { Fault } from "./fault.ts";
import type { Verdict } from "./judge.ts";
import type { Router } from "./router.ts";
import { aligned } from "./summary.ts";

/** One line of the result: what a fault did to one router. */
export interface Row {
  readonly fault: string;
  readonly title: string;
  readonly daemon: string;
  readonly transport: string;
  readonly holdTime: number;
  readonly flaps: number;
  readonly wrong: number | undefined;
  readonly seconds: number | undefined;
  /** Undefined where the agent could not say. */
  readonly bytesReplayed: number | undefined;
  readonly refreshRequests: number;
  readonly routesRefreshed: number;
  readonly messagesDropped: number;
  /** "flaps" is a failure that is known and said so. */
  readonly outcome: "ok" | "FAILED" | "flaps";
  readonly notes: readonly string[];
}

/** A fault's `mayFlap` says why a lost session is no failure of its row, `restartsOnce` why it has to end once. */
export function rowOf(
  fault: Pick<Fault, "name" | "title" | "mayFlap" | "restartsOnce" | "silencesAgent">,
  verdict: Omit<Verdict, "router"> & { readonly router: Pick<Router, "options"> },
): Row {
  const { router, flaps, wrong, seconds } = verdict;
  const { daemon, transport, holdTime } = router.options;
  const expected = fault.restartsOnce === undefined ? 0 : 1;
  const held = flaps === expected || fault.mayFlap !== undefined;
  const ok = held && wrong === 0 && seconds !== undefined;
  return {
    fault: fault.name,
    title: fault.title,
    daemon,
    transport: `IPv${transport}`,
    holdTime,
    flaps,
    wrong,
    seconds,
    bytesReplayed: fault.silencesAgent === true ? undefined : verdict.bytesReplayed,
    refreshRequests: verdict.refreshRequests,
    routesRefreshed: verdict.routesRefreshed,
    messagesDropped: verdict.messagesDropped,
    outcome: ok ? (flaps > expected ? "flaps" : "ok") : "FAILED",
    notes: [fault.mayFlap, fault.restartsOnce, ...verdict.notes].filter((note) => note !== undefined),
  };
}

const HEAD = [
  "fault",
  "daemon",
  "session",
  "hold",
  "flaps",
  "wrong",
  "seconds",
  "replayed",
  "refreshed",
  "dropped",
  "",
];

/** The rows as a table, numbers to the right. */
export function tableText(rows: readonly Row[]): string {
  const cells = [
    HEAD,
    ...rows.map((row) => [
      row.fault,
      row.daemon,
      row.transport,
      `${row.holdTime} s`,
      String(row.flaps),
      row.wrong === undefined ? "?" : String(row.wrong),
      row.seconds === undefined ? "never" : row.seconds.toFixed(1),
      row.bytesReplayed === undefined ? "?" : String(row.bytesReplayed),
      String(row.routesRefreshed),
      String(row.messagesDropped),
      row.outcome,
    ]),
  ];
  return aligned(cells, (column) => column >= 3 && column <= 9);
}
