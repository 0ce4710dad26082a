/** Where workers serve probes and progress: what their pods are told, their NetworkPolicy lets in, and sampling asks. */
export const WORKER_PORT = 8080;
