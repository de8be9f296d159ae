/** What an agent counts, on its hot path in plain fields; metrics read them when asked. */
export interface AgentCounters {
  /** BGP bytes from devices, and to devices. */
  bytesUp: number;
  bytesDown: number;
  /** BGP messages likewise. */
  messagesUp: number;
  messagesDown: number;
  /** Control streams that an ingest welcomed, that were lost again, and tries that came to nothing. */
  controlConnected: number;
  controlLost: number;
  controlFailed: number;
  accepted: number;
  /** Connections that were turned away, by cause. */
  rejectedBlocked: number;
  rejectedNoVerdict: number;
  /** The device must sign, and its connection is not signed. */
  rejectedMd5: number;
  rejectedTooMany: number;
  rejectedTooManyFromAddress: number;
  /** The address connects again and again. */
  rejectedTooOften: number;
  /** Too many connections wait for a verdict. */
  rejectedUndecided: number;
  /** The process is about to run out of descriptors. */
  rejectedNoDescriptors: number;
  /** Connections that were gone before they could be looked at. */
  aborted: number;
  /** Connections that the system did not hand over, for want of descriptors for instance. */
  acceptFailures: number;
  /** Devices whose bytes were no BGP. */
  garbage: number;
  /** Devices that have sent no OPEN in time, and sessions that were not established in time. */
  neverOpened: number;
  neverEstablished: number;
  /** Devices that have sent more than a session needs that is not established. */
  tooMuchTooEarly: number;
  detached: number;
  resumed: number;
  /** Sessions that another ingest took over. */
  takenOver: number;
  /** Bytes that were sent again after a session was resumed or taken over. */
  bytesReplayed: number;
  /** What could not be kept while no ingest was there. */
  droppedUpdates: number;
  /** Messages other than UPDATEs: a device sends few of them, unless it means harm. */
  droppedOthers: number;
  droppedBytes: number;
  killedByIngest: number;
  restartedByIngest: number;
  refusedByIngest: number;
  outagesTooLong: number;
  mismatches: number;
  /** Sessions that ended because the address they had dialled left the machine. */
  addressesLost: number;
  keepalivesSent: number;
}

/** @param before what another process of this agent had counted */
export function createCounters(before: Readonly<Record<string, number>> = {}): AgentCounters {
  const counters: AgentCounters = {
    bytesUp: 0,
    bytesDown: 0,
    messagesUp: 0,
    messagesDown: 0,
    controlConnected: 0,
    controlLost: 0,
    controlFailed: 0,
    accepted: 0,
    rejectedBlocked: 0,
    rejectedNoVerdict: 0,
    rejectedMd5: 0,
    rejectedTooMany: 0,
    rejectedTooManyFromAddress: 0,
    rejectedTooOften: 0,
    rejectedUndecided: 0,
    rejectedNoDescriptors: 0,
    aborted: 0,
    acceptFailures: 0,
    garbage: 0,
    neverOpened: 0,
    neverEstablished: 0,
    tooMuchTooEarly: 0,
    detached: 0,
    resumed: 0,
    takenOver: 0,
    bytesReplayed: 0,
    droppedUpdates: 0,
    droppedOthers: 0,
    droppedBytes: 0,
    killedByIngest: 0,
    restartedByIngest: 0,
    refusedByIngest: 0,
    outagesTooLong: 0,
    mismatches: 0,
    addressesLost: 0,
    keepalivesSent: 0,
  };
  takeOver(counters, before);
  return counters;
}

/** Goes on with what another process had counted; names that are not known any more are left out. */
export function takeOver(counters: object, before: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(before)) {
    if (Object.hasOwn(counters, name)) Reflect.set(counters, name, value);
  }
}
