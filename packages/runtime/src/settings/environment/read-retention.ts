import { parseAge } from '../age.js';
import type { WorkspaceConfig } from '../config/workspace-config.js';
import type { RetentionSettings } from './runtime-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { SETTINGS } from './settings-table.js';

/** The ages from the environment, else from `config.yaml`. */
export function readRetention(reader: SettingsReader, { retention }: WorkspaceConfig): RetentionSettings {
  const tasksMs = reader.read(SETTINGS.retentionTasks) ?? ageOf(retention.tasks);
  const conversations = reader.read(SETTINGS.retentionConversations) ?? parseAge(retention.conversations ?? '');
  return {
    tasksMs,
    conversationsMs: conversations ?? tasksMs,
    filesMs: reader.read(SETTINGS.retentionFiles) ?? ageOf(retention.files),
    eventsMs: reader.read(SETTINGS.retentionEvents) ?? ageOf(retention.events),
  };
}

function ageOf(text: string | undefined): number {
  return parseAge(text ?? 'off') ?? Number.POSITIVE_INFINITY;
}
