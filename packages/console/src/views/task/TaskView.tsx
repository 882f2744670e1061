import { EmptyState } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';

export function TaskView() {
  return (
    <>
      <ViewHeader title={text('nav.tasks')} />
      <EmptyState title={text('view.soon')} />
    </>
  );
}
