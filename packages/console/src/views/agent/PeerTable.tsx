import type { Peer } from '../../api/types.js';
import { safeLink } from '../../base/markdown/safe-link.js';
import { ScrollArea } from '../../base/ScrollArea.js';
import { text } from '../../text/text.js';
import { Section } from './Section.js';

/** The agents to which this one can give tasks. */
export function PeerTable({ peers }: { readonly peers: readonly Peer[] }) {
  return (
    <Section title={text('agent.peers')} count={peers.length}>
      {peers.length === 0 ? (
        <p className="agent-note">{text('agent.none')}</p>
      ) : (
        <ScrollArea className="table-wide" label={text('agent.peers')}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{text('agent.peerName')}</th>
                <th scope="col">{text('agent.peerState')}</th>
                <th scope="col">{text('agent.peerUrl')}</th>
              </tr>
            </thead>
            <tbody>
              {peers.map(({ id, name, url, state }) => (
                <tr key={id}>
                  <th scope="row">{name === '' ? id : name}</th>
                  <td>{state}</td>
                  <td>
                    <PeerAddress url={url} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
      )}
    </Section>
  );
}

function PeerAddress({ url }: { readonly url: string }) {
  const address = safeLink(url);
  if (address === undefined) return <code>{url}</code>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {url}
    </a>
  );
}
