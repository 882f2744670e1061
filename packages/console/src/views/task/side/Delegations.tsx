import type { Delegation } from '../../../api/types.js';
import { Icon } from '../../../base/Icon.js';
import { Markdown } from '../../../base/Markdown.js';
import { safeLink } from '../../../base/markdown/safe-link.js';
import { Time } from '../../../base/Time.js';
import { text } from '../../../text/text.js';

const TONES: Readonly<Record<string, string>> = {
  completed: 'done',
  failed: 'failed',
  rejected: 'failed',
  canceled: 'stopped',
  'input-required': 'asking',
  'auth-required': 'asking',
  working: 'working',
  sent: 'working',
};

/** What other agents do for a task, and what these have given to others, as a tree. */
export function Delegations({ delegations }: { readonly delegations: readonly Delegation[] }) {
  return (
    <ul className="delegations">
      {delegations.map((delegation) => (
        <li key={delegation.id}>
          <DelegationView delegation={delegation} />
        </li>
      ))}
    </ul>
  );
}

function DelegationView({ delegation }: { readonly delegation: Delegation }) {
  const { peer, state, attempts, createdAt, answer, children = [], childrenError } = delegation;
  const name = stateOf(state);
  const address = taskAddress(delegation);
  return (
    <div className="delegation">
      <details>
        <summary>
          <span className={`state state-${TONES[name] ?? 'waiting'}`}>
            <span className="state-dot" aria-hidden="true" />
            <span className="unseen">{name}</span>
          </span>
          <span className="delegation-peer">{peer.name || peer.id}</span>
          <span className="delegation-text">{delegation.text}</span>
          <Time at={createdAt} />
        </summary>
        <div className="delegation-body">
          <p className="soft">
            {name}
            {attempts > 1 && ` · ${text('task.attempts', { count: attempts })}`}
            {delegation.mode !== '' && ` · ${delegation.mode}`}
          </p>
          <Markdown source={delegation.text} />
          {answer !== undefined && (
            <div className="delegation-answer">
              <Markdown source={answer} />
            </div>
          )}
          {address !== undefined && (
            <a href={address} target="_blank" rel="noopener noreferrer">
              {text('task.openThere')}
              <Icon name="external" />
            </a>
          )}
        </div>
      </details>
      {childrenError !== undefined && <p className="delegation-error">{childrenError}</p>}
      {children.length > 0 && <Delegations delegations={children} />}
    </div>
  );
}

/** `TASK_STATE_WORKING` and `working` are the same. */
function stateOf(state: string): string {
  return state.replace('TASK_STATE_', '').toLowerCase().replaceAll('_', '-');
}

/** The task in the peer's own console. */
function taskAddress({ peer, remoteTask }: Delegation): string | undefined {
  if (remoteTask === undefined || !URL.canParse(peer.url)) return undefined;
  const base = peer.url.endsWith('/') ? peer.url : `${peer.url}/`;
  return safeLink(new URL(`console/tasks/${encodeURIComponent(remoteTask)}`, base).href);
}
