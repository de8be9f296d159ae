import { z } from "@hono/zod-openapi";
import { MAX_ADDRESSES_PER_DEVICE, MAX_FAMILIES_PER_DEVICE } from "@netferry/registry";
import { down, routesByFamily, timestamp } from "./schema-common.ts";

const type = z
  .enum(["peer", "table", "none"])
  .openapi({ description: "peer: holds BGP sessions; table: uses another device's routes; none: no BGP" });
const asn = z.int().openapi({ minimum: 1, maximum: 4_294_967_295, example: 65001 });
const addresses = z
  .array(z.string())
  .max(MAX_ADDRESSES_PER_DEVICE, `at most ${MAX_ADDRESSES_PER_DEVICE} addresses`)
  .openapi({ description: "What the device peers from", example: ["192.0.2.1", "2001:db8::1"] });
const holdTime = z.int().openapi({ description: "Seconds: 0 for none, or 3 to 65535", example: 90 });
const families = z
  .array(z.string())
  .max(MAX_FAMILIES_PER_DEVICE, `at most ${MAX_FAMILIES_PER_DEVICE} families`)
  .openapi({ example: ["ipv4-unicast", "ipv6-unicast"] });
const addPath = z
  .union([z.boolean(), families])
  .openapi({ description: "Receive several paths a prefix (RFC 7911): in all families, none, or these" });
const md5Key = z.string().openapi({
  description:
    "TCP MD5 key (RFC 2385), 1 to 80 octets; write-only: answers say when it was set, as `md5KeySetAt`",
  writeOnly: true,
});
const reference = z.union([z.string(), z.int()]).openapi({ description: "A name or an id" });

export const DeviceSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    siteId: z.int().optional(),
    site: z.string().optional().openapi({ description: "The site's name" }),
    type,
    tableDeviceId: z.int().optional(),
    tableDevice: z
      .string()
      .optional()
      .openapi({ description: "The name of the device whose table this one uses" }),
    asn: asn.optional(),
    addresses: z.array(z.string()).readonly(),
    localAsn: asn.optional().openapi({ description: "Ingest's side; absent: the device's own ASN (iBGP)" }),
    holdTime,
    families: z.array(z.string()).readonly(),
    addPath: z.union([z.boolean(), z.array(z.string()).readonly()]),
    md5KeySetAt: timestamp
      .optional()
      .openapi({ description: "When its MD5 key was set; absent: it has none" }),
    createdAt: timestamp,
    updatedAt: timestamp,
    state: z.enum(["established", "connecting", "down", "never-seen", "table", "none", "misconfigured"]),
    since: timestamp.optional(),
    lastError: z.string().optional(),
    lastDown: down.optional(),
    flaps: z.int(),
    routes: routesByFamily,
    staleRoutes: z.int().optional(),
    stale: z.record(z.string(), z.object({ since: z.string(), cause: z.string() })).optional(),
  })
  .openapi("Device");

export type DeviceJson = z.infer<typeof DeviceSchema>;

export const DeviceListSchema = z.object({
  devices: z.array(DeviceSchema),
  next: z
    .int()
    .nullable()
    .openapi({ description: "Give it as `after` for the page that follows; null at the end" }),
});

// Ranges and spellings are the registry's to judge: it answers the same to every caller.
export const NewDeviceSchema = z
  .strictObject({
    name: z.string(),
    site: reference.optional(),
    type: type.optional(),
    tableDevice: reference.optional(),
    asn: asn.optional(),
    addresses: addresses.optional(),
    localAsn: asn.optional(),
    holdTime: holdTime.optional(),
    families: families.optional(),
    addPath: addPath.optional(),
    md5Key: md5Key.optional(),
  })
  .openapi("NewDevice");

export const DevicePatchSchema = z
  .strictObject({
    name: z.string().optional(),
    site: reference.nullable().optional(),
    type: type.optional(),
    tableDevice: reference.nullable().optional(),
    asn: asn.nullable().optional(),
    addresses: addresses.optional(),
    localAsn: asn.nullable().optional(),
    holdTime: holdTime.optional(),
    families: families.optional(),
    addPath: addPath.optional(),
    md5Key: md5Key.nullable().optional(),
  })
  .openapi("DevicePatch");

export const SiteSchema = z
  .object({ id: z.int(), name: z.string(), devices: z.int().openapi({ description: "How many it holds" }) })
  .openapi("Site");

export type SiteJson = z.infer<typeof SiteSchema>;

export const SiteListSchema = z.object({ sites: z.array(SiteSchema) });

export const NewSiteSchema = z.strictObject({ name: z.string() }).openapi("NewSite");
