import { createRoute, z } from "@hono/zod-openapi";
import type { Device, DevicePatch } from "@netferry/registry";
import type { Api, ApiParts } from "./context.ts";
import { DeviceListSchema, DevicePatchSchema, DeviceSchema, NewDeviceSchema } from "./device-schema.ts";
import type { DeviceJson } from "./device-schema.ts";
import { deviceInPath, siteIdIn, tableDeviceIdIn } from "./references.ts";
import { countParameter, errorAnswer, jsonAnswer, jsonBody, referenceParameter } from "./schema-common.ts";
import { SessionListSchema } from "./status-schema.ts";
import type { IngestView } from "./view.ts";

const DEFAULT_DEVICES = 1_000;
/** Most devices in one answer; the rest are further pages. */
const MAX_DEVICES = 10_000;

const notFound = errorAnswer("There is no such device");
const invalid = errorAnswer("A field is wrong");
const conflict = errorAnswer("At odds with what the registry holds");

const listRoute = createRoute({
  method: "get",
  path: "/devices",
  summary: "Devices, by id",
  request: {
    query: z.object({
      site: z.string().optional().openapi({ description: "Only those of this site: its name or id" }),
      limit: countParameter(MAX_DEVICES, `Default ${DEFAULT_DEVICES}`),
      after: z
        .string()
        .regex(/^[0-9]{1,15}$/, "give the `next` of the page before")
        .transform(Number)
        .optional()
        .openapi({ type: "integer", description: "The `next` of the page before" }),
    }),
  },
  responses: { 200: jsonAnswer("One page", DeviceListSchema), 400: invalid },
});

const addRoute = createRoute({
  method: "post",
  path: "/devices",
  summary: "Register a device",
  request: { body: jsonBody(NewDeviceSchema) },
  responses: { 201: jsonAnswer("Registered", DeviceSchema), 400: invalid, 409: conflict },
});

const showRoute = createRoute({
  method: "get",
  path: "/devices/{id}",
  summary: "One device",
  request: { params: referenceParameter },
  responses: { 200: jsonAnswer("The device", DeviceSchema), 404: notFound },
});

const changeRoute = createRoute({
  method: "patch",
  path: "/devices/{id}",
  summary: "Change a device: absent fields stay, null takes an optional one away",
  request: { params: referenceParameter, body: jsonBody(DevicePatchSchema) },
  responses: { 200: jsonAnswer("Changed", DeviceSchema), 400: invalid, 404: notFound, 409: conflict },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/devices/{id}",
  summary: "Remove a device, its sessions and its routes",
  request: { params: referenceParameter },
  responses: { 204: { description: "Removed" }, 404: notFound, 409: conflict },
});

const sessionsRoute = createRoute({
  method: "get",
  path: "/devices/{id}/sessions",
  summary: "The BGP sessions of one device, newest first",
  request: { params: referenceParameter },
  responses: { 200: jsonAnswer("Its sessions", SessionListSchema), 404: notFound },
});

/** A device as the API shows it: what is registered, and how it stands. */
export function deviceJson(view: IngestView, device: Device): DeviceJson {
  const { registry } = view;
  const site = device.siteId === undefined ? undefined : registry.site(device.siteId);
  const owner = device.tableDeviceId === undefined ? undefined : registry.device(device.tableDeviceId);
  const { id, name, ...rest } = device;
  return {
    id,
    name,
    ...(site === undefined ? {} : { site: site.name }),
    ...(owner === undefined ? {} : { tableDevice: owner.name }),
    ...rest,
    ...view.deviceState(device.id),
  };
}

/** `/devices`, without `/devices/{id}/routes`. */
export function registerDevices(api: Api, { view }: ApiParts): void {
  const { registry } = view;

  api.openapi(listRoute, (context) => {
    const { site, limit = DEFAULT_DEVICES, after } = context.req.valid("query");
    // One more than asked for tells whether another page follows.
    const found = registry.devices({ siteId: siteIdIn(registry, site), after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
    return context.json({ devices: page.map((device) => deviceJson(view, device)), next }, 200);
  });

  api.openapi(addRoute, (context) => {
    const { site, tableDevice, ...fields } = context.req.valid("json");
    const device = registry.addDevice({
      ...fields,
      siteId: siteIdIn(registry, site),
      tableDeviceId: tableDeviceIdIn(registry, tableDevice),
    });
    context.header("location", `/api/v1/devices/${device.id}`);
    return context.json(deviceJson(view, device), 201);
  });

  api.openapi(showRoute, (context) => {
    const device = deviceInPath(registry, context.req.valid("param").id);
    return context.json(deviceJson(view, device), 200);
  });

  api.openapi(changeRoute, (context) => {
    const { id } = deviceInPath(registry, context.req.valid("param").id);
    const { site, tableDevice, ...fields } = context.req.valid("json");
    const patch: DevicePatch = {
      ...fields,
      siteId: siteIdIn(registry, site),
      tableDeviceId: tableDeviceIdIn(registry, tableDevice),
    };
    return context.json(deviceJson(view, registry.updateDevice(id, patch)), 200);
  });

  api.openapi(removeRoute, (context) => {
    const { id } = deviceInPath(registry, context.req.valid("param").id);
    registry.removeDevice(id);
    return context.body(null, 204);
  });

  api.openapi(sessionsRoute, (context) => {
    const { id } = deviceInPath(registry, context.req.valid("param").id);
    return context.json({ sessions: [...view.sessionsOf(id)] }, 200);
  });
}
