/**
 * What a command needs to read its command line, to print and to fail, and no more: a command that is done in
 * a moment starts without loading what daemons have (logs, metrics, HTTP).
 */
export { type Clock, systemClock } from "./clock.ts";
export { type CredentialsFile, readCredentialsFile } from "./credentials-file.ts";
export { errorCode, errorText, oneLine, OperatorError, UsageError } from "./errors.ts";
export { SHUTDOWN_SECONDS } from "./lifecycle/shutdown.ts";
export { hideArguments } from "./lifecycle/hide-arguments.ts";
export {
  type Command,
  type CommandContext,
  type CommandExample,
  type CommandResult,
  defineCommand,
  defineCommandGroup,
  type InputStream,
  type OutputStream,
  type Program,
  withCommands,
} from "./options/command.ts";
export { bashCompletion } from "./options/completion/bash.ts";
export { fishCompletion } from "./options/completion/fish.ts";
export {
  type ArgumentOffer,
  completionPlaces,
  type FlagOffer,
  type Offer,
  type PlaceOffer,
} from "./options/completion/model.ts";
export { zshCompletion } from "./options/completion/zsh.ts";
export { formatHostPort, type HostPort, parseHostPort, parseListen } from "./net/host-port.ts";
export { loggingOptions } from "./options/common.ts";
export { type LazyCommand, lazyCommand, loadCommand } from "./options/lazy.ts";
export type { Manual, ManualEntry } from "./options/manual.ts";
export { EXIT_FAILED, EXIT_OK, EXIT_USAGE, type ProgramOptions, runProgram } from "./options/program.ts";
export {
  type ArgumentSpec,
  type ArgumentTable,
  type Check,
  environmentNames,
  optionGroup,
  type OptionSpec,
  type OptionTable,
  type OptionValues,
  type Origin,
} from "./options/spec.ts";
export { BrokenPipeError, isBrokenPipe, writeText } from "./output/broken-pipe.ts";
export { LiveBlock } from "./output/live-block.ts";
export { type Column, table, type TableOptions } from "./output/table.ts";
export { cutToWidth, displayWidth, printable } from "./output/text-width.ts";
export { formatBytes, formatCount, formatDuration, formatRate } from "./output/units.ts";
export { readPrivateFile } from "./private-file.ts";
export {
  type CertificateFiles,
  loadCertificate,
  type LoadedCertificate,
  loadTrustAnchors,
} from "./tls/files.ts";
