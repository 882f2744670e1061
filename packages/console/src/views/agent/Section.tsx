import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  /** How many there are. */
  readonly count?: number;
  readonly children: ReactNode;
}

export function Section({ title, count, children }: SectionProps) {
  const id = useId();
  return (
    <section className="agent-section" aria-labelledby={id}>
      <h2 id={id}>
        {title}
        {count !== undefined && <span className="agent-count">{count}</span>}
      </h2>
      {children}
    </section>
  );
}
