import type { AttributeError } from "@netferry/bgp";
import type { MalformedCase } from "../../../../packages/bgp/test/malformed/case.ts";
import type { Outcome } from "./ask.ts";
import type { MalformedDaemon, Neighbor } from "./daemon.ts";

/** A case that a daemon answers otherwise than our decoder. */
export interface Difference {
  readonly one: MalformedCase;
  readonly neighbor: Neighbor;
  /** Of our decoder; none where it resets the session. */
  readonly errors: readonly AttributeError[];
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

/** One known difference; the words stand in docs/differential.md. */
export interface Explanation {
  readonly id: string;
  readonly daemon: MalformedDaemon["name"];
  readonly theirs: Outcome;
  readonly when: (difference: Difference) => boolean;
}

const isAbout =
  (codes: readonly number[]) =>
  ({ errors }: Difference): boolean =>
    errors.some(({ code }) => codes.includes(code ?? 0));
const hasCause =
  (cause: AttributeError["cause"]) =>
  ({ errors }: Difference): boolean =>
    errors.some((error) => error.cause === cause);
const isNamed =
  (...names: readonly string[]) =>
  ({ one }: Difference): boolean =>
    names.includes(one.name);
const disables = ({ errors }: Difference): boolean =>
  errors.some(({ action }) => action === "afi-safi-disable");

/** Attributes that BIRD 2.0 and FRR 8.4 pass on without a look, by code. */
const UNKNOWN_TO_BIRD = [22, 23, 24, 25, 26, 27, 29, 33, 34, 36, 37, 38, 39, 40, 41, 128];
const UNKNOWN_TO_FRR = [24, 26, 27, 29, 33, 34, 36, 37, 38, 39, 41, 128];
/** Attributes whose errors make FRR 8.4 reset a session, whomever it is with. */
const FRR_RESETS = [1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 22, 23, 32, 35, 40];

export const malformedExplanations: readonly Explanation[] = [
  { id: "B1", daemon: "bird", theirs: "reset", when: disables },
  { id: "B2", daemon: "bird", theirs: "accepted", when: isAbout(UNKNOWN_TO_BIRD) },
  {
    id: "B3",
    daemon: "bird",
    theirs: "accepted",
    when: ({ one }) => one.rfc === "7607 2" && one.name.startsWith("AS_PATH"),
  },
  {
    id: "B4",
    daemon: "bird",
    theirs: "withdrawn",
    when: isNamed("a well-known attribute that nobody knows"),
  },
  { id: "B5", daemon: "bird", theirs: "withdrawn", when: isNamed("MP_UNREACH_NLRI too long for the list") },
  { id: "B6", daemon: "bird", theirs: "withdrawn", when: isNamed("malformed LOCAL_PREF from outside") },
  {
    id: "B7",
    daemon: "bird",
    theirs: "withdrawn",
    when: isNamed("AS_PATH with a confederation from inside"),
  },
  {
    id: "B8",
    daemon: "bird",
    theirs: "accepted",
    when: isNamed("IPv4 with an IPv6 next hop that was not negotiated"),
  },
  { id: "B9", daemon: "bird", theirs: "reset", when: isNamed("MP_REACH_NLRI alone: optional transitive") },
  {
    id: "B10",
    daemon: "bird",
    theirs: "withdrawn",
    when: isNamed("MP_REACH_NLRI: well-known and cut short"),
  },

  { id: "F1", daemon: "frr", theirs: "reset", when: disables },
  {
    id: "F2",
    daemon: "frr",
    theirs: "reset",
    when: ({ errors, neighbor }) => !neighbor.external && errors.length > 0,
  },
  { id: "F3", daemon: "frr", theirs: "reset", when: isAbout(FRR_RESETS) },
  { id: "F4", daemon: "frr", theirs: "reset", when: isAbout([14, 15]) },
  { id: "F5", daemon: "frr", theirs: "reset", when: hasCause("attribute-duplicate") },
  { id: "F6", daemon: "frr", theirs: "reset", when: hasCause("attribute-overrun") },
  { id: "F7", daemon: "frr", theirs: "accepted", when: isAbout(UNKNOWN_TO_FRR) },
  {
    id: "F8",
    daemon: "frr",
    theirs: "accepted",
    when: (difference) => hasCause("attribute-flags")(difference) && isAbout([6, 7, 17, 22, 40])(difference),
  },
  { id: "F9", daemon: "frr", theirs: "withdrawn", when: hasCause("attribute-unexpected") },
  { id: "F10", daemon: "frr", theirs: "accepted", when: isNamed("TUNNEL_ENCAPSULATION malformed: 00080001") },
  { id: "F11", daemon: "frr", theirs: "untouched", when: isNamed("no attribute") },
  { id: "F12", daemon: "frr", theirs: "reset", when: isNamed("ORIGIN partial") },
  { id: "F13", daemon: "frr", theirs: "reset", when: isNamed("a flow with any next hop") },
  { id: "F14", daemon: "frr", theirs: "withdrawn", when: isNamed("MP_REACH_NLRI with two next hops") },
  { id: "F15", daemon: "frr", theirs: "withdrawn", when: isNamed("AS4_PATH with AS 0") },
  { id: "F16", daemon: "frr", theirs: "withdrawn", when: isNamed("an error and nothing announced") },
  {
    id: "F17",
    daemon: "frr",
    theirs: "accepted",
    when: isNamed("IPv4 with an IPv6 next hop that was not negotiated"),
  },
];
