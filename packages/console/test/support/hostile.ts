import type { Step } from './steps.ts';

/** What runs if a page takes text for code: it changes the title, which a test reads. */
const CODE = "document.title='broken'";
const SCRIPT = `<script>${CODE}</script><img src=x onerror="${CODE}"><iframe srcdoc="<script>top.${CODE}</script>"></iframe>`;
/** A name that reads `invoice_exe.pdf` in a text that obeys its control characters. */
const BIDI_NAME = 'invoice_\u202Efdp.exe';

/** A file name, a tool and texts that try to become code, markup or a link to it. */
const HOSTILE_TEXT = [
  `Hello ${SCRIPT}`,
  `[harmless](javascript:${CODE}) [data](data:text/html,<script>${CODE}</script>) [vb](vbscript:x)`,
  `![picture](javascript:${CODE}) ![remote](https://tracker.example/pixel.png) <a href="javascript:${CODE}" onclick="${CODE}">raw</a>`,
  `[good](https://example.com/page) \u202Eevil\u202C <style>body{display:none}</style>`,
  `\`\`\`html\n${SCRIPT}\n\`\`\``,
].join('\n\n');

export const HOSTILE_STEPS: readonly Step[] = [
  { think: SCRIPT },
  { event: { type: 'status', text: SCRIPT } },
  { tool: '<img src=x onerror="document.title=\'broken\'">', input: { path: SCRIPT }, output: SCRIPT },
  { say: HOSTILE_TEXT },
  {
    event: {
      type: 'file',
      file: {
        kind: 'file',
        name: `${BIDI_NAME}"><script>${CODE}</script>`,
        mediaType: 'text/html',
        data: btoa(SCRIPT),
      },
    },
  },
];

export const HOSTILE_QUESTION: readonly Step[] = [
  {
    ask: {
      requestId: 'hostile',
      request: 'approval',
      prompt: `Allow ${SCRIPT}`,
      choices: [
        { id: 'yes', label: `Yes ${SCRIPT}`, means: 'approve' },
        { id: 'no', label: 'No', means: 'reject' },
      ],
      tool: { name: `rm ${SCRIPT}`, input: { path: SCRIPT, note: BIDI_NAME } },
    },
  },
];

/** A card that does the same. */
export const HOSTILE_CONFIG = `name: ${JSON.stringify(`Evil ${SCRIPT}`)}
description: ${JSON.stringify(HOSTILE_TEXT)}
version: 1.0.0
runtime: scripted
`;
