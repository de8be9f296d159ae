/** JSON answers of the daemons. */

/** JSON with a line end; `?pretty` in the request's URL indents it. */
export function jsonResponse(
  request: { readonly url: string },
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${JSON.stringify(body, null, wantsPretty(request) ? 2 : 0)}\n`, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}

/** Does the URL ask for `?pretty`, with any value but `false` or `0`? */
export function wantsPretty(request: { readonly url: string }): boolean {
  const query = request.url.indexOf("?");
  if (query === -1) return false;
  const value = new URLSearchParams(request.url.slice(query)).get("pretty");
  return value !== null && value !== "false" && value !== "0";
}

/** `{ "error": { "code", "message" } }`, the one form of errors over HTTP. */
export function errorResponse(status: number, code: string, message: string): Response {
  return new Response(`${JSON.stringify({ error: { code, message } })}\n`, {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  });
}
