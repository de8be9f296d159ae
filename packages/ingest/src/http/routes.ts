import { createRoute, z } from "@hono/zod-openapi";
import type { Device, Registry } from "@netferry/registry";
import { ApiError } from "./api-error.ts";
import type { Api, ApiParts } from "./context.ts";
import { deviceInPath } from "./references.ts";
import { RouteListing } from "./route-listing.ts";
import { formatPosition, parsePosition } from "./route-position.ts";
import type { RoutePosition } from "./route-position.ts";
import { DEFAULT_ROUTES, MAX_ROUTES, parseOrigin, parseQuestion } from "./route-query.ts";
import type { RouteQuestion } from "./route-query.ts";
import { RouteLineSchema, RouteListSchema } from "./route-schema.ts";
import { collectRoutes, streamRoutes, TableGoneError } from "./route-stream.ts";
import type { ListingRun } from "./route-stream.ts";
import { errorAnswer, referenceParameter } from "./schema-common.ts";

/** Most listings under way at once; one more is told to come back. */
export const MAX_LISTINGS = 32;
/** Most routes that a stream may be limited to; without a limit it is all of them. */
const MAX_STREAM_LIMIT = 999_999_999;
export const NDJSON_TYPE = "application/x-ndjson";
/** Names the device whose table answered, where that is another one than was asked. */
export const TABLE_OF_HEADER = "x-netferry-table-of";

const text = (description: string, example: string) =>
  z.string().max(128, "at most 128 characters").optional().openapi({ description, example });

// Typed by no more than this: the handler writes its text itself, out of cached parts.
const ROUTES_CONTENT: Record<string, { schema: z.ZodType }> = {
  "application/json": { schema: RouteListSchema },
  [NDJSON_TYPE]: { schema: RouteLineSchema },
};

const routesRoute = createRoute({
  method: "get",
  path: "/devices/{id}/routes",
  summary: "Routes of one device",
  description:
    "All routes, or those of one question: `prefix` (exactly), `address` (longest match) or `within` (the prefix " +
    "itself and its more specifics), each narrowed by `origin` and `family`. JSON comes in pages; NDJSON " +
    `(\`Accept: ${NDJSON_TYPE}\` or \`format=ndjson\`) streams every route, one a line. Each path is one route; the ` +
    "paths of a prefix are never split over pages.",
  request: {
    params: referenceParameter,
    query: z.object({
      prefix: text("The route of exactly this prefix", "192.0.2.0/24"),
      address: text("The longest match for this address", "192.0.2.1"),
      within: text("This prefix and its more specifics", "192.0.0.0/8"),
      family: text("Only this address family", "ipv4-unicast"),
      origin: text("Only routes of this origin AS", "65001"),
      format: z.enum(["json", "ndjson"]).optional(),
      limit: z
        .string()
        .regex(/^[1-9][0-9]{0,8}$/, "give a whole number above 0")
        .transform(Number)
        .optional()
        .openapi({
          type: "integer",
          description: `JSON: default ${DEFAULT_ROUTES}, at most ${MAX_ROUTES}. NDJSON: default all`,
        }),
      after: z.string().max(1_100, "give the `next` of the answer before").optional().openapi({
        description: "The `next` of the answer before",
      }),
    }),
  },
  responses: {
    200: {
      description: "The routes",
      content: ROUTES_CONTENT,
    },
    400: errorAnswer("A parameter is wrong"),
    404: errorAnswer("There is no such device"),
    409: errorAnswer("The device has no table"),
    503: errorAnswer("Too many listings are under way"),
  },
});

const NOTHING: Awaited<ReturnType<typeof collectRoutes>> = { routes: [], next: undefined };

/** Where to go on with this question. Throws 400 where the position is another question's. */
function positionIn(question: RouteQuestion, after: string | undefined): RoutePosition | undefined {
  if (after === undefined) return undefined;
  const position = parsePosition(after);
  if (question.kind === "walk" && (question.family ?? position.family) === position.family) return position;
  throw new ApiError("invalid", "after: belongs to another question; repeat the one that it came from");
}

/** The device whose table answers for this one. Throws 409 where none does. */
function tableOwner(registry: Registry, device: Device): Device {
  if (device.type === "peer") return device;
  const owner = device.tableDeviceId === undefined ? undefined : registry.device(device.tableDeviceId);
  if (owner !== undefined) return owner;
  throw new ApiError(
    "conflict",
    `device "${device.name}" is of type "${device.type}" and has no routes; make it of type "peer", or "table" with a tableDevice`,
  );
}

function wantsLines(format: string | undefined, accept: string | undefined): boolean {
  if (format !== undefined) return format === "ndjson";
  return accept?.split(",").some((type) => type.split(";")[0]?.trim().toLowerCase() === NDJSON_TYPE) ?? false;
}

/** `/devices/{id}/routes`. */
export function registerRoutes(api: Api, { view, stats }: ApiParts): void {
  const { registry, attributes } = view;

  const startListing = (): ((abandoned: boolean) => void) => {
    if (stats.listings >= MAX_LISTINGS) {
      stats.busy += 1;
      throw new ApiError(
        "busy",
        `${MAX_LISTINGS} route listings are under way; try again when one has ended`,
      );
    }
    stats.listings += 1;
    return (abandoned) => {
      stats.listings -= 1;
      if (abandoned) stats.listingsAbandoned += 1;
    };
  };

  api.openapi(routesRoute, async (context) => {
    const device = deviceInPath(registry, context.req.valid("param").id);
    const { limit, after, origin, format, ...parameters } = context.req.valid("query");
    const question = parseQuestion(parameters);
    const lines = wantsLines(format, context.req.header("accept"));
    if (!lines && limit !== undefined && limit > MAX_ROUTES) {
      throw new ApiError(
        "invalid",
        `limit: at most ${MAX_ROUTES} in one JSON answer; for more ask with format=ndjson`,
      );
    }
    const owner = tableOwner(registry, device);
    const known = view.tableOf(owner.id) !== undefined;
    const run: ListingRun = {
      listing: new RouteListing({
        attributes,
        question,
        origin: parseOrigin(origin),
        staleMark: (family) => view.staleMark(owner.id, family),
        awayMark: (family) => view.awayMark(owner.id, family),
      }),
      table: () => view.tableOf(owner.id),
      after: positionIn(question, after),
      limit: limit ?? (lines ? MAX_STREAM_LIMIT : DEFAULT_ROUTES),
      stats,
    };
    const headers = {
      "content-type": lines ? NDJSON_TYPE : "application/json",
      ...(owner.id === device.id ? {} : { [TABLE_OF_HEADER]: owner.name }),
    };
    // Nobody would read the body of HEAD, so no listing is begun.
    if (context.req.method === "HEAD") return new Response(null, { headers });
    if (lines) {
      const end = known ? { closed: startListing(), breakOff: context.env.breakOff } : undefined;
      return new Response(end === undefined ? "" : streamRoutes(run, end), { headers });
    }
    const table = JSON.stringify({ deviceId: owner.id, device: owner.name, shared: owner.id !== device.id });
    const answer = known ? await collect(run, startListing(), context.req.raw.signal) : NOTHING;
    const next = answer.next === undefined ? "null" : JSON.stringify(formatPosition(answer.next));
    return new Response(`{"table":${table},"routes":[${answer.routes.join(",")}],"next":${next}}`, {
      headers,
    });
  });
}

async function collect(
  run: ListingRun,
  closed: (abandoned: boolean) => void,
  signal: AbortSignal,
): ReturnType<typeof collectRoutes> {
  let abandoned = true;
  try {
    const answer = await collectRoutes(run, signal);
    abandoned = false;
    return answer;
  } catch (error) {
    if (!(error instanceof TableGoneError)) throw error;
    throw new ApiError("conflict", `${error.message}; ask again`, { cause: error });
  } finally {
    closed(abandoned);
  }
}
