export { startNats, startNatsCluster, type NatsOptions, type NatsServer } from './start.ts';
