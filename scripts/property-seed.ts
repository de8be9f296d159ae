/**
 * Gives property tests one seed, so that the gate says the same of the same code each time. `npm run test:explore` lets them
 * draw their own; `PROPERTY_SEED=N` repeats a run.
 */
import fc from "fast-check";

const wanted = process.env["PROPERTY_SEED"] ?? "20261121";
if (wanted !== "random") fc.configureGlobal({ seed: Number(wanted) });
