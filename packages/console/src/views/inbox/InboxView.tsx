import { EmptyState } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';

export function InboxView() {
  return (
    <>
      <ViewHeader title={text('nav.inbox')} />
      <EmptyState title={text('view.soon')} />
    </>
  );
}
