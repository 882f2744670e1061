/** Where verifiers find the public keys of the workspace. */
export const KEY_SET_PATH = '/.well-known/jwks.json';
