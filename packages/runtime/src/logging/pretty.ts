import pinoPretty from 'pino-pretty';
import { terminalJsonTexts } from './terminal-text.js';

/** Makes a function that turns a JSON log line into one for people. */
export function createPrettyFormat(color: boolean): (line: string) => string {
  const format = pinoPretty.prettyFactory({
    colorize: color,
    messageKey: 'message',
    errorLikeObjectKeys: ['error'],
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
  // A line may quote an agent, a peer or a file name.
  return (line) => format(terminalJsonTexts(line));
}
