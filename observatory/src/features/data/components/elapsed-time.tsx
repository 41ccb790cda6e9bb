import { useEffect, useState } from 'react';
import { duration } from '../../../shared/format';

const TICK_MS = 100;

/** The time since a moment of `performance.now()`, as it passes. */
export function ElapsedTime({ since }: { since: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <span className="num">{duration(Math.max(0, now - since) / 1000)}</span>;
}
