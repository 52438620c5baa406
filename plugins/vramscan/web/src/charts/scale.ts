/** Numbers to places and back. */

export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  invert(place: number): number;
}

/** A linear scale; a domain of one value maps to the middle. */
export function scale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  const span = to - from;
  const map = (value: number) => (span === 0 ? (start + end) / 2 : start + ((value - from) / span) * (end - start));
  return Object.assign(map, {
    domain,
    invert: (place: number) => from + ((place - start) / (end - start || 1)) * span,
  });
}

/** Round numbers within the domain, about `count` of them. */
export function ticks([from, to]: readonly [number, number], count: number): number[] {
  const span = to - from;
  if (!(span > 0)) {
    return [from];
  }
  const rough = span / Math.max(1, count);
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((each) => each >= rough) ?? magnitude * 10;
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The index of the value nearest to `wanted` in ascending values. */
export function nearest(values: readonly number[], wanted: number): number {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(value - wanted) < Math.abs((values[best] as number) - wanted)) {
      best = i;
    }
  });
  return best;
}
