import type { UntoldAnswers } from '../../tasks/log/untold-answers.js';
import type { Person } from '../../team/tools/person-tools.js';
import { isTemporary } from '../api/platform-api.js';
import { PlatformApprovals, type PlatformApprovalsOptions } from './platform-approvals.js';

export interface PlatformPersonOptions extends PlatformApprovalsOptions {
  readonly untold: Pick<UntoldAnswers, 'later'>;
}

/** The user of the platform. */
export function platformPerson(options: PlatformPersonOptions): Person {
  const { api, workspaceId, untold } = options;
  const path = `/workspaces/${encodeURIComponent(workspaceId)}/notify`;
  const approvals = new PlatformApprovals(options);
  return {
    async notify(message, { taskId }) {
      try {
        await api.call({ method: 'POST', path, body: { message } });
        return { delivered: true };
      } catch (error) {
        if (!isTemporary(error)) throw error;
        await untold.later(taskId, message, error.status === undefined || error.status >= 500);
        return {
          delivered: false,
          note: 'The platform is away. The message is delivered when it is back; do not repeat it.',
        };
      }
    },
    approve: (request, call) => approvals.approve(request, call),
  };
}
