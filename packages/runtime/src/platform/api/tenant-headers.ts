/** What a hosted platform, which serves several organizations, wants with each call: the organization, and the platform's own address as the origin. */
export function tenantHeaders(platformUrl: string | undefined, organization: string): Readonly<Record<string, string>> {
  return {
    'x-molecule-org-id': organization,
    ...(platformUrl !== undefined && { origin: new URL(platformUrl).origin }),
  };
}
