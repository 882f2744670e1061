const DAY_MS = 86_400_000;
const MODELS = [
  { model: 'gpt-4.1', share: 1, price: 0.000_004 },
  { model: 'claude-sonnet-4-5', share: 0.6, price: 0.000_005 },
  { model: 'gpt-4.1-mini', share: 0.3, price: 0.000_000_8 },
];

/** Rows as `GET usage` answers: a month of a team that rests at weekends. */
export function weeksOfUsage(): readonly object[] {
  return Array.from({ length: 30 }, (_, back) => {
    const time = new Date(Date.now() - back * DAY_MS);
    const day = `${time.getFullYear()}-${digits(time.getMonth() + 1)}-${digits(time.getDate())}`;
    const isWeekend = time.getDay() % 6 === 0;
    const busy = (isWeekend ? 0.1 : 1) * (0.6 + 0.4 * Math.abs(Math.sin(back * 1.7)));
    return MODELS.map(({ model, share, price }) => {
      const inputTokens = Math.round(420_000 * share * busy);
      return {
        day,
        owner: 'ann',
        model,
        inputTokens,
        outputTokens: Math.round(inputTokens / 9),
        cachedInputTokens: Math.round(inputTokens / 2),
        reasoningTokens: 0,
        costUsd: inputTokens * price,
        turns: Math.round(60 * share * busy),
      };
    });
  }).flat();
}

function digits(value: number): string {
  return String(value).padStart(2, '0');
}
