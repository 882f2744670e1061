/** No message nests deeper; on deeper values the recursive code of later steps would run out of stack. */
export const MAX_DEPTH = 100;
/** A message has fewer values. Each blocks the process for some microseconds between here and the log. */
export const MAX_VALUES = 100_000;
/** A message has fewer fields of objects. Each costs several times as much as a value of an array. */
export const MAX_FIELDS = 25_000;
