import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { TaskList } from './task-list.js';

/** Keeps the rows that a reader looks at in their place when others come in front of them, and counts those until the reader is at the top. */
export function useKeptPlace(scroller: RefObject<HTMLElement | null>, list: TaskList, rowHeight: number) {
  const { prepended } = list;
  const before = useRef({ list, prepended });
  const [seen, setSeen] = useState({ list, prepended });

  useLayoutEffect(() => {
    const added = before.current.list === list ? prepended - before.current.prepended : 0;
    before.current = { list, prepended };
    const element = scroller.current;
    if (added === 0 || element === null) return;
    if (element.scrollTop === 0) setSeen({ list, prepended });
    else element.scrollTop += added * rowHeight;
  }, [scroller, list, prepended, rowHeight]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = () => {
      if (element.scrollTop === 0) setSeen({ list, prepended: list.prepended });
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller, list]);

  const toTop = () => {
    if (scroller.current) scroller.current.scrollTop = 0;
  };
  return { unseen: seen.list === list ? prepended - seen.prepended : 0, toTop };
}
