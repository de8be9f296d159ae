/** Metrics of TCP MD5, where it is enabled. */
import type { MetricRegistry } from "@netferry/service";
import type { Md5View } from "./authentication.ts";

export function addMd5Metrics(metrics: MetricRegistry, view: () => Md5View | undefined): void {
  if (view() === undefined) return;
  metrics.observableGauge("netferry_agent_md5_capture_up", "Whether signed SYNs are seen", () =>
    view()?.problem === undefined ? 1 : 0,
  );
  metrics.observableGauge(
    "netferry_agent_md5_keys",
    "TCP MD5 keys on the listeners",
    () => view()?.keysInstalled,
  );
  metrics.observableCounter(
    "netferry_agent_md5_syns_total",
    "Signed SYNs, by what became of them: seen, and of those not asked about for want of room, not answered, of a blocked device; dropped by the kernel before they were seen, malformed",
    () => {
      const shown = view();
      if (shown === undefined) return [];
      const { counters, capture } = shown;
      return labelled("outcome", {
        seen: counters.syns,
        unasked: counters.synsUnasked,
        unanswered: counters.synsUnanswered,
        blocked: counters.synsBlocked,
        "kernel-dropped": capture.dropped,
        malformed: capture.malformed,
      });
    },
  );
  metrics.observableCounter(
    "netferry_agent_md5_denials_total",
    "Connections and SYNs that TCP MD5 kept out, by reason: unsigned (the device must sign), no-key (in the registry), wrong-key, key-refused (by the kernel)",
    () => {
      const counters = view()?.counters;
      if (counters === undefined) return [];
      return labelled("reason", {
        unsigned: counters.unsigned,
        "no-key": counters.noKey,
        "wrong-key": counters.wrongKey,
        "key-refused": counters.keysRefused,
      });
    },
  );
  metrics.observableCounter(
    "netferry_agent_md5_key_changes_total",
    "Changes of the keys on the listeners",
    () => {
      const counters = view()?.counters;
      if (counters === undefined) return [];
      return labelled("change", {
        installed: counters.keysInstalled,
        replaced: counters.keysReplaced,
        revoked: counters.keysRevoked,
        expired: counters.keysExpired,
        evicted: counters.keysEvicted,
      });
    },
  );
  metrics.observableCounter(
    "netferry_agent_md5_capture_failures_total",
    "Times that the capture of SYNs failed",
    () => view()?.counters.captureFailures,
  );
}

function labelled(
  label: string,
  values: Readonly<Record<string, number>>,
): { readonly labels: Readonly<Record<string, string>>; readonly value: number }[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));
}
