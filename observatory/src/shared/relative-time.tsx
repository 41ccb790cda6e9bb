import { dateTime, relative } from './format';
import { useNow } from './now';
import { Unknown } from './unknown';

interface Props {
  /** When, as the API says it. */
  time: string | null | undefined;
  /** What it means if there is no time. */
  why?: string;
}

/** A time as its distance from now; the title says it whole. */
export function RelativeTime({ time, why = 'not recorded' }: Props) {
  const now = useNow();
  if (!time) return <Unknown why={why} />;
  const moment = new Date(time);
  return (
    <time className="num" dateTime={time} title={`${dateTime(moment)} here, ${moment.toISOString()}`}>
      {relative(moment, now > new Date() ? new Date() : now)}
    </time>
  );
}
