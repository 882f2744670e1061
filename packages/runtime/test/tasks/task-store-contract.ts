import { describe } from 'vitest';
import type { TaskStore } from '../../src/tasks/task-store.js';
import { blobRules } from './contract/blob-rules.js';
import { bootRules } from './contract/boot-rules.js';
import { changeRules } from './contract/change-rules.js';
import { claimRules } from './contract/claim-rules.js';
import { commitRules } from './contract/commit-rules.js';
import { consoleRules } from './contract/console-rules.js';
import { dutyRules } from './contract/duty-rules.js';
import { engineStoreRules } from './contract/engine-store-rules.js';
import { followRules } from './contract/follow-rules.js';
import { historyRules } from './contract/history-rules.js';
import { keyRules } from './contract/key-rules.js';
import { laneRules } from './contract/lane-rules.js';
import { messageRules } from './contract/message-rules.js';
import { pushRules } from './contract/push-rules.js';
import { questionRules } from './contract/question-rules.js';
import { reportRules } from './contract/report-rules.js';
import { retentionRules } from './contract/retention-rules.js';
import { stepRules } from './contract/step-rules.js';
import { teamRules } from './contract/team-rules.js';

/** A place for one store, such as a directory or a database. */
export interface StorePlace extends AsyncDisposable {
  /** Opens the store as another process does. All are closed at the end. */
  open(): Promise<TaskStore>;
}

/** A kind of store under test. */
export interface StoreKind {
  readonly name: string;
  /** True if several processes can open one place, and stored records are kept after all of them have ended. */
  readonly isShared: boolean;
  place(): Promise<StorePlace>;
}

/** The rules that every task store must keep. A new store calls this with its kind, in a test file of its own. */
export function taskStoreContract(kind: StoreKind): void {
  describe(`${kind.name} keeps the contract of a task store`, () => {
    describe('messages', () => messageRules(kind));
    describe('claims', () => claimRules(kind));
    describe('questions', () => questionRules(kind));
    describe('steps', () => stepRules(kind));
    describe('lanes', () => laneRules(kind));
    describe('writes at once', () => commitRules(kind));
    describe('histories', () => historyRules(kind));
    describe('followers', () => followRules(kind));
    describe('engine store', () => engineStoreRules(kind));
    describe('files', () => blobRules(kind));
    describe('boots', () => bootRules(kind));
    describe('duties', () => dutyRules(kind));
    describe('changes', () => changeRules(kind));
    describe('keys', () => keyRules(kind));
    describe('push notifications', () => pushRules(kind));
    describe('reports', () => reportRules(kind));
    describe('retention', () => retentionRules(kind));
    describe('what people look through', () => consoleRules(kind));
    describe('team', () => teamRules(kind));
  });
}
