import { memo, type ReactElement } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { safeLink } from './safe-link.js';

const COMPONENTS: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  // A picture elsewhere would report to its server that the task was read.
  img: ({ src, alt }) => <Link href={typeof src === 'string' ? src : undefined}>{alt || String(src ?? '')}</Link>,
  // Wide tables scroll in themselves, not the page.
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <div className="markdown-wide" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <pre tabIndex={0}>{children}</pre>
  ),
  input: ({ checked }) => <span className="markdown-check">{checked ? '☑' : '☐'}</span>,
};

/** Results that are kept, so that a row that comes into sight again is not read again. */
const MOST_KEPT = 300;
const kept = new Map<string, ReactElement>();

export default memo(function MarkdownBlock({ source }: { readonly source: string }) {
  const known = kept.get(source);
  if (known !== undefined) return known;
  // It has no state and no hooks; called as a function, it returns what it has read.
  const made = ReactMarkdown({
    children: source,
    remarkPlugins: [remarkGfm],
    components: COMPONENTS,
    urlTransform: (url) => safeLink(url) ?? '',
  });
  const [oldest] = kept.size < MOST_KEPT ? [] : kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(source, made);
  return made;
});

function Link({ href, children }: { readonly href: string | undefined; readonly children: React.ReactNode }) {
  const safe = safeLink(href);
  if (safe === undefined) return <span>{children}</span>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer nofollow" title={safe}>
      {children}
    </a>
  );
}
