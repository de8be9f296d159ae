import { createRoute } from "@hono/zod-openapi";
import type { Api, ApiParts } from "./context.ts";
import { jsonAnswer } from "./schema-common.ts";
import { AgentListSchema, HealthSchema, StatusSchema } from "./status-schema.ts";

const statusRoute = createRoute({
  method: "get",
  path: "/status",
  summary: "The process as a whole",
  responses: { 200: jsonAnswer("Its status", StatusSchema) },
});

const agentsRoute = createRoute({
  method: "get",
  path: "/agents",
  summary: "Agents with a control stream",
  responses: { 200: jsonAnswer("The agents", AgentListSchema) },
});

const healthRoute = createRoute({
  method: "get",
  path: "/hc",
  summary: "Health, without credentials",
  responses: {
    200: jsonAnswer("All checks pass", HealthSchema),
    503: jsonAnswer("Not all checks pass", HealthSchema),
  },
});

/** The content type of Prometheus text exposition. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Metrics for Prometheus, without credentials",
  responses: { 200: { description: "Prometheus text exposition" } },
});

/** `/status` and `/agents`. */
export function registerStatus(api: Api, { view }: ApiParts): void {
  api.openapi(statusRoute, (context) => context.json(view.status(), 200));
  api.openapi(agentsRoute, (context) => context.json({ agents: [...view.agents()] }, 200));
}

/** `/hc` and `/metrics`, at the root, for whoever may reach the port. */
export function registerProbes(api: Api, { view }: ApiParts): void {
  api.openapi(healthRoute, (context) => {
    const health = view.health();
    return context.json(health, health.status === "ok" ? 200 : 503);
  });
  api.openapi(metricsRoute, async (context) =>
    context.body(await view.metricsText(), 200, { "content-type": METRICS_TYPE }),
  );
}
