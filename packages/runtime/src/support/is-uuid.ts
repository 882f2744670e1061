const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** True for the form of id that a platform gives its workspaces. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}
