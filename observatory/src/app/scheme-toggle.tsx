import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Sun } from 'lucide-react';
import { useCommands } from '../shared/commands';

/** Changes between light and dark; before that the page follows the machine. */
export function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const next = scheme === 'dark' ? 'light' : 'dark';
  const label = `Use the ${next} scheme`;
  useCommands([
    { id: 'scheme', label, run: () => setColorScheme(next) },
    { id: 'scheme-auto', label: 'Use the scheme of the machine', run: () => setColorScheme('auto') },
  ]);
  return (
    <ActionIcon aria-label={label} onClick={() => setColorScheme(next)}>
      {scheme === 'dark' ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
    </ActionIcon>
  );
}
