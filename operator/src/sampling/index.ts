export { UnknownConnectionError, type Brokers, type Ensured } from './brokers.ts';
export * from './record.ts';
