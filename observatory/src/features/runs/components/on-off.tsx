import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { asProblem } from '../../../client/problem';
import { Status } from '../../../shared/status';
import { automationQuery, turn } from '../api/queries';
import css from './runs.module.css';

type Instigator = Schemas['Instigator'];

/** Turns a schedule or sensor on or off at once; a failure puts it back and says why. */
export function OnOff({ instigator }: { instigator: Instigator }) {
  const { kind, name } = instigator;
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (running: boolean) => turn(kind, name, running),
    // A list that was asked for before the change must not arrive after it.
    onMutate: () => client.cancelQueries({ queryKey: automationQuery.queryKey }),
    onSuccess: (now) =>
      client.setQueryData(automationQuery.queryKey, (all) =>
        all?.map((one) => (one.kind === kind && one.name === name ? now : one)),
      ),
  });
  const shown = change.isPending ? change.variables : instigator.running;
  return (
    <span className={css.switch}>
      <Switch
        aria-label={`${name} is on`}
        checked={shown}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
      />
      {change.isError && (
        <Status tone="bad" word="Not changed" plain title={`${asProblem(change.error).message}. ${asProblem(change.error).fix}`} />
      )}
    </span>
  );
}
