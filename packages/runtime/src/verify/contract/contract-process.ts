import type { ContractNews, ContractOrder } from './contract-messages.js';
import { runContract } from './run-contract.js';

// A process of its own: what an engine prints, leaves running or breaks must not touch the command that asks.
const tell = (news: ContractNews) => process.send?.(news);

process.once('message', async (order: ContractOrder) => {
  tell({ kind: 'done', skipped: await runContract(order, process.env, tell) });
  process.disconnect();
});
