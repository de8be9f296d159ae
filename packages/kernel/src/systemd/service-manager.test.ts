import assert from "node:assert/strict";
import { it } from "node:test";

import { type ManagerEnvironment, ServiceManager } from "./service-manager.ts";

it("without a socket there is no manager", () => {
  assert.equal(ServiceManager.of({}), undefined);
  assert.equal(ServiceManager.of({ NOTIFY_SOCKET: "" }), undefined);
});

function ms(more: ManagerEnvironment): number | undefined {
  return ServiceManager.of({ NOTIFY_SOCKET: "/none", ...more })?.watchdogMs;
}

it("the watchdog is for the process that it names", () => {
  assert.equal(ms({ WATCHDOG_USEC: "30000000" }), 30_000);
  assert.equal(ms({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: String(process.pid) }), 30_000);
  assert.equal(ms({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }), undefined);
  assert.equal(ms({}), undefined);
  assert.equal(ms({ WATCHDOG_USEC: "soon" }), undefined);
});

it("descriptors for another process are not taken", () => {
  const manager = ServiceManager.of({ NOTIFY_SOCKET: "/none", LISTEN_PID: "1", LISTEN_FDS: "2" });
  assert.deepEqual(manager?.takeDescriptors(), []);
  const none = ServiceManager.of({ NOTIFY_SOCKET: "/none", LISTEN_PID: String(process.pid) });
  assert.deepEqual(none?.takeDescriptors(), []);
});

it("a manager that is not there is named", async () => {
  const manager = ServiceManager.of({ NOTIFY_SOCKET: "/nowhere/notify" });
  await assert.rejects(manager?.notify(["READY=1"]) ?? Promise.resolve(), /\/nowhere\/notify/);
});
