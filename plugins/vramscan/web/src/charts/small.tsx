/** Charts that fit a table's cell; their numbers stand beside them. */
import { nanos, unit } from '../format.ts';
import { scale } from './scale.ts';

/** Mean and three standard deviations on the scale of a whole table. */
export function IntervalBar({
  mu,
  sigma,
  domain,
}: {
  mu: string;
  sigma: string;
  domain: readonly [number, number];
}) {
  const across = scale(domain, [4, 172]);
  const [low, middle, high] = [unit(mu) - 3 * unit(sigma), unit(mu), unit(mu) + 3 * unit(sigma)];
  const label = `${nanos(mu, 2)} plus or minus three times ${nanos(sigma, 2)}`;
  return (
    <svg className="interval" viewBox="0 0 176 18" role="img" aria-label={label}>
      <line x1={4} x2={172} y1={9} y2={9} stroke="var(--line)" />
      {domain[0] < 0 && domain[1] > 0 && (
        <line x1={across(0)} x2={across(0)} y1={2} y2={16} stroke="var(--line-strong)" strokeDasharray="2 2" />
      )}
      <line x1={across(low)} x2={across(high)} y1={9} y2={9} stroke="var(--series-1)" strokeWidth={5} opacity={0.35} />
      <line x1={across(low)} x2={across(low)} y1={4} y2={14} stroke="var(--series-1)" strokeWidth={1.5} />
      <line x1={across(high)} x2={across(high)} y1={4} y2={14} stroke="var(--series-1)" strokeWidth={1.5} />
      <circle cx={across(middle)} cy={9} r={3.2} fill="var(--series-1)" />
    </svg>
  );
}

/** A share of a whole, beside its number. */
export function Meter({ share, text, tone }: { share: number; text: string; tone?: string }) {
  const width = `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;
  return (
    <span className="meter">
      <span className="track" aria-hidden="true">
        <span className="fill" style={{ width, ...(tone ? { background: tone } : {}) }} />
      </span>
      <span>{text}</span>
    </span>
  );
}

/** The interval that holds every miner's mean and deviations. */
export function ratingDomain(
  rows: readonly { readonly muNanos: string; readonly sigmaNanos: string }[],
): [number, number] {
  const lows = rows.map((row) => unit(row.muNanos) - 3 * unit(row.sigmaNanos));
  const highs = rows.map((row) => unit(row.muNanos) + 3 * unit(row.sigmaNanos));
  return rows.length === 0 ? [0, 50] : [Math.min(0, ...lows), Math.max(...highs)];
}
