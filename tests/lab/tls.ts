import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './run.ts';

export interface TlsFiles {
  ca: string;
  cert: string;
  key: string;
  serverCert: string;
  serverKey: string;
  /** As `DOCKER_CERT_PATH` wants it: ca.pem, cert.pem, key.pem. */
  dir: string;
}

/** A throwaway authority with a server certificate for the addresses and a client certificate. */
export async function makeCertificates(dir: string, addresses: string[]): Promise<TlsFiles> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const openssl = (...args: string[]) => must('openssl', args, { cwd: dir });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-days',
    '30',
    '-subj',
    '/CN=lab-ca',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  );
  const names = ['DNS:localhost', ...addresses.map((address) => `IP:${address}`)].join(',');
  const issue = async (name: string, keyFile: string, certFile: string, extension: string) => {
    writeFileSync(join(dir, `${name}.ext`), `${extension}\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n`);
    await openssl('req', '-new', ...newKey, '-keyout', keyFile, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca-key.pem',
      '-CAcreateserial',
      '-days',
      '30',
      '-extfile',
      `${name}.ext`,
      '-out',
      certFile,
    );
  };
  await issue('server', 'server-key.pem', 'server-cert.pem', `subjectAltName=${names}\nextendedKeyUsage=serverAuth`);
  await issue('client', 'key.pem', 'cert.pem', 'extendedKeyUsage=clientAuth');
  const at = (file: string) => join(dir, file);
  return {
    dir,
    ca: at('ca.pem'),
    cert: at('cert.pem'),
    key: at('key.pem'),
    serverCert: at('server-cert.pem'),
    serverKey: at('server-key.pem'),
  };
}
