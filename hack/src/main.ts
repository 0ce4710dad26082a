import { Command, Option } from 'commander';
import { binariesDir, binaryNames, ensureBinaries } from './binaries/index.ts';
import { clusterDown, clusterStatus, clusterUp, DEFAULT_CLUSTER, handleOf, type Way, ways } from './cluster/index.ts';
import { createProgress } from './progress.ts';

const progress = createProgress();
const program = new Command('npm run cluster --')
  .description(
    'A Kubernetes cluster on this machine: with kind where a container engine answers, else of its own components.',
  )
  .option('--name <name>', 'name of the cluster', DEFAULT_CLUSTER);
const nameOf = (): string => program.opts<{ name: string }>().name;

program
  .command('up')
  .description('bring the cluster up; a healthy one is left as it is')
  .addOption(new Option('--way <way>', 'insist on one way').choices(ways))
  .option('--image <image>', 'node image for kind (or STREAMJOB_KIND_IMAGE)')
  .action(async (options: { way?: Way; image?: string }) => {
    const cluster = await clusterUp({ progress, name: nameOf(), ...options });
    progress.say(`Next: export KUBECONFIG=${cluster.kubeconfig}`);
    progress.say('      npm run cluster -- down removes it');
  });

program
  .command('down')
  .description('remove the cluster and all that was made for it')
  .action(async () => {
    if (!(await clusterDown(nameOf(), progress))) progress.say(`there was no cluster ${nameOf()}`);
  });

program
  .command('status')
  .description('tell whether the cluster is there and healthy; code 1 when it is not')
  .action(async () => {
    const status = await clusterStatus(nameOf());
    console.log(`cluster ${status.name}: ${status.message}`);
    if (status.kubeconfig !== undefined) console.log(`kubeconfig: ${status.kubeconfig}`);
    if (status.auditLogPath !== undefined) console.log(`audit log: ${status.auditLogPath}`);
    if (status.state !== 'healthy') process.exitCode = 1;
  });

program
  .command('kubeconfig')
  .description('print the path of the kubeconfig')
  .action(() => {
    console.log(handleOf(nameOf()).kubeconfig);
  });

program
  .command('load <archive>')
  .description('put an image archive where the pods of the cluster find it')
  .action(async (archive: string) => {
    await progress.step(`loading ${archive}`, () => handleOf(nameOf()).loadImage(archive), 10);
  });

program
  .command('binaries')
  .description('build every program that the tests and the cluster run, and print their folder')
  .action(async () => {
    await ensureBinaries(binaryNames, progress);
    console.log(binariesDir());
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`npm run cluster failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
