import { z } from 'zod';
import { text, texts } from './schema-types.js';

const WANTED_PORT = { error: 'a whole number from 0 to 65535' };
const WANTED_ADDRESS = 'an address that begins with https:// or http://';
const WANTED_URI = 'a URI such as https://example.com/extensions/citations/v1';

const port = z.number(WANTED_PORT).int(WANTED_PORT).min(0, WANTED_PORT).max(65_535, WANTED_PORT);

const webAddress = () =>
  z
    .string({ error: WANTED_ADDRESS })
    .trim()
    .refine((value) => /^https?:\/\//.test(value) && URL.canParse(value), { error: WANTED_ADDRESS });

const mediaTypes = () => {
  const error = 'a list of media types such as text/plain';
  return z.array(z.string({ error }).regex(/^[\w.+-]+\/[\w.+-]+$/, { error }), { error });
};

/** A skill on the agent card. */
export const skill = z.union(
  [
    text(),
    z.strictObject({
      id: text(),
      name: text().optional(),
      description: z.string({ error: 'a text' }).default(''),
      tags: texts('a list of texts').default([]),
      examples: texts('a list of texts').default([]),
      input_modes: mediaTypes().optional(),
      output_modes: mediaTypes().optional(),
    }),
  ],
  { error: 'a name, or a map with `id`, `name`, `description`, `tags`, `examples`, `input_modes` and `output_modes`' },
);

const provider = z.strictObject(
  {
    organization: text().meta({
      description: 'The name of the organization that offers the agent, as the agent card shows it; goes with `url`.',
      examples: ['Example Inc.'],
    }),
    url: webAddress().meta({ description: 'The web site of that organization.', examples: ['https://example.com'] }),
  },
  { error: 'a map with `organization` and `url`' },
);

const extension = z.strictObject(
  {
    uri: z.string({ error: WANTED_URI }).regex(/^[a-z][a-z0-9+.-]*:[^\s,"]+$/i, { error: WANTED_URI }),
    description: z.string({ error: 'a text' }).default(''),
    required: z.boolean({ error: 'true or false' }).default(false),
    params: z.record(z.string(), z.json({ error: 'plain YAML values' }), { error: 'a map' }).optional(),
  },
  { error: 'a map with `uri`, `description`, `required` and `params`' },
);

/** How the A2A server presents itself. */
export const a2a = z.strictObject(
  {
    port: port.optional().meta({
      description: 'The port to listen on; `PORT` overrides it. 0 means any free port. Default: 8000.',
      examples: [8000],
    }),
    streaming: z
      .boolean({ error: 'true or false' })
      .default(true)
      .meta({ description: 'Whether the agent card offers streaming.', examples: [true] }),
    push_notifications: z
      .boolean({ error: 'true or false' })
      .default(true)
      .meta({
        description: 'Whether callers may ask for push notifications, and the agent card offers them.',
        examples: [true],
      }),
    provider: provider.optional().meta({
      description: 'Who offers the agent, as the agent card shows it.',
      examples: [{ organization: 'Example Inc.', url: 'https://example.com' }],
    }),
    documentation_url: webAddress()
      .optional()
      .meta({
        description: 'Where the agent is documented, as the agent card shows it.',
        examples: ['https://example.com/docs/agent'],
      }),
    icon_url: webAddress()
      .optional()
      .meta({
        description: 'A picture of the agent, as the agent card shows it.',
        examples: ['https://example.com/agent.png'],
      }),
    extensions: z
      .array(extension, { error: 'a list of maps' })
      .default([])
      .meta({
        description:
          "Extensions of A2A that the engine supports, besides the server's own: maps with `uri`, `description`, `required` and `params`. A request that does not name a required one is refused.",
        examples: [[{ uri: 'https://example.com/extensions/citations/v1', description: 'Names its sources' }]],
      }),
  },
  {
    error:
      'a map with `port`, `streaming`, `push_notifications`, `provider`, `documentation_url`, `icon_url` and `extensions`',
  },
);
