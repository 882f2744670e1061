/** Paths on a grid of 16 by 16, drawn with a line of 1.5. */
const PATHS = {
  tasks: 'M2.5 4h1M2.5 8h1M2.5 12h1M6.5 4h7M6.5 8h7M6.5 12h7',
  inbox: 'M2.5 9.5 4.4 3.5h7.2l1.9 6v3h-11zM2.5 9.5h3.2l.9 1.6h2.8l.9-1.6h3.2',
  chat: 'M2.5 3.5h11v7.5H7.2L4.5 13.5V11h-2z',
  agent: 'M3.5 6h9v6.5h-9zM8 6V3M8 2.6v.1M6 9v.6M10 9v.6M1.8 8.5v1.6M14.2 8.5v1.6',
  usage: 'M2.5 13.5v-4M6.2 13.5v-8M9.8 13.5V8M13.5 13.5V2.5',
  close: 'm4 4 8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.4 10.4l3.1 3.1',
  sun: 'M8 10.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM8 1.8v1M8 13.2v1M1.8 8h1M13.2 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M12.4 3.6l-.7.7M4.3 11.7l-.7.7',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  system: 'M2 3.5h12v7.5H2zM6 13.5h4',
  signOut: 'M6.5 2.5h-4v11h4M6.5 8h7M11 5.2 13.8 8 11 10.8',
  chevron: 'm6 3.5 4.5 4.5L6 12.5',
  back: 'M9.8 3.5 5.2 8l4.6 4.5',
  external: 'M6.5 3.5h-4v10h10v-4M9.5 2.5h4v4M13.2 2.8 7.5 8.5',
  alert: 'M8 2.2 14.2 13H1.8ZM8 6.5v3M8 11.2v.1',
  tool: 'M10.3 2.3a3.4 3.4 0 0 0-3.2 4.5L2.3 11.6l2.1 2.1 4.8-4.8a3.4 3.4 0 0 0 4.4-4.2L11.5 6.8 9.2 4.5Z',
  thought: 'M5.8 11.5a4.4 4.4 0 1 1 4.4 0v1.3H5.8zM6.6 14.7h2.8',
  question: 'M6 6.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.7v.1M8 14.3A6.3 6.3 0 1 0 8 1.7a6.3 6.3 0 0 0 0 12.6Z',
  file: 'M3.5 1.8h5.5l3.5 3.5v8.9h-9zM8.8 2v3.5h3.5',
  person: 'M8 7.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM2.8 14c.4-2.6 2.5-4 5.2-4s4.8 1.4 5.2 4',
  retry: 'M13.3 8A5.3 5.3 0 1 1 11.6 4.1M13.3 2v3h-3',
  stop: 'M4 4h8v8H4z',
  send: 'M2.5 8 13.5 2.8 10.3 13.4 7.6 9.2ZM7.6 9.2l5.9-6.4',
  branch: 'M4.5 2.5v11M4.5 9h4a3 3 0 0 0 3-3V4.5M9.8 5.5l1.7-2 1.7 2',
  download: 'M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11',
  code: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  dot: 'M8 8.5v-1',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  flag: 'M3.5 14V2.5h9l-2 3.2 2 3.2h-9',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a text or inside a button that has a label; screen readers skip it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
