import { Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { Ref } from 'react';

interface Props extends ButtonProps {
  ref?: Ref<HTMLAnchorElement>;
}

const AnchorButton = (props: Props) => <Button component="a" {...props} />;

/** A button that leads somewhere: typed as `Link` is, so that params and search are checked. */
export const LinkButton = createLink(AnchorButton);
