import type { Registry } from "@netferry/registry";
import type { MiddlewareHandler } from "hono";
import { ApiError } from "./api-error.ts";
import type { ApiEnvironment } from "./context.ts";
import type { HttpStats } from "./http-stats.ts";

export const EMAIL_HEADER = "x-ch-auth-email";
export const TOKEN_HEADER = "x-ch-auth-api-token";

/** Lets a request pass that carries an account's email and token. */
export function authentication(registry: Registry, stats: HttpStats): MiddlewareHandler<ApiEnvironment> {
  const refuse = (message: string): ApiError => {
    stats.unauthorized += 1;
    return new ApiError("unauthorized", message);
  };
  return async (context, next) => {
    const email = context.req.header(EMAIL_HEADER);
    const token = context.req.header(TOKEN_HEADER);
    if (email === undefined || token === undefined) {
      const missing = email === undefined ? EMAIL_HEADER : TOKEN_HEADER;
      throw refuse(
        `the header ${missing} is missing: send an account's email in ${EMAIL_HEADER} and its token in ${TOKEN_HEADER}`,
      );
    }
    const account = registry.verify(email, token);
    if (account === undefined) {
      throw refuse(
        `the email in ${EMAIL_HEADER} and the token in ${TOKEN_HEADER} are not those of an account: ` +
          "ingest printed them when it made the account",
      );
    }
    context.set("account", account);
    await next();
  };
}
