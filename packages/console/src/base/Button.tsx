import type { ComponentProps, ReactNode } from 'react';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'type'> {
  /** `primary` for the one main action of a view, `danger` for what cannot be undone, `quiet` without a border. */
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly submit?: boolean;
  /** The action runs: the button is disabled and says so to screen readers. */
  readonly busy?: boolean;
  readonly icon?: ReactNode;
}

export function Button({ kind = 'plain', submit, busy, icon, className, children, disabled, ...rest }: ButtonProps) {
  const classes = ['button', `button-${kind}`, children === undefined && 'button-icon', className].filter(Boolean);
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={classes.join(' ')}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {icon}
      {children}
    </button>
  );
}
