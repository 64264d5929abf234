// Calls of the daemon's query API (Pyroscope's protocol in JSON, and the call tree with kinds).

let token = sessionStorage.getItem('nodeflame-token') ?? '';

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function setToken(value) {
  token = value;
  sessionStorage.setItem('nodeflame-token', value);
}

async function call(path, body, signal) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: 'no-store',
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'the daemon does not answer');
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new ApiError(response.status, problem.message ?? `HTTP ${response.status}`);
  }
  return response.json();
}

const querier = (method, body, signal) => call(`querier.v1.QuerierService/${method}`, body, signal);

export const status = (signal) => call('api/v1/status', undefined, signal);
export const callTree = (body, signal) => call('api/v1/calltree', body, signal);
export const selectSeries = async (body, signal) => (await querier('SelectSeries', body, signal)).series ?? [];
export const labelNames = async (body, signal) => (await querier('LabelNames', body, signal)).names ?? [];
export const labelValues = async (body, signal) => (await querier('LabelValues', body, signal)).names ?? [];
