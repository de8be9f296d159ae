/** `02:00:5e:00:53:01`. */
export function formatMac(mac: Uint8Array): string {
  return Array.from(mac, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}
