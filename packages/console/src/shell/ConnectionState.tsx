import { Button } from '../base/Button.js';
import { Icon } from '../base/Icon.js';
import { live } from '../live/live-stream.js';
import { useConnection } from '../live/use-live.js';
import { text } from '../text/text.js';

/** The state of the live stream, always visible. */
export function ConnectionState() {
  const connection = useConnection();
  return (
    <span className={`connection connection-${connection}`} role="status">
      <span className="connection-dot" aria-hidden="true" />
      {text(`live.${connection}`)}
    </span>
  );
}

/** Stands above every view while what it shows may be out of date. */
export function LostConnection() {
  if (useConnection() !== 'reconnecting') return null;
  return (
    <div className="lost" role="alert">
      <Icon name="alert" />
      <span>{text('live.notice')}</span>
      <Button onClick={() => live.start()}>{text('live.retry')}</Button>
    </div>
  );
}
