export { type FindTemporalCliOptions, findTemporalCli, type TemporalCli } from '../dev-server/find-temporal-cli.js';
export {
  startTemporalDevServer,
  type TemporalDevServer,
  type TemporalDevServerOptions,
} from '../dev-server/start-temporal-dev-server.js';
export { TemporalCliError } from '../dev-server/temporal-cli-error.js';
