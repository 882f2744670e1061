import { createContext, use, useCallback, useSyncExternalStore } from 'react';

/** Which entries the reader has opened. It outlives their rows, which exist only while they are in sight. */
export class OpenEntries {
  readonly #toggled = new Set<string>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  has(key: string): boolean {
    return this.#toggled.has(key);
  }

  toggle(key: string): void {
    if (!this.#toggled.delete(key)) this.#toggled.add(key);
    for (const listener of this.#listeners) listener();
  }
}

export const OpenEntriesContext = createContext(new OpenEntries());

/** Whether the entry is open, and what opens or closes it. */
export function useOpenEntry(key: string): readonly [isOpen: boolean, toggle: () => void] {
  const entries = use(OpenEntriesContext);
  const isOpen = useSyncExternalStore(entries.subscribe, () => entries.has(key));
  const toggle = useCallback(() => entries.toggle(key), [entries, key]);
  return [isOpen, toggle];
}
