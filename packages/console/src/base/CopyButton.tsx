import { useEffect, useState } from 'react';
import { text } from '../text/text.js';
import { Button, type ButtonProps } from './Button.js';
import { Icon } from './Icon.js';

export interface CopyButtonProps {
  readonly value: string | (() => string);
  /** Names the copied thing; also the visible text unless `compact`. */
  readonly label?: string;
  readonly compact?: boolean;
  readonly kind?: ButtonProps['kind'];
}

/** Copies a text, and says for two seconds that it did. */
export function CopyButton({ value, label = text('copy.copy'), compact = false, kind = 'quiet' }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(typeof value === 'string' ? value : value());
    setCopied(true);
  };
  const shown = copied ? text('copy.copied') : label;
  return (
    <Button
      kind={kind}
      title={shown}
      aria-label={compact ? shown : undefined}
      onClick={() => void copy().catch(() => setCopied(false))}
      icon={<Icon name={copied ? 'check' : 'copy'} />}
    >
      {compact ? undefined : <span aria-live="polite">{shown}</span>}
    </Button>
  );
}
