import { z } from 'zod';

// Each `error` is the expected form, in words that fit after "wanted"; see problems-from-issues.ts.
const WANTED_TEXT = { error: 'a text that is not empty' };

export const text = () => z.string(WANTED_TEXT).trim().min(1, WANTED_TEXT);

export const texts = (error: string) => z.array(text(), { error });
