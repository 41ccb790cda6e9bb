import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyValue } from '../../../shared/key-value';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { SkeletonRows } from '../../../shared/skeleton';
import { signOut, whoQuery } from '../api/queries';
import css from './settings.module.css';

const METHODS = { none: 'No key: only this machine can ask', bearer: 'A key on every request', session: 'Signed in with a key' };

/** Who is asking, and how that is known. */
export function Who() {
  const who = useQuery(whoQuery);
  const client = useQueryClient();
  async function leave(): Promise<void> {
    await signOut();
    // What was read with the key is not kept without it.
    await client.resetQueries();
  }
  return (
    <Card
      title="You"
      actions={who.data?.method === 'session' && <Button onClick={() => void leave()}>Sign out</Button>}
    >
      <Loaded query={who} compact skeleton={<SkeletonRows rows={2} />}>
        {(me) => (
          <div className={css.who}>
            <KeyValue
              pairs={[
                ['Name', me.name],
                ['Known by', me.verified ? 'A key' : 'The operating system says so'],
                ['Access', METHODS[me.method]],
              ]}
            />
          </div>
        )}
      </Loaded>
    </Card>
  );
}
