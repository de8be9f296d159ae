/**
 * Writes the schemas in docs/schema.
 *
 *     node packages/formats/scripts/write-schema.ts
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodedSchema, messageSchema } from "../src/json/schema.ts";

const folder = fileURLToPath(new URL("../../../docs/schema/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of [
  ["message", messageSchema],
  ["decoded", decodedSchema],
] as const) {
  writeFileSync(`${folder}${name}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`);
}
