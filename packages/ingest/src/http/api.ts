import { ServerResponse } from "node:http";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Hook } from "@hono/zod-openapi";
import type { Registry } from "@netferry/registry";
import { HTTPException } from "hono/http-exception";
import { ApiError, toApiError } from "./api-error.ts";
import { authentication, EMAIL_HEADER, TOKEN_HEADER } from "./authentication.ts";
import type { Api, ApiEnvironment, ApiParts } from "./context.ts";
import { registerDevices } from "./devices.ts";
import { countRequest, createHttpStats } from "./http-stats.ts";
import type { HttpStats } from "./http-stats.ts";
import { registerRoutes } from "./routes.ts";
import { registerSites } from "./sites.ts";
import { registerProbes, registerStatus } from "./status.ts";
import { EXPORT_PATH, registerAgents, registerExports } from "./telemetry.ts";
import type { IngestView } from "./view.ts";
import type { AgentTelemetry } from "../telemetry/agent-telemetry.ts";

/** Where everything with credentials lives. */
export const API_PATH = "/api/v1";

/** Told of what was answered with status 500; the client learns nothing of it. */
export type OnFault = (error: unknown, request: { readonly method: string; readonly path: string }) => void;

export interface ApiOptions {
  readonly view: IngestView;
  /** Shown in the OpenAPI document. */
  readonly version: string;
  readonly onFault: OnFault;
}

export interface IngestApi {
  /** What a server calls for each request. `env` is node-server's, where it serves. */
  readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
  readonly stats: HttpStats;
}

/** Makes the first thing that a schema had against a request the answer to it. */
const refuseInvalid: Hook<unknown, ApiEnvironment, string, unknown> = (result) => {
  if (result.success) return;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".") ?? "";
  const field = path === "" ? (result.target === "json" ? "body" : result.target) : path;
  const problem = issue?.message.replace(/^Invalid input: /, "") ?? "is not as the OpenAPI document says";
  throw new ApiError("invalid", `${field}: ${problem}`);
};

/** The connection's end of node-server's bindings; other servers have none. */
function connectionOf(env: unknown): ApiEnvironment["Bindings"] {
  const outgoing = typeof env === "object" && env !== null && "outgoing" in env ? env.outgoing : undefined;
  return outgoing instanceof ServerResponse ? { breakOff: () => outgoing.destroy() } : {};
}

function newRouter(): Api {
  return new OpenAPIHono<ApiEnvironment>({ defaultHook: refuseInvalid });
}

function toKnownError(error: unknown): ApiError {
  // hono throws it for a body that is no JSON, or not said to be.
  if (error instanceof HTTPException && error.status < 500) {
    const message = `body: ${error.message}; send one JSON object with content-type application/json`;
    return new ApiError("invalid", message, { cause: error });
  }
  return toApiError(error);
}

/** The HTTP API over a view of ingest. It listens nowhere by itself: see `serveHttp` of @netferry/service. */
export function createIngestApi(options: ApiOptions): IngestApi {
  const { view, version, onFault } = options;
  const stats = createHttpStats();
  const parts: ApiParts = { view, stats };

  const v1 = newRouter();
  v1.use("*", authentication(view.registry, stats));
  registerDevices(v1, parts);
  registerRoutes(v1, parts);
  registerSites(v1, parts);
  registerStatus(v1, parts);
  registerAgents(v1, parts);

  const app = newRouter();
  app.use("*", async (context, next) => {
    await next();
    countRequest(stats, context.res.status);
  });
  registerProbes(app, parts);
  for (const [name, header] of Object.entries({ email: EMAIL_HEADER, token: TOKEN_HEADER })) {
    v1.openAPIRegistry.registerComponent("securitySchemes", name, {
      type: "apiKey",
      in: "header",
      name: header,
    });
  }
  v1.get("/openapi.json", (context) =>
    context.json(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: { title: "Netferry ingest", version },
        security: [{ email: [], token: [] }],
      }),
    ),
  );
  app.route(API_PATH, v1);
  app.route(EXPORT_PATH, exportRouter(view.registry, view.telemetry, stats));
  answerTheRest(app, onFault);
  return { fetch: (request, env) => app.fetch(request, connectionOf(env)), stats };
}

/** The endpoints alone to which agents export: for a port that agents know and nobody else is meant to use. */
export function createExportApi(options: {
  readonly registry: Registry;
  readonly telemetry: AgentTelemetry;
  readonly onFault: OnFault;
}): IngestApi {
  const stats = createHttpStats();
  const app = newRouter();
  app.route(EXPORT_PATH, exportRouter(options.registry, options.telemetry, stats));
  answerTheRest(app, options.onFault);
  return { fetch: (request, env) => app.fetch(request, connectionOf(env)), stats };
}

function exportRouter(registry: Registry, telemetry: AgentTelemetry, stats: HttpStats): Api {
  const router = newRouter();
  router.use("*", authentication(registry, stats));
  registerExports(router, telemetry);
  return router;
}

function answerTheRest(app: Api, onFault: OnFault): void {
  app.notFound((context) => {
    const { status, body } = new ApiError(
      "not-found",
      `there is no ${context.req.method} ${context.req.path.slice(0, 200)}; GET ${API_PATH}/openapi.json describes what there is`,
    );
    return context.json(body, status);
  });
  app.onError((error, context) => {
    const known = toKnownError(error);
    if (known.code === "internal") onFault(error, { method: context.req.method, path: context.req.path });
    if (known.code === "busy") context.header("retry-after", "1");
    return context.json(known.body, known.status);
  });
}
