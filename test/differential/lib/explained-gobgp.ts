import { labelValue } from "@netferry/bgp";
import type { GobgpRoute } from "./gobgp-routes.ts";

/** A known disagreement. The words stand in docs/differential.md. */
export interface GobgpExplanation {
  readonly id: string;
  /** The route as GoBGP has it; the very same object where the rule says nothing. */
  readonly as: (route: GobgpRoute) => GobgpRoute;
}

/** GoBGP 3.10.0, as Debian has it. Each rule takes what the one before it made. */
export const gobgpExplanations: readonly GobgpExplanation[] = [
  {
    id: "G1",
    as: (route) => {
      const { value } = route;
      if (value.kind !== "evpn" || !("label" in value)) return route;
      return { ...route, value: { ...value, label: labelValue(value.label) } };
    },
  },
];
