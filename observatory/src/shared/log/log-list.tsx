import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { clock, dateTime, shortId } from '../format';
import { aboutOf, firstLine, keyOf, toneOf, type Line } from './lines';
import css from './log.module.css';

const LINE = 20;
const SCREEN_MARGIN = 2;

interface Props {
  lines: readonly Line[];
  label: string;
  /** The key of the chosen line; empty if none is. */
  chosen: string;
  onChoose: (key: string) => void;
  /** Whether the newest line stays in sight; a look back ends it. */
  follow?: boolean;
  onLookBack?: () => void;
  /** Whether lines say their day and their run: they are of several. */
  mixed?: boolean;
}

/**
 * Lines of a log, of which only those in sight are on the page.
 *
 * The arrows choose a line, Home and End the first and last, Page Up and Down move by a screen.
 */
export function LogList(props: Props) {
  const { lines, label, chosen, onChoose, follow = false, onLookBack, mixed = false } = props;
  const ref = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => ref.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  const last = lines.length - 1;
  const at = chosen === '' ? -1 : lines.findIndex((line) => keyOf(line) === chosen);

  useEffect(() => {
    if (follow && last >= 0) virtual.scrollToIndex(last, { align: 'end' });
  }, [follow, last, virtual]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);

  function onKeyDown(event: KeyboardEvent): void {
    const screen = Math.floor((ref.current?.clientHeight ?? 300) / LINE) - SCREEN_MARGIN;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? last : at - 1,
      PageDown: at + screen,
      PageUp: at - screen,
      Home: 0,
      End: last,
    };
    const next = moves[event.key];
    if (event.key === 'Escape' && chosen !== '') onChoose('');
    else if (next !== undefined && last >= 0) {
      const line = lines[Math.max(0, Math.min(next, last))];
      if (line) onChoose(keyOf(line));
      if (next < last) onLookBack?.();
    } else return;
    event.preventDefault();
  }

  return (
    <div
      ref={ref}
      className={css.list}
      role="listbox"
      aria-label={label}
      aria-activedescendant={at >= 0 ? `line-${chosen}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onWheel={(event) => {
        if (event.deltaY < 0) onLookBack?.();
      }}
    >
      <div className={css.canvas} style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return line ? (
            <div
              key={keyOf(line)}
              id={`line-${keyOf(line)}`}
              className={`${css.line} mono`}
              role="option"
              aria-selected={index === at}
              aria-setsize={lines.length}
              aria-posinset={index + 1}
              data-level={line.level}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => {
                onLookBack?.();
                onChoose(index === at ? '' : keyOf(line));
              }}
            >
              <Parts line={line} mixed={mixed} />
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

function Parts({ line, mixed }: { line: Line; mixed: boolean }) {
  const time = new Date(line.time);
  return (
    <>
      <span className={css.time}>{mixed ? dateTime(time) : clock(time)}</span>
      <span className={css.level} data-tone={toneOf(line.level)}>
        {line.level}
      </span>
      {mixed && line.run_id && <span className={css.run}>{shortId(line.run_id)}</span>}
      <span className={css.about} title={aboutOf(line)}>
        {aboutOf(line)}
      </span>
      <span className={css.text}>{firstLine(line)}</span>
    </>
  );
}
