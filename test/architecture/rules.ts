import { type IForbiddenRuleType } from 'dependency-cruiser';

const TESTS = '\\.test\\.ts$|/testing/';

/** Which packages of ours each package may import; what is not listed is forbidden. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  crds: ['crds'],
  expressions: ['expressions'],
  nats: ['nats', 'crds', 'expressions'],
  telemetry: ['telemetry', 'crds', 'expressions'],
  operator: ['operator', 'crds', 'expressions', 'nats', 'telemetry'],
  worker: ['worker', 'crds', 'expressions', 'nats', 'telemetry'],
};

/** The one place that may import each named library. */
const OWNERS: Readonly<Record<string, string>> = {
  '@nats-io/': 'nats/src/',
  '@kubernetes/client-node': 'operator/src/kube/',
  pino: 'telemetry/src/',
  '@marcbachmann/cel-js': 'expressions/src/',
  ajv: 'crds/src/',
  'ajv-formats': 'crds/src/',
  acorn: 'crds/src/',
  '@bufbuild/re2': '(expressions|crds)/src/',
  undici: 'worker/src/http/',
  commander: '(operator|worker|hack)/src/',
  hyparquet: 'hack/src/',
};

const PACKAGES = Object.keys(ARROWS);

function arrowRule(from: string, allowed: readonly string[]): IForbiddenRuleType {
  const forbidden = [...PACKAGES, 'hack', 'test'].filter((name) => !allowed.includes(name));
  return {
    name: `${from} imports only ${allowed.join(', ')}`,
    severity: 'error',
    from: { path: `^${from}/src/`, pathNot: TESTS },
    to: { path: `^(${forbidden.join('|')})/` },
  };
}

function ownerRule(library: string, owner: string): IForbiddenRuleType {
  const name = library.replaceAll('/', '\\/');
  return {
    name: `${library} is imported only in ${owner}`,
    severity: 'error',
    from: { path: `^(${PACKAGES.join('|')})/src/`, pathNot: [`^${owner}`, TESTS] },
    to: { path: `^node_modules/${name}${library.endsWith('/') ? '' : '/'}` },
  };
}

export const rules: IForbiddenRuleType[] = [
  { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
  { name: 'every import resolves', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ...Object.entries(ARROWS).map(([from, allowed]) => arrowRule(from, allowed)),
  ...Object.entries(OWNERS).map(([library, owner]) => ownerRule(library, owner)),
];

export const PACKAGE_FOLDERS = PACKAGES.map((name) => `${name}/src`);
