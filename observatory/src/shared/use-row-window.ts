import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type RefObject } from 'react';

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

/** Draws of a long list only the rows in sight; all of them if the table does not scroll itself. */
export function useRowWindow(count: number, scrolls: boolean): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: scrolls ? count : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: BEYOND,
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
    enabled: scrolls,
  });
  if (!scrolls) {
    const places = Array.from({ length: count }, (_, place) => place);
    return { scroller, places, above: 0, below: 0, scrollTo: () => undefined };
  }
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  return {
    scroller,
    places: items.map((item) => item.index),
    above: first ? first.start - HEAD_PX : 0,
    below: last ? virtual.getTotalSize() - (last.end - HEAD_PX) : 0,
    scrollTo: (place) => virtual.scrollToIndex(place),
  };
}
