const LOCALE = 'en';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const precise = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 6 });
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: '2-digit', month: 'short' });

/** What stands where nothing was measured. */
export const UNKNOWN = 'unknown';

/** 1234567 as 1,234,567. */
export const count = (value: number | bigint): string => whole.format(value);

/** 1234567 as 1.2M. */
export const compact = (value: number): string => short.format(value);

/** 0.1234567 as 0.123457. */
export const decimal = (value: number): string => precise.format(value);

/** 0.9312 as 93.1 %; only what is really all is 100 %. */
export function percent(share: number): string {
  const shown = share >= 1 ? 100 : Math.min(share * 100, 99.9);
  return `${shown === 100 || shown === 0 ? shown : shown.toFixed(1)} %`;
}

/** `plural(2, 'row')` is "2 rows"; the second form is given where adding an s is wrong. */
export const plural = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** 1500000 as 1.5 MB. */
export function bytes(value: number): string {
  let rest = value;
  let unit = 0;
  while (rest >= 999.5 && unit < SIZES.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && rest < 9.95 ? 1 : 0;
  return `${rest.toFixed(digits)} ${SIZES[unit]}`;
}

/** Seconds as 340 ms, 4.2 s, 1 m 9 s, 2 h 20 m, 3 d 4 h. */
export function duration(seconds: number): string {
  if (seconds < 0.0005) return '0 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total} s`;
  return twoUnits(total);
}

function twoUnits(total: number): string {
  const units: [string, number][] = [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]];
  const at = units.findIndex(([, size]) => total >= size);
  const [name, size] = units[at] ?? ['s', 1];
  const next = units[at + 1];
  const rest = next ? Math.floor((total % size) / next[1]) : 0;
  const first = `${Math.floor(total / size)} ${name}`;
  return next && rest > 0 ? `${first} ${rest} ${next[0]}` : first;
}

/** A moment as "just now", "12 m ago", "in 3 h". */
export function relative(moment: Date, now: Date): string {
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  const size = Math.abs(seconds);
  if (size < 10) return 'just now';
  const text = oneUnit(size);
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

/** Seconds in one unit, where two would be too exact: 9 s, 26 m, 3 h, 8 d. */
export function oneUnit(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 86_400 * 60) return `${Math.floor(seconds / 86_400)} d`;
  return `${Math.floor(seconds / (86_400 * 30.44))} mo`;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/** A moment in the time zone of the reader: 2026-11-21 10:15:07. */
export function dateTime(moment: Date): string {
  const date = [moment.getFullYear(), pad(moment.getMonth() + 1), pad(moment.getDate())].join('-');
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(pad).join(':');
  return `${date} ${time}`;
}

/** A moment of today in the time zone of the reader, to the millisecond: 10:15:07.123. */
export function clock(moment: Date): string {
  const time = [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(pad).join(':');
  return `${time}.${String(moment.getMilliseconds()).padStart(3, '0')}`;
}

/** A day as 21 Nov. */
export const day = (moment: Date): string => dayMonth.format(moment);

/** The first characters of a run or commit id, enough to tell it from the others. */
export const shortId = (id: string): string => id.slice(0, 8);

/** A sentence from a word of the API: `in_progress` as "In progress". */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ').replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
