import type { CheckTable } from "./report.ts";
import type { Subject } from "./subject.ts";
import { ensure } from "./wait.ts";

const SHUTDOWN_TEXT = "maintenance window 7";

/** Everything that a daemon must show in one scenario, in order; stops at the first failure. */
export async function runChecks(subject: Subject, table: CheckTable, transport: string): Promise<void> {
  const { driver } = subject;
  const { capabilities } = driver;
  const check = (what: Parameters<CheckTable["run"]>[2], body: () => Promise<void>): Promise<void> =>
    table.run(transport, driver.name, what, body);

  await check("established", async () => {
    await subject.start();
    const session = await subject.established();
    await subject.atAgent();
    ensure(
      session.peerAsn === subject.peering.localAsn && session.localAsn === subject.peering.peerAsn,
      `ingest shows ASNs ${session.peerAsn} and ${session.localAsn}`,
    );
    const families = JSON.stringify(session.families.toSorted());
    ensure(
      families === JSON.stringify(subject.peering.families.toSorted()),
      `the session has the families ${families}`,
    );
  });
  await check("routes", () => subject.equal(subject.table.routes));
  await check("changes", async () => {
    await driver.apply(subject.table.change);
    await subject.equal(subject.table.changed);
  });
  await check("restart", async () => {
    await driver.restart();
    await subject.wentDown(1, capabilities.stopReason);
    await subject.established();
    await subject.equal(subject.table.changed);
    await subject.sessionShowsReason(capabilities.stopReason);
  });
  await check("clear", async () => {
    await driver.clearSession();
    await subject.wentDown(2, capabilities.clearReason);
    await subject.established();
    await subject.equal(subject.table.changed);
    if (capabilities.flapCounter) {
      const { flaps } = await driver.session();
      // The daemon counts since its restart.
      ensure(flaps === 1, `${driver.name} counts ${String(flaps)} flaps of 1`);
    }
  });
  await check("shutdown", async () => {
    await driver.shutdownWithMessage(SHUTDOWN_TEXT);
    const text = capabilities.shutdownText === "any" ? SHUTDOWN_TEXT : capabilities.shutdownText.fixed;
    await subject.wentDown(3, new RegExp(`Administrative Shutdown: "${text}"`));
    if (capabilities.shutdownText === "any") await subject.gone();
  });
}
