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
  /** True: it serves HTTPS, with a certificate for its `HOST`, whose authority the suite trusts. */
  readonly secure?: true;
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
  changes: [
    // Without it, the suite looks for the words "file" and "data" among the media types of the card, and skips its tests of both.
    {
      file: 'tests/capability_validator.py',
      from: 'return modality in input_modes or modality in output_modes',
      to: 'return {"text": "text/plain", "file": "image/png", "data": "application/json"}[modality] in input_modes + output_modes',
    },
    // Without it, the suite fails before it asks for the extended card on REST: it calls its own client with one argument too many.
    {
      file: 'tck/transport/rest_client.py',
      from: 'def get_authenticated_extended_card(self, **kwargs)',
      to: 'def get_authenticated_extended_card(self, _=None, **kwargs)',
    },
    // Without it, the suite sends a whole request as the name of the method.
    {
      file: 'tests/mandatory/quality/test_error_validation_enhanced.py',
      from: 'transport_helpers.transport_send_json_rpc_request(sut_client, invalid_request)',
      to: 'sut_client.send_raw_json_rpc(invalid_request)',
    },
    // Without it, the message has neither an id nor a role, both of which are required.
    {
      file: 'tests/optional/features/test_reference_task_ids.py',
      from: '"kind": "message", "parts"',
      to: '"kind": "message", "role": "user", "messageId": __import__("uuid").uuid4().hex, "parts"',
    },
    // Without it, the suite sends ten different messages under one messageId.
    {
      file: 'tests/optional/quality/test_concurrency.py',
      from: 'params["message"]["parts"][0]["text"] = f"Rapid',
      to: 'params["message"]["messageId"] = str(uuid.uuid4()); params["message"]["parts"][0]["text"] = f"Rapid',
    },
  ],
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

/** Serves HTTPS, at an address that the 0.3 suite does not exempt from its tests of TLS, and takes certificates of clients. */
const SECURE: Server = {
  ...TOKENS,
  name: 'secure',
  environment: { ...TOKENS.environment, MOLECULE_HOST: '127.0.0.2' },
  secure: true,
  fills: true,
};

const current = (server: Server, tests = 'tests/compatibility'): Run => ({
  suite: CURRENT,
  server,
  parameters: (url) => [tests, `--sut-host=${url}`],
});

const REQUIRED_EXTENSION =
  'tests/compatibility/core_operations/test_error_handling.py::TestCapabilityExtensionRequired';

/** Tests of the 0.3 suite that are about another binding than the one in use, or about two at once, as an expression of pytest. */
const OF_ANOTHER: Readonly<Record<string, string>> = {
  jsonrpc: 'grpc or rest_api or RESTSpecific or rest_specific or multi_transport_method or list_with_existing',
  rest: 'grpc or json_rpc_ or JSONRPCSpecific or jsonrpc_specific or sse_header or multi_transport_method',
};

const legacy = (server: Server, binding: 'jsonrpc' | 'rest', tests = ['tests/mandatory', 'tests/optional']): Run => ({
  suite: LEGACY,
  server,
  binding,
  parameters: (url) => [
    ...tests,
    `--sut-url=${url}`,
    '--test-scope=all',
    '--transports',
    binding,
    '--ignore=tests/optional/multi_transport',
    ...(binding === 'rest' ? ['--ignore=tests/mandatory/jsonrpc'] : []),
    '-k',
    `not (${OF_ANOTHER[binding]})`,
  ],
});

/** What the 0.3 suite asks of two bindings together. */
const legacyBoth = (server: Server): Run => ({
  suite: LEGACY,
  server,
  binding: 'both',
  parameters: (url) => [
    'tests/optional/multi_transport',
    'tests/mandatory/protocol/test_a2a_v030_transport_compliance.py',
    `--sut-url=${url}`,
    '--test-scope=all',
    '--transports=jsonrpc,rest',
    '-k',
    'multi_transport',
  ],
});

const LEGACY_SECURITY = [
  'tests/mandatory/security',
  'tests/optional/capabilities/test_transport_security.py',
  'tests/optional/capabilities/test_transport_security_v030.py',
  'tests/optional/capabilities/test_a2a_v030_authentication.py',
];

export const RUNS: readonly Run[] = [
  current(OPEN),
  current(TOKENS),
  current(BARE),
  current(DEMANDING, REQUIRED_EXTENSION),
  ...[OPEN, TOKENS].flatMap((server) => [legacy(server, 'jsonrpc'), legacy(server, 'rest'), legacyBoth(server)]),
  legacy(BARE, 'jsonrpc', ['tests/mandatory/jsonrpc']),
  legacy(SECURE, 'jsonrpc', LEGACY_SECURITY),
  legacy(SECURE, 'rest', LEGACY_SECURITY),
];
