import { useEffect, useRef, useState, type RefObject } from 'react';

const ROW_PX = 34;
const HEAD_PX = 30;
const BEYOND = 12;

interface RowWindow {
  scroller: RefObject<HTMLDivElement | null>;
  /** The places of the rows that are drawn. */
  places: readonly number[];
  /** The room of the rows above and below, which are not. */
  above: number;
  below: number;
  scrollTo: (place: number) => void;
}

/**
 * Draws of a long list only the rows in sight; all of them if the table does not scroll itself.
 * Its rows are of one height, so it needs no library: every page with a table would load it.
 */
export function useRowWindow(count: number, scrolls: boolean): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ first: 0, last: 0 });
  useEffect(() => {
    const element = scroller.current;
    if (!scrolls || !element) return undefined;
    const look = () => {
      const first = Math.floor(element.scrollTop / ROW_PX);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / ROW_PX);
      setSight((old) => (old.first === first && old.last === last ? old : { first, last }));
    };
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scrolls]);
  const from = scrolls ? Math.max(0, Math.min(sight.first - BEYOND, count - 1)) : 0;
  const to = scrolls ? Math.min(count, sight.last + BEYOND) : count;
  function scrollTo(place: number): void {
    const element = scroller.current;
    if (!scrolls || !element) return;
    const top = place * ROW_PX;
    const room = element.clientHeight - HEAD_PX - ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top > element.scrollTop + room) element.scrollTop = top - room;
  }
  return {
    scroller,
    places: Array.from({ length: Math.max(0, to - from) }, (_, place) => from + place),
    above: from * ROW_PX,
    below: Math.max(0, count - to) * ROW_PX,
    scrollTo,
  };
}
