import { ActionIcon, Tooltip } from '@mantine/core';
import { ChevronDown, ChevronRight, Columns3, Eye, Table2, type LucideIcon } from 'lucide-react';
import { compact } from '../../../shared/format';
import { Layer } from '../../../shared/layer';
import { typeName } from '../../../shared/value';
import type { TreeRow } from '../api/tree';

/** A small button in a line of the tree; the keys of the tree do the same. */
export function Act({ label, icon: Icon, onClick }: { label: string; icon: LucideIcon; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={20}
        tabIndex={-1}
        aria-label={label}
        onClick={(event) => {
          event.stopPropagation();
          onClick();
        }}
      >
        <Icon size={12} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

/** What a line of the tree shows. */
export function Node({ row, isOpen }: { row: TreeRow; isOpen: boolean }) {
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  if (row.kind === 'namespace') {
    return (
      <>
        <Chevron size={13} aria-hidden />
        <Layer namespace={row.name} />
        <span className="trunc">{row.name}</span>
        <small>{row.tables}</small>
      </>
    );
  }
  if (row.kind === 'table') {
    const Icon = row.table.kind === 'view' ? Eye : Table2;
    return (
      <>
        <Chevron size={13} aria-hidden />
        <Icon size={13} aria-hidden />
        <span className="mono trunc" title={row.id}>
          {row.name}
        </span>
        <small>{row.table.rows === null ? row.table.kind : compact(row.table.rows)}</small>
      </>
    );
  }
  return (
    <>
      {row.kind === 'column' && <Columns3 size={12} aria-hidden />}
      <span className="mono trunc">{row.name}</span>
      {row.kind === 'column' && <small>{typeName(row.type)}</small>}
    </>
  );
}
