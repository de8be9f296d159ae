import type { CapabilityCodec } from "./codec.ts";
import { UINT8 } from "../tlv/shape.ts";

/** RFC 9234 section 4.1: the sender's role in the peering. */
export interface RoleCapability {
  readonly kind: "role";
  /** 0 provider, 1 route server, 2 route server client, 3 customer, 4 peer; others are unassigned. */
  readonly role: number;
}

const NAMES: readonly string[] = ["provider", "route-server", "route-server-client", "customer", "peer"];

export function roleName(role: number): string {
  return NAMES[role] ?? `role ${role}`;
}

export const role: CapabilityCodec<RoleCapability> = {
  code: 9,
  kind: "role",
  essential: false,
  shape: { role: UINT8 },
  decode: (value) => (value.length === 1 ? { kind: "role", role: value[0]! } : undefined),
  encode(capability, out) {
    out.uint8(capability.role);
  },
};
