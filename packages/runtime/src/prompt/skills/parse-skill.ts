import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { LoadedSkill } from './loaded-skill.js';

const NAME = 'lower-case letters, digits and single dashes, 64 at most';
const DESCRIPTION = 'a text of 1 to 1024 characters';

/** The front matter of https://agentskills.io/specification. Unknown keys are ignored. */
const frontMatter = z.looseObject(
  {
    name: z.string({ error: NAME }).regex(/^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/, { error: NAME }),
    description: z
      .string({ error: DESCRIPTION })
      .trim()
      .min(1, { error: DESCRIPTION })
      .max(1024, { error: DESCRIPTION }),
    license: z.string({ error: 'a text' }).optional(),
    compatibility: z.string({ error: 'a text' }).optional(),
    metadata: z.record(z.string(), z.unknown(), { error: 'a map' }).optional(),
  },
  { error: 'a map with `name` and `description`' },
);

/**
 * Reads one `SKILL.md`.
 *
 * @param id the name of its directory
 * @returns the skill, or its problems, one phrase each
 */
export function parseSkill(id: string, directory: string, content: string): LoadedSkill | readonly string[] {
  const [, head, body] = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(content) ?? [];
  if (head === undefined) return ['it must begin with YAML front matter between two lines of ---'];
  const document = parseDocument(head);
  if (document.errors.length > 0) return document.errors.map(({ message }) => firstLine(message));
  const result = frontMatter.safeParse(document.toJS());
  if (!result.success)
    return result.error.issues.map(({ path, message }) => `${path.join('.') || 'front matter'}: wanted ${message}`);
  const { name, description, metadata } = result.data;
  if (name !== id) return [`name: wanted "${id}" like its directory, found "${name}"`];
  return { id, name, description, instructions: (body ?? '').trim(), directory, tags: tagsOf(metadata?.['tags']) };
}

function tagsOf(tags: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(tags) ? tags : typeof tags === 'string' ? tags.split(',') : [];
  return list.map((tag) => String(tag).trim()).filter((tag) => tag !== '');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
