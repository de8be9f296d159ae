export { ingestCommand } from "./command.ts";
export { Ingest, type IngestOptions } from "./ingest.ts";
