import type { ReactNode } from 'react';
import type { AgentReport } from '../../api/types.js';
import { safeLink } from '../../base/markdown/safe-link.js';
import { integer } from '../../text/format.js';
import { type TextKey, text } from '../../text/text.js';

/** The state of the agent in a table of two columns. */
export function AgentFacts({ report }: { readonly report: AgentReport }) {
  const { card, health, durable, versions, engine, model } = report;
  const { organization, url } = card.provider ?? {};
  const address = safeLink(url);
  return (
    <dl className="agent-facts">
      <Fact name="agent.health">
        <Mark kind={health.ready ? 'done' : 'failed'}>{text(health.ready ? 'agent.ready' : 'agent.notReady')}</Mark>
        <ul className="agent-facts-list">
          {Object.entries(health.checks).map(([name, { ok, detail }]) => (
            <li key={name} className={ok ? '' : 'agent-bad'}>
              <span className="agent-check">{name}</span> {detail}
            </li>
          ))}
        </ul>
      </Fact>
      <Fact name="agent.durable">
        <Mark kind={durable.yes ? 'done' : 'stopped'}>{text(durable.yes ? 'agent.yes' : 'agent.no')}</Mark>
        <p>{durable.detail}</p>
      </Fact>
      <Fact name="agent.turns">
        {text('agent.turnCounts', {
          running: integer(health.turns.running),
          waiting: integer(health.turns.waiting),
          refused: integer(health.turns.refused),
        })}
      </Fact>
      <Fact name="agent.engine">{engine}</Fact>
      <Fact name="agent.model">{model === undefined || model === '' ? text('agent.modelChosen') : model}</Fact>
      {organization !== undefined && organization !== '' && (
        <Fact name="agent.provider">
          {address === undefined ? (
            organization
          ) : (
            <a href={address} target="_blank" rel="noopener noreferrer nofollow">
              {organization}
            </a>
          )}
        </Fact>
      )}
      <Fact name="agent.interfaces">
        <ul className="agent-facts-list">
          {(card.supportedInterfaces ?? []).map(({ url: own, protocolBinding, protocolVersion }) => (
            <li key={`${own} ${protocolBinding} ${protocolVersion}`}>
              <span className="agent-check">
                {protocolBinding} {protocolVersion}
              </span>{' '}
              <code>{own}</code>
            </li>
          ))}
        </ul>
      </Fact>
      <Fact name="agent.versions">
        <ul className="agent-facts-list">
          {Object.entries(versions).map(([name, version]) => (
            <li key={name}>
              <span className="agent-check">{name}</span> <span className="number">{version}</span>
            </li>
          ))}
        </ul>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: TextKey; readonly children: ReactNode }) {
  return (
    <div className="agent-fact">
      <dt>{text(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Mark({ kind, children }: { readonly kind: string; readonly children: ReactNode }) {
  return (
    <span className={`state state-${kind}`}>
      <span className="state-dot" aria-hidden="true" />
      {children}
    </span>
  );
}
