import { z } from "zod";
import type { FakeIngest } from "./fake-ingest.ts";

/** An answer as a test looks at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** One request with the account's headers, unless others are given. `body` is sent as JSON. */
export async function call(
  ingest: FakeIngest,
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const { body } = options;
  const response = await fetch(`${ingest.url}${path}`, {
    method,
    headers: {
      ...(options.headers ?? ingest.headers),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const Failure = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** The `error` of an answer that must have one. */
export function errorOf(answer: Answer): { code: string; message: string } {
  return Failure.parse(JSON.parse(answer.text)).error;
}
