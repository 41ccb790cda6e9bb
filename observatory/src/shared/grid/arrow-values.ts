import { DataType, type Vector } from 'apache-arrow';

type Read = (vector: Vector, row: number) => unknown;

/** Returns how values of an Arrow type are read, as text where a number would be wrong. */
export function reader(type: DataType): Read {
  if (DataType.isTimestamp(type)) {
    const zone = type.timezone ? 'Z' : '';
    return map((value) => timestampText(Number(value)) + zone);
  }
  if (DataType.isDate(type)) return map((value) => new Date(Number(value)).toISOString().slice(0, 10));
  if (DataType.isTime(type)) {
    const perSecond = [1, 1e3, 1e6, 1e9][type.unit] ?? 1;
    return map((value) => timeText(Number(value) / perSecond));
  }
  if (DataType.isDecimal(type)) {
    return map((value) => decimalText(value as Uint32Array, type.scale));
  }
  if (DataType.isList(type) || DataType.isStruct(type) || DataType.isMap(type)) return map(nested);
  return (vector, row) => vector.get(row);
}

function map(show: (value: unknown) => unknown): Read {
  return (vector, row) => {
    const value: unknown = vector.get(row);
    return value === null ? null : show(value);
  };
}

function nested(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'bigint' ? each.toString() : each,
    ),
  );
}

/** Milliseconds since 1970 as 2013-01-01 05:15:00, with a fraction where there is one. */
export function timestampText(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  const moment = new Date(whole);
  if (Number.isNaN(moment.getTime())) return String(milliseconds);
  const text = moment.toISOString().replace('T', ' ').replace('Z', '');
  const micros = Math.round((milliseconds - whole) * 1000);
  if (micros > 0) return `${text}${String(micros).padStart(3, '0')}`;
  return text.endsWith('.000') ? text.slice(0, -4) : text;
}

/** Seconds since midnight as 05:15:00. */
export function timeText(seconds: number): string {
  return timestampText(seconds * 1000).slice(11);
}

/** The words of an Arrow decimal, the least first, as its digits. */
export function decimalText(words: Uint32Array, scale: number): string {
  let value = 0n;
  for (let at = words.length - 1; at >= 0; at -= 1) value = (value << 32n) | BigInt(words[at] ?? 0);
  value = BigInt.asIntN(words.length * 32, value);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
