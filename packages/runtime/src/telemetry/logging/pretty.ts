import pinoPretty from 'pino-pretty';
import { terminalJsonTexts } from './terminal-text.js';

/** Creates a function that converts a JSON log line into readable text. */
export function createPrettyFormat(color: boolean): (line: string) => string {
  const format = pinoPretty.prettyFactory({
    colorize: color,
    messageKey: 'message',
    errorLikeObjectKeys: ['error'],
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
  // A line may contain text of an agent or a peer, or a file name.
  return (line) => format(terminalJsonTexts(line));
}
