import type { FactList } from "./facts.ts";

/** A multicast flow: source and group, each with its length. */
export function expectFlow(
  { source, group }: { readonly source?: Uint8Array; readonly group?: Uint8Array },
  facts: FactList,
): void {
  facts.add("mcast_vpn_nlri_source_length", 8 * (source?.length ?? 0));
  if (source !== undefined) {
    facts.address(source, "mcast_vpn_nlri_source_addr_ipv4", "mcast_vpn_nlri_source_addr_ipv6");
  }
  facts.add("mcast_vpn_nlri_group_length", 8 * (group?.length ?? 0));
  if (group !== undefined) {
    facts.address(group, "mcast_vpn_nlri_group_addr_ipv4", "mcast_vpn_nlri_group_addr_ipv6");
  }
}
