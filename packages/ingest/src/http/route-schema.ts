import { z } from "@hono/zod-openapi";

// What a path shows is the codec's to say (`PathView` of @netferry/bgp); this is its description.
const RouteSchema = z
  .looseObject({
    prefix: z.string().openapi({ example: "192.0.2.0/24" }),
    family: z.string().openapi({ example: "ipv4-unicast" }),
    pathId: z.int().optional().openapi({ description: "Where ADD-PATH was negotiated (RFC 7911)" }),
    origin: z.string().optional().openapi({ example: "igp" }),
    asPathText: z.string().optional().openapi({ example: "65001 65002 {65003,65004}" }),
    originAs: z.int().optional(),
    nextHops: z
      .array(z.string())
      .optional()
      .openapi({ example: ["192.0.2.1"] }),
    med: z.int().optional(),
    localPref: z.int().optional(),
    communities: z
      .array(z.string())
      .optional()
      .openapi({ example: ["65000:1"] }),
    largeCommunities: z.array(z.string()).optional(),
    extendedCommunities: z.array(z.string()).optional(),
    stale: z.boolean().openapi({ description: "Kept from a session that is gone, and not yet confirmed" }),
    staleSince: z.string().optional(),
    staleCause: z.string().optional().openapi({ example: "session-down" }),
  })
  .openapi("Route");

export const RouteListSchema = z
  .object({
    table: z
      .object({
        deviceId: z.int(),
        device: z.string(),
        shared: z.boolean().openapi({ description: "It is another device's, which this one uses" }),
      })
      .openapi({ description: "Whose table answered" }),
    routes: z.array(RouteSchema),
    next: z
      .string()
      .nullable()
      .openapi({ description: "Give it as `after` for what follows; null at the end" }),
  })
  .openapi("RouteList");

export const RouteLineSchema = RouteSchema;
