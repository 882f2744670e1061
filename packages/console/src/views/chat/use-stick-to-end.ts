import { type RefObject, useEffect, useRef } from 'react';

/** Closer to the end than this, in pixels, the reader is at the end. */
const NEAR = 80;

/** Keeps an area scrolled to its end while its content grows, unless the reader has scrolled up. */
export function useStickToEnd(): { area: RefObject<HTMLElement | null>; content: RefObject<HTMLDivElement | null> } {
  const area = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const scroller = area.current;
    const inner = content.current;
    if (scroller === null || inner === null) return;
    let sticks = true;
    const look = () => {
      sticks = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    };
    const grown = new ResizeObserver(() => {
      if (sticks) scroller.scrollTop = scroller.scrollHeight;
    });
    grown.observe(inner);
    grown.observe(scroller);
    scroller.addEventListener('scroll', look, { passive: true });
    return () => {
      grown.disconnect();
      scroller.removeEventListener('scroll', look);
    };
  }, []);
  return { area, content };
}
