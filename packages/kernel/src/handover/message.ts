/** Descriptors as cargo of messages on Unix sockets (SCM_RIGHTS, unix(7)). */
import { closeDescriptor, descriptorOf } from "../descriptor.ts";
import { KernelArgumentError, KernelError } from "../error.ts";
import { checked, libc } from "../ffi/libc.ts";
import { SOL_SOCKET } from "../socket/option.ts";

/** SCM_MAX_FD: what the kernel takes with one message. */
export const MAX_DESCRIPTORS_PER_MESSAGE = 253;
/** Octets of one message beside its descriptors; more state goes in more messages. */
export const MAX_MESSAGE_PAYLOAD = 64 * 1024;

const MSG_CTRUNC = 0x08;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;

const SCM_RIGHTS = 1;
/** `struct msghdr`, `struct iovec` and the head of `struct cmsghdr`, on 64 bits. */
const MSGHDR_LENGTH = 56;
const MSGHDR_FLAGS_AT = 48;
const MSGHDR_CONTROL_LENGTH_AT = 40;
const IOVEC_LENGTH = 16;
const CMSG_HEAD = 16;
const CONTROL_ROOM = CMSG_HEAD + 4 * MAX_DESCRIPTORS_PER_MESSAGE + 4;

const REMEDIES = {
  ETOOMANYREFS:
    "more descriptors are under way than this process may open: receive before sending on, or raise LimitNOFILE=",
  EMSGSIZE: "the message is larger than the socket's send buffer; send it in parts",
  EPIPE: "the other process closed the connection",
  ECONNRESET: "the other process ended",
};

export interface ReceivedMessage {
  readonly payload: Uint8Array;
  /** In the order they were sent. The receiver owns them, and closes what it does not adopt. */
  readonly descriptors: readonly number[];
}

export type Received =
  | { readonly kind: "message"; readonly message: ReceivedMessage }
  /** Nothing is there now. */
  | { readonly kind: "empty" }
  /** The other side closed. */
  | { readonly kind: "end" };

/**
 * Sends copies of up to {@link MAX_DESCRIPTORS_PER_MESSAGE} descriptors with 1 to {@link MAX_MESSAGE_PAYLOAD}
 * octets; the sender still has its own. False when the socket's buffer is full: nothing was sent, try again
 * when it is writable. The socket is of type SOCK_SEQPACKET or SOCK_DGRAM, where a message is sent whole.
 */
export function sendDescriptors(
  unixSocket: number,
  descriptors: readonly number[],
  payload: Uint8Array,
): boolean {
  if (descriptors.length > MAX_DESCRIPTORS_PER_MESSAGE) {
    throw new KernelArgumentError(
      `one message takes ${MAX_DESCRIPTORS_PER_MESSAGE} descriptors, not ${descriptors.length}; send them in batches`,
    );
  }
  if (payload.length === 0 || payload.length > MAX_MESSAGE_PAYLOAD) {
    throw new KernelArgumentError(
      `one message takes 1 to ${MAX_MESSAGE_PAYLOAD} octets, not ${payload.length}; send them in parts`,
    );
  }
  const control = encodeRights(descriptors);
  const { header } = messageHeader(payload, control);
  const sent = libc().sendmsg(descriptorOf(unixSocket), header, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && wouldBlock()) return false;
  if (checked(sent, "sendmsg SCM_RIGHTS", REMEDIES) === payload.length) return true;
  throw new KernelArgumentError(
    "the socket sent a part of the message: it is a stream; use SOCK_SEQPACKET, which keeps messages whole",
  );
}

/**
 * Receives one message without waiting. Descriptors are not inherited by child processes. If some could not
 * be received, all are closed and an error says why: a part of a batch is of no use.
 */
export function receiveDescriptors(unixSocket: number): Received {
  const payload = new Uint8Array(MAX_MESSAGE_PAYLOAD);
  const control = new Uint8Array(CONTROL_ROOM);
  const { header, view } = messageHeader(payload, control);
  const length = libc().recvmsg(descriptorOf(unixSocket), header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (length < 0 && wouldBlock()) return { kind: "empty" };
  checked(length, "recvmsg SCM_RIGHTS", REMEDIES);
  const controlLength = Number(view.getBigUint64(MSGHDR_CONTROL_LENGTH_AT, true));
  const descriptors = decodeRights(control.subarray(0, Math.min(controlLength, control.length)));
  const flags = view.getInt32(MSGHDR_FLAGS_AT, true);
  if ((flags & (MSG_CTRUNC | MSG_TRUNC)) !== 0) {
    for (const descriptor of descriptors) closeDescriptor(descriptor);
    throw truncated(flags, descriptors.length);
  }
  if (length === 0 && descriptors.length === 0) return { kind: "end" };
  return { kind: "message", message: { payload: payload.slice(0, length), descriptors } };
}

function truncated(flags: number, received: number): Error {
  const EMFILE = 24;
  const EMSGSIZE = 90;
  return (flags & MSG_CTRUNC) === 0
    ? new KernelError("recvmsg", EMSGSIZE, `a message has at most ${MAX_MESSAGE_PAYLOAD} octets`)
    : new KernelError(
        `recvmsg SCM_RIGHTS: only ${received} descriptors of a message`,
        EMFILE,
        "raise this process's limit of open files (LimitNOFILE=); what came was closed",
      );
}

/** An empty control message where there is nothing to send. */
function encodeRights(descriptors: readonly number[]): Uint8Array {
  if (descriptors.length === 0) return new Uint8Array();
  const length = CMSG_HEAD + 4 * descriptors.length;
  const control = new Uint8Array((length + 7) & ~7);
  const view = new DataView(control.buffer);
  view.setBigUint64(0, BigInt(length), true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, SCM_RIGHTS, true);
  for (const [index, descriptor] of descriptors.entries()) {
    view.setInt32(CMSG_HEAD + 4 * index, descriptorOf(descriptor), true);
  }
  return control;
}

function decodeRights(control: Uint8Array): number[] {
  const view = new DataView(control.buffer, control.byteOffset, control.byteLength);
  const descriptors: number[] = [];
  let at = 0;
  while (at + CMSG_HEAD <= control.length) {
    const length = Number(view.getBigUint64(at, true));
    if (length < CMSG_HEAD || at + length > control.length) break;
    if (view.getInt32(at + 8, true) === SOL_SOCKET && view.getInt32(at + 12, true) === SCM_RIGHTS) {
      for (let each = at + CMSG_HEAD; each + 4 <= at + length; each += 4) {
        descriptors.push(view.getInt32(each, true));
      }
    }
    at += (length + 7) & ~7;
  }
  return descriptors;
}

interface MessageHeader {
  readonly header: Uint8Array;
  readonly view: DataView;
}

/** The header points into itself (its iovec stands behind it) and at both buffers, which the caller keeps. */
function messageHeader(payload: Uint8Array, control: Uint8Array): MessageHeader {
  const header = new Uint8Array(MSGHDR_LENGTH + IOVEC_LENGTH);
  const view = new DataView(header.buffer);
  const library = libc();
  view.setBigUint64(MSGHDR_LENGTH, library.address(payload), true);
  view.setBigUint64(MSGHDR_LENGTH + 8, BigInt(payload.length), true);
  view.setBigUint64(16, library.address(header) + BigInt(MSGHDR_LENGTH), true);
  view.setBigUint64(24, 1n, true);
  if (control.length > 0) {
    view.setBigUint64(32, library.address(control), true);
    view.setBigUint64(MSGHDR_CONTROL_LENGTH_AT, BigInt(control.length), true);
  }
  return { header, view };
}

function wouldBlock(): boolean {
  const EAGAIN = 11;
  const EINTR = 4;
  const errno = libc().errno();
  return errno === EAGAIN || errno === EINTR;
}
