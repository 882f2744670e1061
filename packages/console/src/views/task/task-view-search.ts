/** What of a task is shown: the protocol beside the timeline, an event by its number. */
export interface TaskViewSearch {
  readonly raw?: boolean;
  readonly event?: number;
}

export function readTaskViewSearch(search: Readonly<Record<string, unknown>>): TaskViewSearch {
  const event = Number(search['event']);
  return {
    ...(search['raw'] === true && { raw: true }),
    ...(Number.isInteger(event) && event > 0 && { event }),
  };
}
