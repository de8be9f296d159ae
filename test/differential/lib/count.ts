/** Messages of each kind: few in the gate, many with DIFFERENTIAL_COUNT=1000. */
const GATE_COUNT = 40;
/** From this count on every explanation is expected to be needed. */
const FULL_COUNT = 500;

export const count = Number(process.env["DIFFERENTIAL_COUNT"] ?? GATE_COUNT);
export const seed = Number(process.env["DIFFERENTIAL_SEED"] ?? 20261121);
export const isFull = count >= FULL_COUNT;
