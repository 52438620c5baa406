/** Numbers as people read them. Every function is total, and exact values stay in the title. */

const COIN = 1_000_000_000n;

/** Base units as coins with `digits` decimals, rounded down, thousands apart. */
export function coins(baseUnits: string | bigint, digits = 3): string {
  const value = BigInt(baseUnits);
  const fraction = String(value % COIN).padStart(9, '0').slice(0, digits);
  return grouped(value / COIN) + (digits > 0 ? `.${fraction}` : '');
}

/** Billionths as a decimal number. */
export function nanos(value: string | bigint, digits = 3): string {
  const number = BigInt(value);
  const size = number < 0n ? -number : number;
  const scale = 10n ** BigInt(9 - digits);
  const rounded = (size + scale / 2n) / scale;
  const unit = 10n ** BigInt(digits);
  const fraction = digits > 0 ? `.${String(rounded % unit).padStart(digits, '0')}` : '';
  return (number < 0n && rounded > 0n ? '−' : '') + grouped(rounded / unit) + fraction;
}

/** A gain in nano-nats, in thousandths of a nat with its sign. */
export function gain(value: string | null): string {
  if (value === null) {
    return '—';
  }
  const number = BigInt(value);
  const text = nanos(number * 1000n, 3);
  return number > 0n ? `+${text}` : text;
}

/** Billionths as a floating-point number, for drawing only. */
export function unit(value: string | bigint): number {
  return Number(value) / 1e9;
}

/** A share in billionths, in percent. */
export function percent(shareNanos: string | bigint, digits = 1): string {
  return `${nanos(BigInt(shareNanos) * 100n, digits)} %`;
}

export function grouped(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ');
}

export function bytes(count: number): string {
  if (count < 1024) {
    return `${count} B`;
  }
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let at = -1;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at++;
  }
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${units[at]}`;
}

/** The first digits of a hash, for the eye; the whole stands in the title. */
export function brief(hex: string, digits = 8): string {
  const body = hex.startsWith('0x') ? hex.slice(2) : hex;
  return (hex.startsWith('0x') ? '0x' : '') + (body.length > digits ? `${body.slice(0, digits)}…` : body);
}

/** Milliseconds as a span that shows two units at most. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${String(seconds % 60).padStart(2, '0')} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, '0')} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** An instant in UTC to the second. */
export function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, 19);
}

/** The clock time of an instant in UTC. */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

export function signedMs(ms: number): string {
  const size = Math.abs(Math.round(ms));
  const text = size < 10_000 ? `${size} ms` : duration(size);
  return `${ms < 0 ? '−' : '+'}${text}`;
}

/** Words of an identifier such as `GradientCommitted` or `HASH_MISMATCH`. */
export function words(identifier: string): string {
  const spaced = /^[A-Z_]+$/.test(identifier)
    ? identifier.replaceAll('_', ' ')
    : identifier.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1).toLowerCase();
}
