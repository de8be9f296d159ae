/** Numbers that hot paths write and a scrape reads: slots of typed arrays, nothing else. */

/** Series of one labelled metric, unless it says otherwise; further label sets share the series "other". */
export const MAX_SERIES = 1000;

/** Characters of a label's value that are kept. */
export const MAX_LABEL_LENGTH = 128;

/** What stands in each label of the series that takes what is over the bound. */
export const OTHER = "other";

/** One number that only grows. */
export class Counter {
  readonly #slots: Float64Array;
  readonly #index: number;

  constructor(slots: Float64Array, index: number) {
    this.#slots = slots;
    this.#index = index;
  }

  /** Amounts that are not positive are ignored. */
  add(amount = 1): void {
    if (amount > 0) this.#slots[this.#index] = (this.#slots[this.#index] ?? 0) + amount;
  }

  get value(): number {
    return this.#slots[this.#index] ?? 0;
  }
}

/** One number that goes up and down. */
export class Gauge {
  readonly #slots: Float64Array;
  readonly #index: number;

  constructor(slots: Float64Array, index: number) {
    this.#slots = slots;
    this.#index = index;
  }

  set(value: number): void {
    this.#slots[this.#index] = value;
  }

  add(amount: number): void {
    this.#slots[this.#index] = (this.#slots[this.#index] ?? 0) + amount;
  }

  get value(): number {
    return this.#slots[this.#index] ?? 0;
  }
}

/** Label values in the order of the metric's label names. */
export type LabelValues<Names extends readonly string[]> = { readonly [Index in keyof Names]: string };

/** A metric with labels. Keep what {@link with} returns: it is the slot, and writing to it costs nothing more. */
export class Labelled<Series, Names extends readonly string[]> {
  readonly #names: Names;
  readonly #series = new Map<string, { readonly values: readonly string[]; readonly series: Series }>();
  readonly #slots: Float64Array;
  readonly #make: (slots: Float64Array, index: number) => Series;
  readonly #maxSeries: number;
  #other: Series | undefined;
  #overflowed = 0;

  constructor(names: Names, maxSeries: number, make: (slots: Float64Array, index: number) => Series) {
    this.#names = names;
    this.#maxSeries = maxSeries;
    this.#make = make;
    this.#slots = new Float64Array(maxSeries + 1);
  }

  /** How often a label set beyond the bound was asked for. */
  get overflowed(): number {
    return this.#overflowed;
  }

  with(...values: LabelValues<Names>): Series {
    const kept = values.map((value) => value.slice(0, MAX_LABEL_LENGTH));
    const key = kept.join("\u0000");
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    if (this.#series.size >= this.#maxSeries) {
      this.#overflowed += 1;
      this.#other ??= this.#make(this.#slots, this.#maxSeries);
      return this.#other;
    }
    const series = this.#make(this.#slots, this.#series.size);
    this.#series.set(key, { values: kept, series });
    return series;
  }

  /** Every series there is, with its labels by name. */
  *entries(): Generator<[Record<string, string>, number]> {
    let index = 0;
    for (const { values } of this.#series.values()) {
      yield [this.#labels((label) => values[label] ?? ""), this.#slots[index] ?? 0];
      index += 1;
    }
    if (this.#other !== undefined) yield [this.#labels(() => OTHER), this.#slots[this.#maxSeries] ?? 0];
  }

  #labels(value: (index: number) => string): Record<string, string> {
    return Object.fromEntries(this.#names.map((name, index) => [name, value(index)]));
  }
}
