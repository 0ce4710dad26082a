export { bringUpPlatform, findPlatform, type Platform, type PlatformOptions } from './platform.ts';
export { connectBroker, type Broker } from './broker.ts';
export { createKubectl, ensureNamespace, ensureSecret, readSecret, type Kubectl } from './kubectl.ts';
export { installNats, NATS_NAMESPACE, NATS_URL, type Permissions, type Users } from './nats.ts';
export { helm, installOperator, CHART, OPERATOR_NAMESPACE, RELEASE } from './operator.ts';
export { portForward, type PortForward } from './port-forward.ts';
