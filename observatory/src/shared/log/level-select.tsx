import { Select } from '@mantine/core';
import { words } from '../format';
import { LEVELS } from './lines';

/** Chooses the least level of the lines that are shown; empty is all. */
export function LevelSelect({ value, onChange }: { value: string; onChange: (level: string) => void }) {
  const data = [
    { value: '', label: 'Every level' },
    ...LEVELS.filter((level) => level !== 'debug').map((level) => ({
      value: level,
      label: level === 'critical' ? 'Critical' : `${words(level)} and above`,
    })),
  ];
  return (
    <Select
      aria-label="Level"
      data={data}
      value={value}
      onChange={(next) => onChange(next ?? '')}
      allowDeselect={false}
      w={130}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}
