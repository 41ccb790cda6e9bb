import { Button, Modal } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ErrorState } from './error-state';
import css from './states.module.css';

interface Props {
  opened: boolean;
  title: string;
  /** What will happen, in a sentence; fields if it needs any. */
  children: ReactNode;
  /** The verb on the button: "Merge", "Delete branch". */
  verb: string;
  danger?: boolean;
  disabled?: boolean;
  /** Does it; the modal closes when it is done and shows the failure when it fails. */
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

/** Asks before something is changed, and shows why it could not be. */
export function ConfirmModal(props: Props) {
  const { opened, title, children, verb, danger = false, disabled = false } = props;
  const { onConfirm, onClose } = props;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  function close(): void {
    setError(null);
    onClose();
  }
  async function confirm(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        {children}
        {error !== null && <ErrorState error={error} compact />}
        <div className={css.actions} style={{ justifyContent: 'flex-end', marginTop: 16 }}>
          <Button onClick={close}>Cancel</Button>
          <Button
            type="submit"
            variant="filled"
            color={danger ? 'red' : 'iris'}
            loading={busy}
            disabled={disabled}
          >
            {verb}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
