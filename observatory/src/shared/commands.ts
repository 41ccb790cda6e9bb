import { useEffect, useEffectEvent } from 'react';
import { Registry } from './registry';

/** Something the palette can do on this page. */
export interface Command {
  id: string;
  label: string;
  detail?: string;
  run: () => void;
}

/** The commands of what is on the page now. */
export const commands = new Registry<Command>();

/** Offers commands in the palette while a component is on the page. */
export function useCommands(offered: readonly Command[]): void {
  const run = useEffectEvent((id: string) => offered.find((c) => c.id === id)?.run());
  const key = JSON.stringify(offered.map(({ id, label, detail }) => ({ id, label, detail })));
  useEffect(() => {
    const listed = (JSON.parse(key) as Omit<Command, 'run'>[]).map((command) => ({
      ...command,
      run: () => run(command.id),
    }));
    return commands.add(listed);
  }, [key]);
}
