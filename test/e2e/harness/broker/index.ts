export { openBroker, type TestBroker } from './broker.ts';
export { BROKER_NAMESPACE, BROKER_URL, installBroker, LIMITED } from './server.ts';
