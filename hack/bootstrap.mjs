// Runs before `npm start` and `npm test`, under whatever Node the machine has (18 or newer), so it is plain JavaScript
// without dependencies: it installs the dependencies, among them the Node that the next script in the chain runs under.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [22, 19];
const EXPECTED_SECONDS = 60;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockfile = join(root, 'package-lock.json');
// npm writes this file last, so an installation that was killed half-way doesn't count as one.
const installed = join(root, 'node_modules', '.package-lock.json');

function isStale() {
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(lockfile).mtimeMs;
}

/** The npm that runs this script, or the one on the PATH. */
function npmCommand() {
  const script = process.env.npm_execpath;
  return script !== undefined && script.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
}

async function install() {
  console.error(`Installing the dependencies (npm ci, about ${EXPECTED_SECONDS} s) …`);
  const started = Date.now();
  const elapsed = () => Math.round((Date.now() - started) / 1000);
  const ticker = setInterval(() => {
    const left = EXPECTED_SECONDS - elapsed();
    console.error(`  … ${elapsed()} s, ${left > 0 ? `about ${left} s left` : 'taking longer than usual'}`);
  }, 10_000);
  // The npm of a run that was killed may still be at work in the same folder: its end makes room for a second try.
  const done = (await runNpm()) || (await runNpm());
  clearInterval(ticker);
  if (!done) fail('npm ci failed: see the lines above. Run it by hand to try again: npm ci');
  if (existsSync(installed)) utimesSync(installed, new Date(), new Date()); // npm leaves it alone when nothing changed
  console.error(`Installed in ${elapsed()} s.`);
}

/** Exactly what the lockfile says. */
function runNpm() {
  const [command, args] = npmCommand();
  return new Promise((resolve) => {
    const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => fail(`npm could not be started: ${error.message}`));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** The version of the Node that npm will run the next script with: its PATH begins with node_modules/.bin. */
function nextNodeVersion() {
  const local = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(local)) return process.versions.node;
  const answer = spawnSync(local, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim().replace(/^v/, '') : process.versions.node;
}

function checkNode() {
  const version = nextNodeVersion();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  fail(
    `This project needs Node ${OLDEST.join('.')} or newer, and this is ${version}.\n` +
      `Its own Node comes with npm as an optional dependency, which was not installed for ${process.platform}-${process.arch}:\n` +
      'install a newer Node, or run `npm install --include=optional`, then try again.',
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (isStale()) await install();
checkNode();
