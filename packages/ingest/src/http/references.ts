import type { Device, Reference, Registry, Site } from "@netferry/registry";
import { ApiError } from "./api-error.ts";

// Names with characters outside the registry's set come in by URL: shown as JSON, they stay one line.
function shown(reference: Reference): string {
  return JSON.stringify(reference).slice(0, 80);
}

/** The device that the path names. Throws 404. */
export function deviceInPath(registry: Registry, reference: Reference): Device {
  const device = registry.device(reference);
  if (device === undefined) {
    throw new ApiError("not-found", `there is no device ${shown(reference)}; GET /api/v1/devices lists them`);
  }
  return device;
}

/** The site that the path names. Throws 404. */
export function siteInPath(registry: Registry, reference: Reference): Site {
  const site = registry.site(reference);
  if (site === undefined) {
    throw new ApiError("not-found", `there is no site ${shown(reference)}; GET /api/v1/sites lists them`);
  }
  return site;
}

/** The id of the site that a body or query names. Undefined and null stay. Throws 400. */
export function siteIdIn<T extends undefined | null>(
  registry: Registry,
  reference: Reference | T,
): number | T {
  if (typeof reference !== "string" && typeof reference !== "number") return reference;
  const site = registry.site(reference);
  if (site === undefined) {
    throw new ApiError(
      "invalid",
      `site: there is no site ${shown(reference)}; add it first with POST /api/v1/sites`,
    );
  }
  return site.id;
}

/** The id of the device whose table a body names. Undefined and null stay. Throws 400. */
export function tableDeviceIdIn<T extends undefined | null>(
  registry: Registry,
  reference: Reference | T,
): number | T {
  if (typeof reference !== "string" && typeof reference !== "number") return reference;
  const device = registry.device(reference);
  if (device === undefined) {
    throw new ApiError(
      "invalid",
      `tableDevice: there is no device ${shown(reference)}; name one of type "peer"`,
    );
  }
  return device.id;
}
