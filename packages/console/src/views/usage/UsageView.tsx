import { EmptyState } from '../../base/notes.js';
import { ViewHeader } from '../../shell/ViewHeader.js';
import { text } from '../../text/text.js';

export function UsageView() {
  return (
    <>
      <ViewHeader title={text('nav.usage')} />
      <EmptyState title={text('view.soon')} />
    </>
  );
}
