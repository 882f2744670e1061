import { CopyButton } from '../../base/CopyButton.js';

/** A long text of the agent as it is, folded, with a button that copies it. */
export function RawText({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <details className="agent-raw">
      <summary>{label}</summary>
      <div className="agent-raw-body">
        <CopyButton value={value} compact />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <pre tabIndex={0}>{value}</pre>
      </div>
    </details>
  );
}
