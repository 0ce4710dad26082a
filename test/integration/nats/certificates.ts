import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate authority in a temporary folder. */
export class Authority {
  readonly dir = mkdtempSync(join(tmpdir(), 'authority-'));
  readonly caFile = join(this.dir, 'ca.crt');

  constructor() {
    this.#openssl('req', '-x509', '-subj', '/CN=test authority', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.crt');
  }

  /** Issues a certificate for names such as `DNS:nats.example` or `IP:127.0.0.1`; returns its files. */
  issue(name: string, ...alternativeNames: readonly string[]): { certFile: string; keyFile: string } {
    const [key, request, cert] = [`${name}.key`, `${name}.csr`, `${name}.crt`];
    this.#openssl('req', '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
    writeFileSync(join(this.dir, 'extensions'), `subjectAltName=${alternativeNames.join(',')}\n`);
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'extensions'];
    execFileSync('openssl', ['x509', '-req', '-in', request, '-out', cert, ...signing], {
      cwd: this.dir,
      stdio: 'pipe',
    });
    return { certFile: join(this.dir, cert), keyFile: join(this.dir, key) };
  }

  read(file: string): string {
    return readFileSync(file, 'utf8');
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  #openssl(command: string, ...args: readonly string[]): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    execFileSync('openssl', [command, ...key, ...args], { cwd: this.dir, stdio: 'pipe' });
  }
}
