/** A suite of the kit at a pinned commit of https://github.com/a2aproject/a2a-tck. */
export interface Suite {
  /** The protocol version. */
  readonly name: string;
  readonly commit: string;
  /** What pip installs, seen from the suite's directory. */
  readonly requirements: readonly string[];
  /** Texts that are replaced in a copy of the suite, each with its reason in docs/conformance.md. */
  readonly changes: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}

/** A server that a suite runs against. */
export interface Server {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly token?: string;
  /** True: its results count for tests that the other servers skip only. */
  readonly fills?: true;
}

/** One run of pytest. */
export interface Run {
  readonly suite: Suite;
  readonly server: Server;
  /** The binding of all of its tests; absent: each test has its own. */
  readonly binding?: string;
  /** Arguments of pytest. */
  readonly parameters: (url: string) => readonly string[];
}

const CURRENT: Suite = {
  name: '1.0',
  commit: '357c4a87afa2818731590647cccbea31c31733a2',
  requirements: ['-e', '.'],
  // Without it, the suite sends different messages under one messageId.
  changes: [
    { file: 'tck/requirements/base.py', from: 'f"tck-{name}-{_SESSION}"', to: 'f"tck-{name}-{uuid.uuid4().hex[:8]}"' },
  ],
};

const LEGACY: Suite = {
  name: '0.3',
  commit: 'eb1f804c27ea25db8805264d9ed2d7ca077a7776',
  requirements: ['-r', 'requirements.txt', 'python-dotenv', 'pyOpenSSL'],
  changes: [],
};

const TOKEN = 'kit-token-0123456789abcdef';

/** The kit receives notifications on this machine. */
const RECEIVER = { MOLECULE_PUSH_ALLOW: 'localhost,127.0.0.1' };

const OPEN: Server = { name: 'open', environment: RECEIVER };
const TOKENS: Server = { name: 'tokens', environment: { ...RECEIVER, MOLECULE_TOKENS: `kit:${TOKEN}` }, token: TOKEN };
/** For the tests of what a server says that does not offer something. */
const BARE: Server = { name: 'bare', environment: { KIT_OFFERS: 'little' }, fills: true };
/** For the tests of what a server says to a client that does not name an extension that it requires. */
const DEMANDING: Server = {
  name: 'demanding',
  environment: { KIT_REQUIRES: 'urn:a2a:tck:required-extension' },
  fills: true,
};

const current = (server: Server, tests = 'tests/compatibility'): Run => ({
  suite: CURRENT,
  server,
  parameters: (url) => [tests, `--sut-host=${url}`],
});

const REQUIRED_EXTENSION =
  'tests/compatibility/core_operations/test_error_handling.py::TestCapabilityExtensionRequired';

const legacy = (server: Server, binding: 'jsonrpc' | 'rest'): Run => ({
  suite: LEGACY,
  server,
  binding,
  parameters: (url) => [
    'tests/mandatory',
    'tests/optional',
    `--sut-url=${url}`,
    '--test-scope=all',
    '--transports',
    binding,
    // The client of REST cannot send what these tests want.
    ...(binding === 'rest' ? ['--ignore=tests/mandatory/jsonrpc'] : []),
  ],
});

export const RUNS: readonly Run[] = [
  current(OPEN),
  current(TOKENS),
  current(BARE),
  current(DEMANDING, REQUIRED_EXTENSION),
  ...[OPEN, TOKENS].flatMap((server) => [legacy(server, 'jsonrpc'), legacy(server, 'rest')]),
];
