import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import type { TaskRow } from '../../api/types.js';

export interface ListKeysOptions {
  readonly rows: readonly TaskRow[];
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly scroller: RefObject<HTMLElement | null>;
  /** Brings a row into sight. */
  readonly show: (index: number) => void;
}

/**
 * `j` and `k` or the arrows move through the rows, `Home` and `End` to the ends, `/` to the search. One row is in the tab order, so that Tab passes
 * the list in one step; Enter follows the focused link.
 */
export function useListKeys({ rows, searchField, scroller, show }: ListKeysOptions) {
  const [chosen, setActive] = useState<string>();
  const active = rows.some(({ id }) => id === chosen) ? chosen : rows[0]?.id;

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const isTyping = target.matches('input, textarea, select, [contenteditable]');
    if (event.key === '/' && !isTyping) {
      event.preventDefault();
      searchField.current?.focus();
      return;
    }
    if (target === searchField.current && event.key === 'ArrowDown') return move(event, 0);
    if (isTyping) return;
    const isInList = scroller.current?.contains(target) ?? false;
    // Elsewhere on the page the arrows scroll, and a letter begins at the active row.
    const isLetter = event.key === 'j' || event.key === 'k';
    if (!isInList && !isLetter) return;
    const current = rows.findIndex(({ id }) => id === active);
    const next = {
      j: current + 1,
      ArrowDown: current + 1,
      k: current - 1,
      ArrowUp: current - 1,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (next !== undefined) move(event, isInList ? next : current);
  });

  const move = (event: KeyboardEvent, index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row === undefined) return;
    event.preventDefault();
    setActive(row.id);
    show(rows.indexOf(row));
    // A row that comes into sight by the scrolling exists after the next drawing.
    focusRow(scroller.current, row.id, 5);
  };

  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return { active, setActive };
}

function focusRow(scroller: HTMLElement | null, id: string, frames: number): void {
  const link = scroller?.querySelector<HTMLElement>(`[data-task="${CSS.escape(id)}"] a`);
  if (link) link.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusRow(scroller, id, frames - 1));
}
