import { fingerprint, readCredentialFiles } from './credentials.ts';

/** Looks at the credential files every so often, since mounted Secrets are swapped by a symbolic link that file events miss. */
export function watchCredentials(dir: string, everyMs: number, onChange: () => void): { stop(): void } {
  let known = look(dir);
  const timer = setInterval(() => {
    const now = look(dir);
    // Unreadable for a moment is no change; a log-in then would only fail.
    if (now === undefined || now === known) return;
    known = now;
    onChange();
  }, everyMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}

function look(dir: string): string | undefined {
  try {
    return fingerprint(readCredentialFiles(dir));
  } catch {
    return undefined;
  }
}
