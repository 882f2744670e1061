import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { sessionQuery } from '../api/queries.js';
import { setServerTime } from '../live/clock.js';
import { text } from '../text/text.js';

/** The agent's name at the top, and in the browser's title if a view gives none. */
export function AgentName() {
  const { data } = useQuery(sessionQuery);
  useEffect(() => {
    if (data !== undefined) setServerTime(data.now);
  }, [data]);
  return (
    <div className="agent-name">
      <img src="./icon.svg" alt="" width="24" height="24" />
      <span className="agent-name-text" title={data?.agent.description}>
        {data?.agent.name ?? ' '}
      </span>
      {data?.dev === true && <span className="tag">{text('app.dev')}</span>}
    </div>
  );
}
