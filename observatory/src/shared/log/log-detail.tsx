import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { dateTime, words } from '../format';
import { Identifier } from '../identifier';
import { KeyValue } from '../key-value';
import { valueText } from '../value';
import { textOf, toneOf, type Line } from './lines';
import css from './log.module.css';

/** A line of a log, whole: its message, its error with the trace, what was measured. */
export function LogDetail({ line, onClose }: { line: Line; onClose: () => void }) {
  const measured = Object.entries(line.metadata);
  return (
    <section className={css.detail} aria-label="The chosen line">
      <div className={css.detailHead}>
        <b className={css.level} data-tone={toneOf(line.level)}>
          {words(line.level)}
        </b>
        <span className="dim mono">{line.type}</span>
        <span className="dim num">{dateTime(new Date(line.time))}</span>
        <ActionIcon aria-label="Close the line" onClick={onClose}>
          <X size={15} aria-hidden />
        </ActionIcon>
      </div>
      <div className={css.detailBody}>
        <pre className={`${css.pre} mono`}>{textOf(line)}</pre>
        {line.error && (
          <pre className={`${css.pre} mono`} data-bad>
            {line.error}
          </pre>
        )}
        <KeyValue
          pairs={[
            ['Run', line.run_id ? <RunLink run={line.run_id} key="run" /> : undefined],
            ['Step', line.step ? <Identifier name={line.step} copy key="step" /> : undefined],
            ['Asset', line.asset ? <AssetLink asset={line.asset} key="asset" /> : undefined],
            ['Check', line.check ? <CheckLink line={line} key="check" /> : undefined],
            ['Partition', line.partition ? <Identifier name={line.partition} key="partition" /> : undefined],
            ...measured.map(([name, value]) => [name, valueText(value)] as const),
          ]}
        />
      </div>
    </section>
  );
}

function RunLink({ run }: { run: string }) {
  return (
    <Link to="/runs/$run" params={{ run }}>
      <Identifier name={run} />
    </Link>
  );
}

/** Leads to the table of an asset. */
export function AssetLink({ asset }: { asset: string }) {
  return (
    <Link to="/tables/$table" params={{ table: asset }}>
      <Identifier name={asset} namespace={asset.split('.')[0]} />
    </Link>
  );
}

function CheckLink({ line }: { line: Line }) {
  const check = line.check ?? '';
  if (!line.asset) return <Identifier name={check} />;
  return (
    <Link to="/quality" search={{ asset: line.asset, check }}>
      <Identifier name={check} />
    </Link>
  );
}
