export { type Capability, capabilityRemedy, hasCapability } from "./capabilities.ts";
export {
  CAPTURE_BUFFER_BYTES,
  type CapturedSyn,
  type CaptureStatistics,
  MAX_SYNS_PER_TURN,
  SynCapture,
  type SynCaptureOptions,
} from "./capture/capture.ts";
export { MAX_CAPTURE_PORTS } from "./capture/filter.ts";
export type { Syn } from "./capture/syn.ts";
export { closeDescriptor, descriptorOf, duplicateDescriptor, type SocketTarget } from "./descriptor.ts";
export { KernelArgumentError, KernelError, KernelUnavailableError } from "./error.ts";
export { type AddonFile, type AddonSource, useKoffiAddon } from "./ffi/addon.ts";
export { unavailableReason } from "./ffi/libc.ts";
export { adoptServer, adoptSocket, type AdoptOptions } from "./handover/adopt.ts";
export { DescriptorChannel } from "./handover/channel.ts";
export { DescriptorListener, type DescriptorListenerOptions } from "./handover/listener.ts";
export {
  MAX_DESCRIPTORS_PER_MESSAGE,
  MAX_MESSAGE_PAYLOAD,
  type Received,
  type ReceivedMessage,
  receiveDescriptors,
  sendDescriptors,
} from "./handover/message.ts";
export { createMemoryFile, readMemoryFile } from "./handover/memory-file.ts";
export { quiesce, type QuietSocket } from "./handover/quiesce.ts";
export {
  connectUnixSocket,
  type PeerCredentials,
  peerCredentials,
  unixSocketPair,
  type UnixSocketType,
} from "./handover/unix-socket.ts";
export { md5Support, type Md5Support, removeMd5Key, replaceMd5Key, setMd5Key } from "./md5/keys.ts";
export { MAX_MD5_KEY, type Md5Peer } from "./md5/option.ts";
export { connectPrepared, type PreparedConnectOptions } from "./socket/connect.ts";
export {
  bindToDevice,
  boundDevice,
  enableTtlSecurity,
  minimumTtl,
  setMinimumTtl,
  setTtl,
  setUserTimeout,
  userTimeout,
} from "./socket/settings.ts";
export { type ManagerEnvironment, ServiceManager } from "./systemd/service-manager.ts";
export { isListening, type SocketInfo, socketInfo, type TcpState } from "./socket/tcp-info.ts";
