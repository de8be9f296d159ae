import type { ServerCertificate } from "@netferry/service";
import { selfSignedCertificate } from "@netferry/service";

/** A certificate for a server that a test runs on loopback; a client trusts it by `ca: certPem`. */
export async function loopbackCertificate(
  options: { readonly names?: readonly string[]; readonly addresses?: readonly string[] } = {},
): Promise<ServerCertificate> {
  return selfSignedCertificate({
    commonName: "netferry test",
    names: ["localhost", ...(options.names ?? [])],
    addresses: ["127.0.0.1", "::1", ...(options.addresses ?? [])],
    days: 2,
  });
}
