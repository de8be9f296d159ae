import { OperatorError } from "@netferry/service/command-line";
import { DevicesAnswer } from "./answers.ts";
import { RefusedError } from "./api-client.ts";
import type { ApiClient } from "./api-client.ts";
import { nearNames } from "./near-names.ts";

/** Most devices whose names are looked through for one that was meant. */
const MAX_LOOKED_THROUGH = 10_000;

/** Runs a call about one device; where there is none of this name, the error tells those that are alike. */
export async function withDevice<T>(client: ApiClient, name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.status !== 404) throw error;
    const { devices } = await client.get("/devices", DevicesAnswer, { limit: MAX_LOOKED_THROUGH });
    const near = nearNames(
      name,
      devices.map((device) => device.name),
    );
    const hint =
      devices.length === 0
        ? "none is registered yet: 'netferry device add' registers one"
        : near.length > 0
          ? `did you mean ${near.join(" or ")}?`
          : "'netferry device list' lists them";
    throw new OperatorError(`there is no device "${name}" at ${client.origin}; ${hint}`, {
      cause: error,
      complete: true,
    });
  }
}

/** The path of one device in the API. */
export function devicePath(name: string): string {
  return `/devices/${encodeURIComponent(name)}`;
}
