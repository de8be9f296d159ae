import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Account } from "@netferry/registry";
import type { HttpStats } from "./http-stats.ts";
import type { IngestView } from "./view.ts";

/** What the handlers of one request share. */
// A type, not an interface: hono wants an index signature.
export type ApiEnvironment = {
  Bindings: {
    /** Closes the connection in the middle of an answer, which tells the client that it is not whole. */
    breakOff?: () => void;
  };
  Variables: { account: Account };
};

export type Api = OpenAPIHono<ApiEnvironment>;

/** What every group of endpoints is made from. */
export interface ApiParts {
  readonly view: IngestView;
  readonly stats: HttpStats;
}
