/**
 * What written tasks survive. `machine`: a power cut, because it is synced before it is reported to a client. `process`: the death of the
 * process; the operating system writes to the disk later.
 */
export type Durability = 'machine' | 'process';
