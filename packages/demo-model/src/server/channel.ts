/** What the server's process tells the one that started it, once. */
export type ServerReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string };
