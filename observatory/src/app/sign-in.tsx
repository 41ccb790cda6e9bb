import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { api, read } from '../client/api';
import { asProblem } from '../client/problem';
import { ErrorState } from '../shared/error-state';
import { Card, Page } from '../shared/page';

const whoAmI = {
  queryKey: ['auth'],
  queryFn: ({ signal }: { signal: AbortSignal }) => read(api.GET('/api/auth', { signal })),
  staleTime: Infinity,
};

/** Asks for the key where the server wants one, and shows the page where it does not. */
export function SignInGate({ children }: { children: ReactNode }) {
  const { data, error } = useQuery(whoAmI);
  // A refusal comes before what was known: the key may have been taken back, or given up.
  const refused = error ? asProblem(error).status === 401 : data?.required && data.method === 'none';
  return refused ? <SignIn /> : children;
}

function SignIn() {
  const client = useQueryClient();
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>(null);

  async function signIn(event: FormEvent): Promise<void> {
    event.preventDefault();
    try {
      await read(api.POST('/api/auth', { body: { key } }));
      await client.invalidateQueries();
    } catch (failure) {
      setError(failure);
    }
  }

  return (
    <Page title="Sign in">
      <Card padded style={{ maxWidth: 420 }}>
        <form onSubmit={(event) => void signIn(event)}>
          <TextInput
            label="Key"
            description="One of the keys of this server, as lakehouse.toml has them."
            type="password"
            autoFocus
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <Button type="submit" variant="filled" mt="md" disabled={key === ''}>
            Sign in
          </Button>
        </form>
        {error !== null && <ErrorState error={error} compact />}
      </Card>
    </Page>
  );
}
