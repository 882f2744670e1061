import { useQuery } from '@tanstack/react-query';
import { agentQuery } from '../../api/queries.js';
import { Button } from '../../base/Button.js';
import { Icon } from '../../base/Icon.js';
import { Markdown } from '../../base/Markdown.js';
import { ErrorNote, Loading } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';
import { AgentFacts } from './AgentFacts.js';
import { PeerTable } from './PeerTable.js';
import { RawText } from './RawText.js';
import { Section } from './Section.js';
import { SettingTable } from './SettingTable.js';
import { SkillList } from './SkillList.js';
import { ToolList } from './ToolList.js';
import './agent.css';

/** What the agent is: its card, its engine, how it is at present, and, for administrators, what it was given. */
export function AgentView() {
  const { data, error, refetch, isFetching } = useQuery(agentQuery);
  const again = (
    <Button busy={isFetching} icon={<Icon name="retry" />} onClick={() => void refetch()}>
      {text('agent.again')}
    </Button>
  );
  return (
    <>
      <ViewHeader title={text('nav.agent')} actions={again} />
      {error !== null && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Loading />}
      {data !== undefined && (
        <div className="agent">
          <section className="agent-about" aria-labelledby="agent-name">
            <h2 id="agent-name">
              {data.card.name}
              {data.card.version !== undefined && <span className="tag">{data.card.version}</span>}
            </h2>
            {data.card.description !== undefined && <Markdown source={data.card.description} />}
          </section>
          <AgentFacts report={data} />
          <SkillList skills={data.card.skills ?? []} />
          {data.settings === undefined && <p className="agent-note">{text('agent.needsAdmin')}</p>}
          {data.tools !== undefined && <ToolList tools={data.tools} />}
          {data.peers !== undefined && <PeerTable peers={data.peers} />}
          {data.prompt !== undefined && (
            <Section title={text('agent.prompt')}>
              <RawText label={text('agent.promptAsSent')} value={data.prompt} />
            </Section>
          )}
          {data.settings !== undefined && <SettingTable settings={data.settings} />}
          <Section title={text('agent.card')}>
            <RawText label={text('agent.cardAsServed')} value={JSON.stringify(data.card, null, 2)} />
          </Section>
        </div>
      )}
    </>
  );
}
