import { z } from "@hono/zod-openapi";

const ErrorSchema = z
  .object({
    error: z.object({
      code: z.enum(["invalid", "unauthorized", "not-found", "conflict", "too-large", "internal", "busy"]),
      message: z.string().openapi({ description: "One line that names the field and the remedy" }),
    }),
  })
  .openapi("Error");

/** An error answer, for a route's `responses`. */
export function errorAnswer(description: string): {
  description: string;
  content: { "application/json": { schema: typeof ErrorSchema } };
} {
  return { description, content: { "application/json": { schema: ErrorSchema } } };
}

/** The answer of a call that worked, for a route's `responses`. */
export function jsonAnswer<T extends z.ZodType>(
  description: string,
  schema: T,
): { description: string; content: { "application/json": { schema: T } } } {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body that must be there, for a route's `request`. */
export function jsonBody<T extends z.ZodType>(
  schema: T,
): { required: true; content: { "application/json": { schema: T } } } {
  return { required: true, content: { "application/json": { schema } } };
}

/** `{id}` in a path. */
export const referenceParameter = z.object({
  id: z
    .string()
    .min(1)
    .max(64)
    .openapi({ param: { name: "id", in: "path" }, description: "An id or a name", example: "core-r1" }),
});

/** A whole number in a query string. */
export function countParameter(maximum: number, description: string) {
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, `give a whole number from 1 to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= 1 && value <= maximum, `give a whole number from 1 to ${maximum}`)
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum, description });
}

export const timestamp = z.string().openapi({ format: "date-time" });

export const routesByFamily = z
  .record(z.string(), z.number())
  .openapi({ description: "Routes by family name", example: { "ipv4-unicast": 1_000_000 } });

export const down = z.object({
  at: timestamp,
  reason: z.string().openapi({ example: 'received Cease / Administrative Shutdown: "maintenance"' }),
});
