/** The call that waits for an approval. Everything in it is the agent's text. */
export function ToolCall({ name, input }: { readonly name: string; readonly input?: unknown }) {
  return (
    <div className="tool-call">
      <code className="tool-call-name">{name}</code>
      {input !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <pre className="tool-call-input" tabIndex={0}>
          {typeof input === 'string' ? input : JSON.stringify(input, null, 2)}
        </pre>
      )}
    </div>
  );
}
