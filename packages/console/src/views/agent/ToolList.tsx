import type { AgentReport } from '../../api/types.js';
import { text } from '../../text/text.js';
import { Section } from './Section.js';

/** The tools that the runtime offers to the model. */
export function ToolList({ tools }: { readonly tools: NonNullable<AgentReport['tools']> }) {
  return (
    <Section title={text('agent.tools')} count={tools.length}>
      {tools.length === 0 && <p className="agent-note">{text('agent.none')}</p>}
      <ul className="agent-list">
        {tools.map(({ name, description }) => (
          <li key={name}>
            <h3 className="mono">{name}</h3>
            {description !== undefined && <p>{description}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
