import { EmptyState } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';

export function ChatView() {
  return (
    <>
      <ViewHeader title={text('nav.chat')} />
      <EmptyState title={text('view.soon')} />
    </>
  );
}
