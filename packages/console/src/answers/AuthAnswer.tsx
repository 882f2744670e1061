import { Button } from '../base/Button.js';
import { Icon } from '../base/Icon.js';
import { safeLink } from '../base/markdown/safe-link.js';
import { text } from '../text/text.js';
import type { WayProps } from './way-props.js';

/** A sign-in elsewhere: its address, and two buttons for afterwards. The agent itself finds out whether it has the access. */
export function AuthAnswer({ request, answering }: WayProps) {
  const { requestId, url, service, scopes = [] } = request;
  const address = safeLink(url);
  return (
    <div className="answer">
      {scopes.length > 0 && <p className="answer-hint">{text('answer.scopes', { scopes: scopes.join(', ') })}</p>}
      {address !== undefined && (
        <a className="answer-link" href={address} target="_blank" rel="noopener noreferrer nofollow">
          <Icon name="external" />
          {text('answer.open', { service: service ?? new URL(address).host })}
        </a>
      )}
      {address === undefined && url !== undefined && <code className="answer-unsafe">{url}</code>}
      <div className="answer-buttons">
        <Button
          kind="primary"
          busy={answering.busy}
          onClick={() => answering.send({ requestId, text: text('answer.granted') })}
        >
          {text('answer.granted')}
        </Button>
        <Button
          kind="danger"
          disabled={answering.busy}
          onClick={() => answering.send({ requestId, text: text('answer.refused') })}
        >
          {text('answer.refused')}
        </Button>
      </div>
    </div>
  );
}
