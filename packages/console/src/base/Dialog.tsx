import { type ReactNode, useEffect, useId, useRef } from 'react';
import { text } from '../text/text.js';
import { Button } from './Button.js';
import { Icon } from './Icon.js';

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  /** Called at Escape, at the cross, and at a click beside the dialog. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons of the lower edge. */
  readonly actions?: ReactNode;
}

/** A modal dialog. The browser keeps the focus inside and gives it back. */
export function Dialog({ open, title, onClose, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element === null || element.open === open) return;
    if (open) element.showModal();
    else element.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes the dialog, which the browser reports as `cancel`.
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {open && (
        <div className="dialog-box">
          <header className="dialog-head">
            <h2 id={titleId}>{title}</h2>
            <Button kind="quiet" aria-label={text('dialog.close')} onClick={onClose} icon={<Icon name="close" />} />
          </header>
          <div className="dialog-body">{children}</div>
          {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
        </div>
      )}
    </dialog>
  );
}
