const STEPS = [1, 2, 2.5, 5, 10];

function stepFor(range: number, marks: number): number {
  const rough = range / marks;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (STEPS.find((part) => part * power >= rough * 0.999) ?? 10) * power;
}

/** Returns round numbers that hold all values between them, about `marks` of them. */
export function scale(least: number, greatest: number, marks = 4): number[] {
  if (!Number.isFinite(least) || !Number.isFinite(greatest)) return [0, 1];
  if (greatest === least) return scale(Math.min(0, least), Math.max(0, greatest) || 1, marks);
  const step = stepFor(greatest - least, marks);
  const found: number[] = [];
  const last = Math.ceil(greatest / step - 1e-9);
  for (let at = Math.floor(least / step + 1e-9); at <= last; at += 1) found.push(Number((at * step).toPrecision(12)));
  return found;
}

/** Returns round numbers from 0, or from below it, to at least the greatest value. */
export function ticks(values: readonly number[], marks = 4): number[] {
  const greatest = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  const whole = values.every((value) => Number.isInteger(value));
  const found = scale(least, greatest, marks);
  return whole ? found.filter((mark) => Number.isInteger(mark)) : found;
}
