import { spawnSync } from 'node:child_process';
import { binaryPath } from './binaries/index.ts';
import { DEFAULT_CLUSTER, handleOf } from './cluster/index.ts';

// `npm run kubectl -- get sj -A`: kubectl against the cluster that `npm start` brought up.
try {
  const { kubeconfig } = handleOf(DEFAULT_CLUSTER);
  const args = ['--kubeconfig', kubeconfig, ...process.argv.slice(2)];
  process.exitCode = spawnSync(binaryPath('kubectl'), args, { stdio: 'inherit' }).status ?? 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
