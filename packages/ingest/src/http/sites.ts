import { createRoute } from "@hono/zod-openapi";
import type { Site } from "@netferry/registry";
import type { Api, ApiParts } from "./context.ts";
import { NewSiteSchema, SiteListSchema, SiteSchema } from "./device-schema.ts";
import type { SiteJson } from "./device-schema.ts";
import { siteInPath } from "./references.ts";
import { errorAnswer, jsonAnswer, jsonBody, referenceParameter } from "./schema-common.ts";

const listRoute = createRoute({
  method: "get",
  path: "/sites",
  summary: "Sites, by id",
  responses: { 200: jsonAnswer("All sites", SiteListSchema) },
});

const addRoute = createRoute({
  method: "post",
  path: "/sites",
  summary: "Add a site",
  request: { body: jsonBody(NewSiteSchema) },
  responses: {
    201: jsonAnswer("Added", SiteSchema),
    400: errorAnswer("A field is wrong"),
    409: errorAnswer("There is a site of this name"),
  },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/sites/{id}",
  summary: "Remove a site without devices",
  request: { params: referenceParameter },
  responses: {
    204: { description: "Removed" },
    404: errorAnswer("There is no such site"),
    409: errorAnswer("It has devices"),
  },
});

/** `/sites`. */
export function registerSites(api: Api, { view }: ApiParts): void {
  const { registry } = view;
  const json = (site: Site): SiteJson => ({
    id: site.id,
    name: site.name,
    devices: registry.deviceCount(site.id),
  });

  api.openapi(listRoute, (context) => context.json({ sites: registry.sites().map(json) }, 200));

  api.openapi(addRoute, (context) => {
    const site = registry.addSite(context.req.valid("json"));
    context.header("location", `/api/v1/sites/${site.id}`);
    return context.json(json(site), 201);
  });

  api.openapi(removeRoute, (context) => {
    registry.removeSite(siteInPath(registry, context.req.valid("param").id).id);
    return context.body(null, 204);
  });
}
