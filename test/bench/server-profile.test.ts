import { expect, test } from '@jest/globals';
import { parseTop } from './server-profile.ts';

const TOP = `File: nats-server
Type: cpu
Duration: 3.01s, Total samples = 2.50s (83.06%)
Showing nodes accounting for 2s, 80% of 2.50s total
      flat  flat%   sum%        cum   cum%
     0.01s   0.4%   0.4%      1.10s 44.00%  github.com/nats-io/nats-server/v2/server.(*client).readLoop
         0     0%   0.4%      0.50s 20.00%  github.com/nats-io/nats-server/v2/server.(*stream).internalLoop
     0.20s  8.00%  8.40%      0.25s 10.00%  github.com/nats-io/nats-server/v2/server.(*consumer).loopAndGatherMsgs
     0.90s 36.00% 44.40%      0.90s 36.00%  internal/runtime/syscall.Syscall6
`;

test('shares of goroutines are read from what pprof prints; those not listed took nothing', () => {
  expect(parseTop(TOP)).toEqual({
    'server.(*client).readLoop': 0.44,
    'server.(*client).writeLoop': 0,
    'server.(*stream).internalLoop': 0.2,
    'server.(*consumer).loopAndGatherMsgs': 0.1,
    'server.(*consumer).processInboundAcks': 0,
    'server.(*consumer).processInboundNextMsgReqs': 0,
  });
});
