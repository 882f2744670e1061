import pinoPretty from 'pino-pretty';

/** Makes a function that turns a JSON log line into one for people. */
export function createPrettyFormat(color: boolean): (line: string) => string {
  return pinoPretty.prettyFactory({
    colorize: color,
    messageKey: 'message',
    errorLikeObjectKeys: ['error'],
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
}
