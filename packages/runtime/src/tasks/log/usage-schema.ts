/** What a turn has used, over all of its attempts. It stays when its task is deleted by its age. */
export interface TurnUsageTable {
  task_id: string;
  turn: number;
  owner: string;
  /** Milliseconds since 1970 of the last report. */
  at: number;
  /** As the provider names it, else as the workspace does; empty: neither does. */
  model: string;
  input_tokens: number;
  output_tokens: number;
  cached_input_tokens: number;
  reasoning_tokens: number;
  /** In US dollars; null: the engine reports no price. */
  cost_usd: number | null;
}

export interface UsageSchema {
  turn_usage: TurnUsageTable;
}
