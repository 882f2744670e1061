import { main } from './main.js';

process.exitCode = await main(process.argv.slice(2), {
  workingDirectory: process.cwd(),
  userAgent: process.env['npm_config_user_agent'] ?? '',
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
