import type { X509Certificate } from 'node:crypto';
import type { CertificateName, ClientCertificateSettings } from '../../../settings/environment/identity-settings.js';
import type { CertificateVerifier } from '../access-control.js';
import type { ClientCertificate } from '../credentials.js';
import { type Identity, refused } from '../principal.js';
import { alternativeNames } from './alternative-names.js';

/** Owners get the kind of their name, so that the same text in another place of a certificate is another owner. */
const PREFIX = 'mtls:';

/** Identifies the holders of certificates that a configured authority has signed. */
export class ClientCertificates implements CertificateVerifier {
  readonly #settings: ClientCertificateSettings;

  constructor(settings: ClientCertificateSettings) {
    this.#settings = settings;
  }

  identify({ shown: certificate, untrusted }: ClientCertificate): Identity {
    if (untrusted !== undefined) return refused('certificate-not-trusted', { error: untrusted });
    const { owner: kind, scopes } = this.#settings;
    const subject = subjectOf(certificate);
    const names = namesOf(certificate, kind);
    if (names.length === 0) return refused('no-name-in-certificate', { subject, wanted: kind });
    if (names.length > 1) return refused('several-names-in-certificate', { subject, wanted: kind });
    return { principal: { owner: `${PREFIX}${kind}=${names[0]}`, scopes } };
  }
}

function namesOf(certificate: X509Certificate, kind: CertificateName): readonly string[] {
  switch (kind) {
    case 'subject':
      return [subjectOf(certificate)].filter((subject) => subject !== '');
    case 'cn':
      return commonNames(certificate);
    case 'uri':
    case 'dns':
    case 'email':
      return alternativeNames(certificate.subjectAltName ?? '', kind);
  }
}

/** On one line. Node escapes line ends and commas in the values. */
function subjectOf({ subject }: X509Certificate): string {
  return (subject ?? '').split('\n').join(',');
}

function commonNames({ subject }: X509Certificate): readonly string[] {
  return (subject ?? '')
    .split('\n')
    .filter((line) => line.startsWith('CN='))
    .map((line) => line.slice('CN='.length))
    .filter((name) => name !== '');
}
