import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../../base/Button.js';
import { Dialog } from '../../base/Dialog.js';
import { text } from '../../text/text.js';
import { ContextList } from './ContextList.js';
import { Conversation } from './Conversation.js';
import './chat.css';

/** The conversations with the agent, and one of them. */
export function ChatView() {
  const { contextId } = useParams({ strict: false });
  const navigate = useNavigate();
  const [listOpen, setListOpen] = useState(false);
  const begin = () => {
    setListOpen(false);
    void navigate({ to: '/chat' });
  };
  return (
    <div className="chat">
      <aside className="chat-side" aria-label={text('chat.conversations')}>
        <Button className="chat-new" onClick={begin}>
          {text('chat.new')}
        </Button>
        <ContextList selected={contextId} />
      </aside>
      <Conversation key={contextId ?? ''} contextId={contextId}>
        <div className="chat-narrow">
          <Button onClick={() => setListOpen(true)}>{text('chat.conversations')}</Button>
          <Button onClick={begin}>{text('chat.new')}</Button>
        </div>
      </Conversation>
      <Dialog open={listOpen} title={text('chat.conversations')} onClose={() => setListOpen(false)}>
        <ContextList selected={contextId} onChoose={() => setListOpen(false)} />
      </Dialog>
    </div>
  );
}
