/** Bounds the bodies of requests, whether they tell their length or come in chunks. */
import type { MiddlewareHandler } from "hono";
import { errorResponse } from "./respond.ts";

/** Answers with 413 where a body has more than `maxBytes`. A body in chunks is in memory from here on. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const refusal = (): Response =>
    errorResponse(413, "too-large", `a request body may have ${maxBytes} bytes at most`);
  return async (context, next) => {
    const { raw } = context.req;
    const length = raw.headers.get("content-length");
    if (length !== null && Number(length) > maxBytes) return refusal();
    // Without either header there is no body (RFC 9112 section 6.3); with a length the parser holds to it.
    if (raw.headers.has("transfer-encoding") && raw.body !== null) {
      const body = await readAtMost(raw.body, maxBytes);
      if (body === undefined) return refusal();
      const { method, headers, signal } = raw;
      context.req.raw = new Request(raw.url, { method, headers, signal, body });
    }
    await next();
    return undefined;
  };
}

async function readAtMost(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
