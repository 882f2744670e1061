import type { AgentCard } from '../../api/a2a.js';
import { text } from '../../text/text.js';
import { Section } from './Section.js';

/** What the card says that the agent can do. */
export function SkillList({ skills }: { readonly skills: NonNullable<AgentCard['skills']> }) {
  return (
    <Section title={text('agent.skills')} count={skills.length}>
      {skills.length === 0 && <p className="agent-note">{text('agent.none')}</p>}
      <ul className="agent-list">
        {skills.map(({ id, name, description, tags = [], examples = [] }) => (
          <li key={id}>
            <h3>{name}</h3>
            {description !== undefined && <p>{description}</p>}
            {examples.map((example) => (
              <p className="agent-example" key={example}>
                {example}
              </p>
            ))}
            {tags.length > 0 && (
              <p className="agent-tags">
                {tags.map((tag) => (
                  <span className="tag" key={tag}>
                    {tag}
                  </span>
                ))}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
