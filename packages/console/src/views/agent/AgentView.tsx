import { EmptyState } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';

export function AgentView() {
  return (
    <>
      <ViewHeader title={text('nav.agent')} />
      <EmptyState title={text('view.soon')} />
    </>
  );
}
