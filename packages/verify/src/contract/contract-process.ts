import type { ContractNews, ContractOrder } from './contract-messages.js';
import { runContract } from './run-contract.js';

// A separate process, so that an engine that prints, leaves work running or crashes does not affect the command.
const tell = (news: ContractNews) => process.send?.(news);

process.once('message', async (order: ContractOrder) => {
  tell({ kind: 'done', skipped: await runContract(order, process.env, tell) });
  process.disconnect();
});
