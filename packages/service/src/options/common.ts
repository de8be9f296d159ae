/** Parts of option tables that several daemons share. */
import { LOG_LEVELS } from "../log/levels.ts";
import { optionGroup } from "./spec.ts";

/** `createLogger({ level: options.logLevel, human: options.humanLogs })`. */
export const loggingOptions = optionGroup("Logging", {
  "log-level": {
    type: "string",
    description: "Log lines of this level and above",
    choices: LOG_LEVELS,
    default: "info",
    placeholder: "LEVEL",
  },
  "human-logs": { type: "bool", description: "Log lines for people instead of JSON" },
});
