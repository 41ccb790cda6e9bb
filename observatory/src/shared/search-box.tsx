import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useShortcuts } from './shortcuts';

const TYPING_MS = 200;

interface Props {
  label: string;
  placeholder: string;
  value: string;
  /** Told a moment after the last key. */
  onChange: (text: string) => void;
  width?: number;
}

/** A text that filters what is below. The key / goes to it, so there is one on a page at most. */
export function SearchBox({ label, placeholder, value, onChange, width = 240 }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const told = useRef(value);
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback((next: string) => {
    told.current = next;
    onChange(next);
  }, TYPING_MS);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useShortcuts([{ keys: '/', label, group: 'Lists', run: () => input.current?.focus() }]);
  return (
    <TextInput
      ref={input}
      aria-label={label}
      placeholder={placeholder}
      leftSection={<Search size={13} aria-hidden />}
      value={text}
      w={width}
      onChange={(event) => {
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
